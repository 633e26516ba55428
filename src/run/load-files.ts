import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { Fault } from "../errors.ts";
import type { Ingest } from "../runbook/ingest.ts";
import { fitsPattern } from "./fits-pattern.ts";

type IngestFile = Ingest["files"][number];

/**
 * The files that a path of a load names in its folder, sorted: one, or those that fit where it has `*`, which stands for any
 * part of a name, or `**`, which stands for any folders. Fault: load-failed where there is none.
 */
export async function findLoadFiles(
  folder: string,
  { path }: Pick<IngestFile, "path">,
): Promise<readonly string[]> {
  const full = resolve(folder, path);
  if (!full.startsWith(join(resolve(folder), sep))) {
    throw new Fault("load-failed", `Cannot load "${path}": it is outside of the folder that --from names`, {
      hint: "Write the file's path from that folder, without `..`",
    });
  }
  const found = path.includes("*") ? await matching(resolve(folder), path) : await ifFile(full);
  if (found.length > 0) return found;
  const what = path.includes("*") ? "no file has such a name" : "the file does not exist";
  throw new Fault("load-failed", `Cannot load "${full}": ${what}`, {
    hint: "Name the folder that holds the files with --from, or as `from` of the runbook's load",
  });
}

/** How many files a load is made from. */
export async function countLoadFiles(folder: string, { files }: Ingest): Promise<number> {
  const found = await Promise.all(files.map((file) => findLoadFiles(folder, file)));
  return new Set(found.flat()).size;
}

async function ifFile(path: string): Promise<readonly string[]> {
  return (await stat(path).catch(() => undefined)) === undefined ? [] : [path];
}

async function matching(folder: string, pattern: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => fitsPattern(relative(folder, path).replaceAll("\\", "/"), pattern))
    .toSorted();
}

/**
 * The folder that a runbook's load names. Fault: load-failed where links lead out of the current folder: the engine may
 * touch whatever lies in it.
 */
export async function ownFolderOfLoad(from: string): Promise<string> {
  const [here, there] = await Promise.all([realpath("."), realpath(from).catch(() => resolve(from))]);
  if (there === here || there.startsWith(join(here, sep))) return from;
  throw new Fault("load-failed", `Cannot load from "${from}": it leads out of the current folder`, {
    hint: "Name that folder with --from if it is to be loaded",
  });
}

/** What a load would be made from, as a text that changes when a file does or how it is loaded: names, sizes and times. */
export async function fingerprintOfLoad(folder: string, ingest: Ingest): Promise<string> {
  const files: unknown[] = [];
  for (const file of ingest.files) {
    for (const path of await findLoadFiles(folder, file)) {
      const { size, mtimeMs } = await stat(path);
      files.push([file.name, relative(folder, path), size, mtimeMs]);
    }
  }
  const { prelude, parameters, steps, checks } = ingest;
  const text = JSON.stringify([files, prelude, parameters, steps, checks], (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  return createHash("sha256").update(text).digest("hex");
}
