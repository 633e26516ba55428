import assert from "node:assert/strict";
import { mkdir, mkdtemp, mkdtempDisposable, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openShop } from "../run/shop.ts";
import { shopFolder, start, type Ending } from "./cascade.ts";

const root = join(import.meta.dirname, "../..");

/** Most modules of `src` that are loaded before a command is. */
const mostOwn = 40;

describe("cascade, before it loads a command", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-modules-"));
    await mkdir(join(folder, "broken"));
    await writeFile(join(folder, "broken", "runbook.yml"), "name: [");
  });
  after(() => rm(folder, { recursive: true }));

  const cases: Readonly<Record<string, { readonly args: readonly string[]; readonly says: RegExp }>> = {
    "tells its version": { args: ["--version"], says: /^\d+\.\d+\.\d+\n$/ },
    "lists the commands": { args: ["--help"], says: /^ {2}status {9}the state of every partition$/m },
    "tells how a command is typed": { args: ["plan", "--help"], says: /^cascade plan \[runbook\]/ },
    "refuses a command that there is not": {
      args: ["statsu"],
      says: /^usage .*\n {2}Did you mean `cascade st/,
    },
    "refuses an option that the command does not take": {
      args: ["why", "--seed", "1"],
      says: /^usage .*"--seed"/,
    },
    "misses the database": {
      args: ["status"],
      says: /^warehouse-missing Cannot open ".cascade\/warehouse.duckdb"/,
    },
    "misses the database before it reads the runbook": {
      args: ["plan", "broken", "--warehouse", "duckdb:none"],
      says: /^warehouse-missing Cannot open "none"/,
    },
  };

  for (const [title, { args, says }] of Object.entries(cases)) {
    it(title, async () => {
      const { ending, modules } = await typed(args, folder);
      assert.match(ending.stdout + ending.stderr, says);
      assert.deepEqual(packagesOf(modules), []);
      const own = modules.filter((url) => url.includes("/src/"));
      assert.ok(own.length <= mostOwn, `${own.length} modules:\n${own.join("\n")}`);
    });
  }
});

describe("cascade plan, on DuckDB", () => {
  it("loads what it uses: no client of GitHub or BigQuery, and nothing that runs or draws", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-plan-"));
    const path = join(folder.path, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    const shop = join(root, shopFolder);
    const { ending, modules } = await typed(["plan", shop, "--warehouse", `duckdb:${path}`], folder.path);
    assert.equal(ending.code, 0, ending.stderr);
    const used = /^(?:@duckdb\/.*|detect-libc|markdown-table|yaml|zod)$/;
    assert.deepEqual(
      packagesOf(modules).filter((name) => !used.test(name)),
      [],
    );
    const others =
      /\/src\/(?:github|triage|report\/(?:html|charts|build|markdown)|run\/run-|warehouse\/bigquery)/;
    assert.deepEqual(
      modules.filter((url) => others.test(url)),
      [],
    );
  });
});

async function typed(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly ending: Ending; readonly modules: readonly string[] }> {
  const noted = join(cwd, "modules.json");
  const program = [join(root, "test/cli/note-modules.ts"), join(root, "src/cli/start-cli.ts")] as const;
  const started = start(process.execPath, ["--import", ...program, ...args], {
    cwd,
    environment: { NOTED_MODULES: noted },
  });
  const ending = await started.ended;
  return { ending, modules: JSON.parse(await readFile(noted, "utf8")) as readonly string[] };
}

/** The packages that modules come from. */
function packagesOf(modules: readonly string[]): readonly string[] {
  const names = modules.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return [...new Set(names)].toSorted();
}
