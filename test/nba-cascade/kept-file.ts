import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { hashOfFiles } from "../hash-of-files.ts";

const root = join(import.meta.dirname, "../..");
const kept = join(root, "node_modules/.cache/seasons");

/** What a file is made from: the engine, the runbook, DuckDB, and the tests that say how. */
const makers = ["src", "runbooks/nba-cascade", "package-lock.json", "test/nba-cascade"];

/**
 * A file that is made once and kept under the hash of everything that makes it, so that a change of any of that makes it
 * anew. Files of tests that run side by side may make it at the same time; whoever is last puts an equal one in its place.
 * Nobody may write to it. `inputs` are folders outside the repository that it is made from as well.
 */
export async function keptFile(
  name: string,
  {
    inputs = [],
    make,
  }: { readonly inputs?: readonly string[]; readonly make: (path: string) => Promise<void> },
): Promise<string> {
  const path = join(kept, `${name}-${hashOfMakers(inputs)}.duckdb`);
  if (existsSync(path)) return path;
  mkdirSync(kept, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await make(draft);
  renameSync(draft, path);
  for (const other of readdirSync(kept)) {
    if (other.startsWith(`${name}-`) && other.endsWith(".duckdb") && join(kept, other) !== path) {
      rmSync(join(kept, other), { force: true });
    }
  }
  return path;
}

function hashOfMakers(inputs: readonly string[]): string {
  const hash = hashOfFiles(makers);
  for (const folder of inputs) {
    for (const file of readdirSync(folder).toSorted()) {
      const { size, mtimeMs } = statSync(join(folder, file));
      hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest("hex").slice(0, 16);
}
