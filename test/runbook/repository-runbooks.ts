import { existsSync, readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const runbooks = join(import.meta.dirname, "..", "..", "runbooks");

/** The runbooks of this repository, whatever they are. */
export const runbookNames: readonly string[] = readdirSync(runbooks, { withFileTypes: true })
  .filter((entry) => existsSync(join(runbooks, entry.name, "runbook.yml")))
  .map(({ name }) => name)
  .toSorted();

/** Texts of a runbook of this repository by path relative to its folder. */
export async function runbookFiles(name: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(runbooks, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, string]> => [
        relative(folder, path),
        await readFile(path, "utf8"),
      ]),
    ),
  );
}
