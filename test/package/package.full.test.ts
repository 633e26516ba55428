import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { start, type Ending } from "../cli/cascade.ts";
import { installPackage } from "./installed-package.ts";

const root = join(import.meta.dirname, "../..");
const dates = ["--start-date", "2021-10-19", "--end-date", "2021-10-20"];

/** What may lie in the working copy of whoever packs, and is nobody's business. */
const strangers = [
  "runbooks/nba-cascade/.env",
  "runbooks/nba-cascade/data/games.parquet",
  "runbooks/nba-cascade/runbook.yml.orig",
  "runbooks/nba-cascade/.secret/key.yml",
  "runbooks/mine/runbook.yml",
  "docs/.npmrc",
  "docs/notes.txt",
];

describe("npm pack", () => {
  let folder = "";
  let home = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-package-"));
    home = join(folder, "home");
    await installPackage(folder, strangers);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs a command of the installed package where it is installed. */
  function installed(...args: readonly string[]): Promise<Ending> {
    return start(process.execPath, [join(home, "node_modules/.bin/cascade"), ...args], { cwd: home }).ended;
  }

  it("leaves the repository as it was", async () => {
    for (const path of ["package.json", "actions/run-cell/action.yml"]) {
      const after = await readFile(join(folder, "repository", path), "utf8");
      assert.equal(after, await readFile(join(root, path), "utf8"));
    }
    assert.ok(!(await readdir(join(folder, "repository/dist"))).includes(".repository"));
  });

  it("starts actions without the fetch of Node, which an import of node:http loads", async () => {
    const tell = "process.on('exit', () => console.log(process.moduleLoadList.join('\\n')))";
    const action = join(home, "node_modules/cascade-backfill/dist/actions/check-gate.js");
    const { stdout } = await start(process.execPath, [
      "--import",
      `data:text/javascript,${encodeURIComponent(tell)}`,
      action,
    ]).ended;
    assert.match(stdout, /^NativeModule http$/m);
    assert.doesNotMatch(stdout, /undici/);
  });

  it("gives a small package under both names, without TypeScript", async () => {
    assert.deepEqual(await readdir(join(home, "node_modules/.bin")), ["cascade", "cascade-backfill"]);
    const files = await filesOf(join(home, "node_modules/cascade-backfill"));
    assert.deepEqual(
      files.filter(({ path }) => /\.(?:ts|ttf|woff2?)$/.test(path)),
      [],
    );
    assert.ok(sum(files) < 25e6, `${sum(files)} bytes without DuckDB`);
    const all = await filesOf(join(home, "node_modules"));
    assert.ok(sum(all) < 110e6, `${sum(all)} bytes with DuckDB`);
  });

  it("takes of runbooks and docs what the repository has, and nothing that lies beside it", async () => {
    const own = join(home, "node_modules/cascade-backfill");
    const packed = (await filesOf(own)).map(({ path }) => relative(own, path));
    const tracked = execFileSync("git", ["ls-files", "runbooks", "docs"], { cwd: root, encoding: "utf8" });
    assert.deepEqual(
      packed.filter((path) => /^(?:runbooks|docs)\//.test(path)).toSorted(),
      tracked.trim().split("\n").toSorted(),
    );
    const others = packed.filter(
      (path) => !/^(?:runbooks|docs|dist|actions|\.github\/workflows)\//.test(path),
    );
    assert.deepEqual(others.toSorted(), ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  });

  it("starts, and says its version and its format", async () => {
    const { code, stdout } = await installed("--version");
    assert.deepEqual([code, stdout], [0, "0.1.0\n"]);
    const schema = await readFile(
      join(home, "node_modules/cascade-backfill/runbooks/schemas/runbook.schema.json"),
      "utf8",
    );
    assert.equal((await installed("schema")).stdout, schema);
  });

  it("runs the examples that it brings, as the README says it", async () => {
    const started = await installed("start", ...dates);
    assert.match(started.stdout, /expected rows accounted for/, started.stderr);
    assert.match(await readFile(join(home, "out/report.html"), "utf8"), /^<!doctype html>/i);
    const planned = await installed("plan", ...dates);
    assert.equal(planned.code, 0, planned.stderr);
    const { code, stdout } = await installed("why", "PSZA", "2021-10-20");
    assert.equal(code, 0);
    assert.match(stdout, /2021-10-20/);
  });

  it("runs commands of a runbook, in a folder of one's own", async () => {
    await cp(join(root, "runbooks/web-events"), join(home, "runbooks/web-events"), { recursive: true });
    assert.equal((await installed("lint", "web-events")).code, 0);
    const database = ["--warehouse", "duckdb:own.duckdb"];
    assert.equal((await installed("init", "web-events", ...database)).code, 0);
    assert.equal((await installed("sample", "web-events", ...database)).code, 0);
    const { code, stdout, stderr } = await installed("run", "web-events", ...database);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /all 7,759 expected rows accounted for/);
    for (const command of ["report", "recover"]) {
      const again = await installed(command, "web-events", ...database);
      assert.equal(again.code, 0, `${command}: ${again.stdout}${again.stderr}`);
    }
    assert.equal((await installed("workflow", "web-events", "--warehouse", "bigquery")).code, 0);
    assert.equal((await installed("workflow", "--all")).code, 0);
    const compiled = await readFile(join(home, ".github/workflows/backfill-web-events-bigquery.yml"), "utf8");
    assert.match(compiled, /uses: \.\/node_modules\/cascade-backfill\/actions\/run-cell$/m);
  });

  it("brings the client of BigQuery", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(403, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ error: { code: 403, message: "not yours", errors: [{ reason: "accessDenied" }] } }),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await start(
      process.execPath,
      [join(home, "node_modules/.bin/cascade"), "plan", "web-events", "--warehouse", "bigquery:nowhere"],
      { cwd: home, environment: { CASCADE_BIGQUERY_ENDPOINT: `http://127.0.0.1:${port}` } },
    ).ended;
    server.close();
    assert.equal(code, 3, stderr);
    assert.match(stderr, /not yours/);
    assert.ok(asked > 0);
  });

  it("declares actions that start what was built, and report what they lack", async () => {
    const actions = join(home, "node_modules/cascade-backfill/actions");
    for (const name of await readdir(actions)) {
      const declared = await readFile(join(actions, name, "action.yml"), "utf8");
      const [, main = ""] = /^ +main: (.+)$/m.exec(declared) ?? [];
      const { code, stdout } = await start(process.execPath, [join(actions, name, main)], { cwd: home })
        .ended;
      assert.equal(code, 1, name);
      assert.match(stdout, /^::error.*Cannot/m, name);
    }
  });
});

type File = { readonly path: string; readonly bytes: number };

async function filesOf(folder: string): Promise<readonly File[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return { path, bytes: (await stat(path)).size };
      }),
  );
}

function sum(files: readonly File[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
