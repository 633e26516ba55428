import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../../src/warehouse/duckdb.ts";
import type { Statement, Warehouse } from "../../../src/warehouse/warehouse.ts";
import { large, writeLargeRunbook } from "./large-runbook.ts";
import { openMemoryRun, type MemoryRun } from "./memory-run.ts";

type Leg = { readonly id: string; readonly title: string };

const start = process.cwd();
let root = "";

before(() => {
  root = mkdtempSync(join(tmpdir(), "cascade-large-"));
  process.chdir(root);
  writeLargeRunbook("large");
});

after(() => {
  process.chdir(start);
  rmSync(root, { recursive: true, force: true });
});

type Scene = AsyncDisposable & {
  readonly run: MemoryRun;
  readonly asked: Statement[];
  readonly cloud: Warehouse;
};

/** A run whose jobs share one database in place of a project, and what they have asked of it. */
async function openLarge(): Promise<Scene> {
  const cloud = await openDuckDb({ path: ":memory:", readOnly: false, timeZone: "UTC" });
  await cloud.execute(
    [
      "create schema big_raw",
      "create table big_raw.events (day date, item varchar, amount bigint)",
      `insert into big_raw.events select cast(day as date), 'all', 1 from generate_series(date '${large.from}', date '${large.to}', interval 1 day) as days(day)`,
    ].map((sql) => ({ sql, purpose: "fill the source" })),
  );
  const asked: Statement[] = [];
  const run = openMemoryRun({
    runbook: "large",
    warehouse: "bigquery:test",
    open: () => Promise.resolve(counting(cloud, asked)),
  });
  return {
    run,
    asked,
    cloud,
    async [Symbol.asyncDispose]() {
      run[Symbol.dispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

/** The same warehouse, which stays open and keeps what it is asked. */
function counting(warehouse: Warehouse, asked: Statement[]): Warehouse {
  return {
    ...warehouse,
    query(statement) {
      asked.push(statement);
      return warehouse.query(statement);
    },
    execute(statements) {
      asked.push(...statements);
      return warehouse.execute(statements);
    },
    session: async (labels) => {
      const session = await warehouse.session(labels);
      return { ...counting(session, asked), [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function legsOf(matrices: string): Readonly<Record<string, readonly (Leg | string)[]>> {
  return JSON.parse(matrices) as Readonly<Record<string, readonly (Leg | string)[]>>;
}

/** Cells of which a job computed something, by the processor. */
function computed(asked: readonly Statement[], processor: string): number {
  return asked.filter(({ purpose, sql }) => purpose === `compute ${processor}` && /stage_loss/.test(sql))
    .length;
}

describe("five years of fifty processors in one dispatch", () => {
  it("are planned within ten seconds and 500 MB, and at most 120 jobs carry them out", async () => {
    await using scene = await openLarge();
    const { run, asked, cloud } = scene;
    const before = process.cpuUsage();
    const plan = await run.plan();
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 10e6, `${user + system} microseconds`);
    assert.ok(process.memoryUsage().rss < 500e6);
    assert.ok(Number(plan.jobs) <= 120, plan.jobs);
    assert.equal(Number(plan.cells), large.processors * 5);
    const matrices = Object.entries(legsOf(plan.matrices));
    for (const [id, legs] of matrices.filter(([name]) => name.startsWith("P"))) {
      for (const leg of legs) {
        assert.ok(typeof leg !== "string" && (await run.cell(leg.id)), id);
      }
      assert.equal(computed(asked, id), 5, id);
    }
    assert.ok(await run.gate("coverage"));
    const [row] = await cloud.query({
      sql: "select count(*) as n, count(distinct (processor_name, analysis_date)) as d from large_ledger.cascade_partitions where status = 'committed'",
      purpose: "look",
    });
    assert.deepEqual(row, { n: large.dates * large.processors, d: large.dates * large.processors });
  });

  it("redo in the job that runs again only what is missing", async () => {
    await using scene = await openLarge();
    const { run, asked } = scene;
    const [leg] = legsOf((await run.plan()).matrices)["P0"] ?? [];
    assert.ok(leg !== undefined && typeof leg !== "string" && leg.id.split(", ").length === 3);
    let commits = 0;
    run.through = (warehouse) => failing(warehouse, () => (commits += 1) === 2);
    await assert.rejects(run.cell(leg.id), /the connection broke/);
    assert.equal(computed(asked, "P0"), 2);
    asked.length = 0;
    run.through = (warehouse) => warehouse;
    run.attempt = 2;
    assert.ok(await run.cell(leg.id));
    assert.equal(computed(asked, "P0"), 2);
    const tables = asked.filter(({ purpose }) => purpose.startsWith("read the versions of"));
    assert.deepEqual([...new Set(tables.map(({ purpose }) => purpose))].toSorted(), [
      "read the versions of big.t0",
      "read the versions of big_raw.events",
    ]);
  });
});

/** The same, with the commits that `isFailing` says ending before they begin. */
function failing(warehouse: Warehouse, isFailing: () => boolean): Warehouse {
  return {
    ...warehouse,
    execute(statements) {
      const isCommit = statements.some(({ purpose }) => purpose.startsWith("append "));
      if (isCommit && isFailing()) throw new Error("the connection broke");
      return warehouse.execute(statements);
    },
    session: async (labels) => {
      const session = await warehouse.session(labels);
      return { ...failing(session, isFailing), [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
    },
  };
}
