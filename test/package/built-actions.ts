import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashOfFiles } from "../hash-of-files.ts";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "../..");
const kept = join(root, ".cache/actions");

/** What a build is made from. */
const makers = ["src", "actions", "package-lock.json", "test/package/bundle.ts"];

/**
 * The folder of `dist` as the package brings it: an action that is built starts in a third of the time of its source. It
 * is built once and kept under the hash of all that it is made from. Nobody may write to it.
 */
export async function builtActions(): Promise<string> {
  const folder = join(kept, hashOfFiles(makers).digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  mkdirSync(kept, { recursive: true });
  const draft = `${folder}.${process.pid}`;
  await bundle(root, draft);
  // Another file of tests may have built the same in the meantime.
  if (existsSync(folder)) rmSync(draft, { recursive: true });
  else renameSync(draft, folder);
  for (const other of readdirSync(kept)) {
    if (!other.includes(".") && join(kept, other) !== folder) {
      rmSync(join(kept, other), { recursive: true, force: true });
    }
  }
  return folder;
}
