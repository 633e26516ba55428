import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Hash of the files at and under paths of this repository, by name and content, and of the Node that reads them. */
export function hashOfFiles(paths: readonly string[]): Hash {
  const hash = createHash("sha256").update(process.version);
  for (const path of paths) addContent(hash, path);
  return hash;
}

function addContent(hash: Hash, path: string): void {
  const absolute = join(root, path);
  if (statSync(absolute).isDirectory()) {
    for (const name of readdirSync(absolute).toSorted()) addContent(hash, join(path, name));
    return;
  }
  hash.update(`${path}\n`).update(readFileSync(absolute));
}
