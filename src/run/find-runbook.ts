import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "../errors.ts";
import { nearestName } from "../runbook/nearest.ts";

/** Where the runbooks of a repository are, from its root. */
export const runbooksFolder = "runbooks";
/** The runbooks that come with Cascade, in its repository and in its package alike. */
const examplesFolder = join(import.meta.dirname, "../../runbooks");

/** Names of the runbooks under `runbooks`, sorted; none when there is no such folder. */
export async function listRunbooks(): Promise<readonly string[]> {
  const entries = await readdir(runbooksFolder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const runbooks = await Promise.all(
    folders.map((name) => isFile(join(runbooksFolder, name, "runbook.yml"))),
  );
  return folders.filter((_, index) => runbooks[index]).toSorted();
}

/** The text of the runbook.yml that an operator names; undefined when there is none. */
export async function readRunbookFile(nameOrPath: string): Promise<string | undefined> {
  const folder = await seekFolder(nameOrPath);
  return folder === undefined ? undefined : readFile(join(folder, "runbook.yml"), "utf8");
}

/** The folder of the runbook that an operator names. Fault: unknown-name. */
export async function findFolder(nameOrPath: string): Promise<string> {
  const folder = await seekFolder(nameOrPath);
  if (folder !== undefined) return folder;
  const names = await listRunbooks();
  const nearest = nearestName(nameOrPath, names);
  throw new Fault("unknown-name", `Cannot read the runbook "${nameOrPath}": there is no runbook.yml`, {
    hint:
      nearest === undefined
        ? `Name one of ${names.join(", ") || "the folders under runbooks"}, or the path of a runbook's folder.`
        : `Write "${nearest}", or the path of a runbook's folder.`,
  });
}

async function seekFolder(nameOrPath: string): Promise<string | undefined> {
  const path = basename(nameOrPath) === "runbook.yml" ? dirname(nameOrPath) : nameOrPath;
  for (const folder of [join(runbooksFolder, nameOrPath), path, join(examplesFolder, nameOrPath)]) {
    if (await isFile(join(folder, "runbook.yml"))) return folder;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
