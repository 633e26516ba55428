import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { hashOfFiles } from "../hash-of-files.ts";
import { isAlive } from "../run/is-alive.ts";

const root = join(import.meta.dirname, "../..");
const kept = join(root, ".cache/seasons");

/** What a file is made from: the engine, the runbook, DuckDB, and the tests that say how. */
const makers = ["src", "runbooks/nba-cascade", "package-lock.json", "test/nba-cascade"];

/**
 * A file that is made once and kept under the hash of everything that makes it, so that a change of any of that makes it
 * anew. Whoever wants one that another process makes waits for it. Nobody may write to it. `inputs` are folders outside the repository that it is made from as well.
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
  using _ = await turnOf(path);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  await make(draft);
  renameSync(draft, path);
  // Those of other hashes, what a maker that died has left, and what the engine knew of a draft.
  const own = new RegExp(`^${name}-[0-9a-f]{16}\\.duckdb(?:\\.\\d+)?(?:\\.known)?$`);
  for (const other of readdirSync(kept)) {
    if (own.test(other) && join(kept, other) !== path) rmSync(join(kept, other), { force: true });
  }
  return path;
}

/**
 * Waits until no living process makes a file, and says that this one does until it is disposed of. Should two follow one
 * that has died, both make it, and the last puts an equal one in its place.
 */
async function turnOf(path: string): Promise<Disposable> {
  const turn = `${path}.maker`;
  while (!hasTaken(turn)) {
    const isMade = await isAlive(turn).catch(() => false);
    if (!isMade) rmSync(turn, { force: true });
    await setTimeout(100);
  }
  return { [Symbol.dispose]: () => rmSync(turn, { force: true }) };
}

function hasTaken(turn: string): boolean {
  try {
    writeFileSync(turn, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
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
