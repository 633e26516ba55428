import assert from "node:assert/strict";
import { copyFile, mkdtempDisposable } from "node:fs/promises";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseCalendarDate } from "../../src/domain/calendar-date.ts";
import { readReversals } from "../../src/ledger/read-reversals.ts";
import { readRunList } from "../../src/ledger/read-runs.ts";
import { planReversal, refuseObstacles } from "../../src/operations/plan-reversal.ts";
import { revertRun } from "../../src/run/revert-run.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";
import { withBoundaries } from "./boundaries.ts";
import {
  changeTables,
  contentOfShop,
  ledgerFaults,
  openShop,
  planShop,
  readShop,
  runShop,
  shopRange,
  wallEffects,
} from "./shop.ts";

const runbook: Runbook = { ...(await readShop()), keep: { runs: 2 } };
const more = "update shop_raw.sales set amount = amount + 1";
const less = "update shop_raw.sales set amount = amount - 1";

/** Reverts a run, all of it unless something is selected. */
async function revert(warehouse: Warehouse, runId: string, selection: object = {}): Promise<string> {
  const asked = { runbook, runId, selection: { range: shopRange, ...selection } };
  const reversals = await planReversal(warehouse, asked);
  refuseObstacles(runId, reversals);
  return revertRun(warehouse, { runbook, reversals, origin: { reason: "a test" } }, wallEffects());
}

/** Runs once as it is and once on other sales; gives the second run, and what stood before it. */
async function runTwice(warehouse: Warehouse): Promise<{ runId: string; before: Record<string, string> }> {
  await runShop(warehouse, { runbook });
  const before = await contentOfShop(warehouse, runbook);
  await changeTables(warehouse, more);
  const { runId } = await runShop(warehouse, { runbook });
  assert.notDeepEqual(await contentOfShop(warehouse, runbook), before);
  return { runId, before };
}

describe("the revert of a run", () => {
  it("brings rows, failures and ledger back, so that nothing is pending once the source is back too", async () => {
    await using warehouse = await openShop();
    const { runId, before } = await runTwice(warehouse);
    await revert(warehouse, runId);
    assert.deepEqual(await contentOfShop(warehouse, runbook), before);
    assert.deepEqual(await ledgerFaults(warehouse, runbook), []);
    assert.ok((await planShop(warehouse, runbook)).totals.units > 0, "the sales are still others");
    await changeTables(warehouse, less);
    assert.equal((await planShop(warehouse, runbook)).totals.units, 0);
  });

  it("can be reverted itself", async () => {
    await using warehouse = await openShop();
    const { runId } = await runTwice(warehouse);
    const after = await contentOfShop(warehouse, runbook);
    const revertedBy = await revert(warehouse, runId);
    await revert(warehouse, revertedBy);
    assert.deepEqual(await contentOfShop(warehouse, runbook), after);
    assert.equal((await planShop(warehouse, runbook)).totals.units, 0);
  });

  it("takes the dates of one processor alone, and makes what read them pending", async () => {
    await using warehouse = await openShop();
    const { runId } = await runTwice(warehouse);
    const date = parseCalendarDate("2024-01-05");
    assert.ok(date !== undefined);
    const [first] = runbook.processors;
    assert.ok(first !== undefined);
    await revert(warehouse, runId, { processors: [first.id], dates: [date] });
    const readers = (await planShop(warehouse, runbook)).cells.flatMap(({ processor }) => processor);
    assert.ok(readers.includes(first.id) && new Set(readers).size > 1, readers.join());
    assert.deepEqual(await ledgerFaults(warehouse, runbook), []);
  });

  it("empties what the run had built first", async () => {
    await using warehouse = await openShop();
    const { runId } = await runShop(warehouse, { runbook });
    const { units } = (await planShop(warehouse, { ...runbook })).totals;
    assert.equal(units, 0);
    await revert(warehouse, runId);
    for (const { table } of runbook.processors) {
      assert.deepEqual(await warehouse.query({ sql: `select * from ${table}`, purpose: "read" }), []);
    }
    assert.ok((await planShop(warehouse, runbook)).totals.units > 0);
    assert.equal((await runShop(warehouse, { runbook })).isClean, true);
  });

  it("tells what cannot be restored and touches nothing", async () => {
    await using warehouse = await openShop();
    const plain = await readShop();
    await runShop(warehouse, { runbook: plain });
    await changeTables(warehouse, more);
    const { runId } = await runShop(warehouse, { runbook: plain });
    const stood = await contentOfShop(warehouse, runbook);
    await assert.rejects(revert(warehouse, runId), {
      code: "nothing-to-revert",
      message: /no copy of what stood there is kept/,
    });
    assert.deepEqual(await contentOfShop(warehouse, runbook), stood);
  });

  it("refuses a copy of rows that nobody had committed", async () => {
    await using warehouse = await openShop();
    await runShop(warehouse, { runbook });
    const [first] = runbook.processors;
    assert.ok(first !== undefined);
    await changeTables(warehouse, `delete from ${first.table}; ${more}`);
    const { runId } = await runShop(warehouse, { runbook });
    await assert.rejects(revert(warehouse, runId, { processors: [first.id] }), { code: "nothing-to-revert" });
  });

  it("keeps the copies of as many runs as the runbook says, and the list tells which can be undone", async () => {
    await using warehouse = await openShop();
    const { runId: oldest } = await runTwice(warehouse);
    for (const change of [more, more]) {
      await changeTables(warehouse, change);
      await runShop(warehouse, { runbook });
    }
    const runs = await readRunList(warehouse, runbook, 10);
    const told = runs.map(({ undo, replaced }) => [undo, replaced > 0]);
    assert.equal(runs.length, 4);
    assert.deepEqual(told.slice(0, 2), [
      ["whole", true],
      ["whole", true],
    ]);
    assert.notEqual(told[2]?.[0], "whole");
    assert.deepEqual(told[3], ["whole", false]);
    const lost = (await readReversals(warehouse, runbook, oldest)).filter(({ rows }) => rows > 0);
    assert.ok(lost.length > 0 && lost.every(({ obstacle }) => obstacle !== undefined));
  });

  it("says how many runs have committed a date since", async () => {
    await using warehouse = await openShop();
    const { runId, before } = await runTwice(warehouse);
    await changeTables(warehouse, more);
    await runShop(warehouse, { runbook });
    const reversals = await readReversals(warehouse, runbook, runId);
    assert.ok(reversals.some(({ laterRuns }) => laterRuns === 1));
    await revert(warehouse, runId);
    assert.deepEqual(await contentOfShop(warehouse, runbook), before);
  });

  it("is mended by the same command wherever it was killed", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-revert-"));
    const path = join(folder.path, "shop.duckdb");
    const left: string[] = [];
    let boundaries = 0;
    let last = "";
    const { runId, before, stood } = await (async () => {
      await using warehouse = await openShop(path);
      const twice = await runTwice(warehouse);
      return { ...twice, stood: await contentOfShop(warehouse, runbook) };
    })();
    const whole = join(folder.path, "whole.duckdb");
    await copyFile(path, whole);
    {
      await using warehouse = await onOneCore(await openDuckDb({ path: whole }));
      const counted = withBoundaries(warehouse, () => {
        const hash = hashOf(whole);
        boundaries += 1;
        if (hash === last) return;
        last = hash;
        const copy = join(folder.path, `left-${left.length}.duckdb`);
        left.push(copy);
        copyDatabase(whole, copy);
      });
      await revert(counted, runId);
    }
    assert.ok(
      boundaries > 10 && left.length > 3,
      `${boundaries} boundaries, ${left.length} states of the file`,
    );
    for (const copy of left) {
      await using warehouse = await onOneCore(await openDuckDb({ path: copy }));
      assert.deepEqual(await ledgerFaults(warehouse, runbook), [], copy);
      const found = await contentOfShop(warehouse, runbook);
      assert.ok(
        [stood, before].some((one) => JSON.stringify(one) === JSON.stringify(found)),
        copy,
      );
      await revert(warehouse, runId);
      assert.deepEqual(await contentOfShop(warehouse, runbook), before, copy);
      assert.deepEqual(await ledgerFaults(warehouse, runbook), [], copy);
      const running = "select run_id from shop_processing.cascade_runs where status = 'running'";
      assert.deepEqual(await warehouse.query({ sql: running, purpose: "read the open runs" }), []);
    }
  });

  it("names the nearest run where there is no such, and what to do on BigQuery", async () => {
    await using warehouse = await openShop();
    const { runId } = await runShop(warehouse, { runbook });
    await assert.rejects(revert(warehouse, runId.slice(0, -1)), {
      code: "unknown-name",
      hint: `Did you mean "${runId}"?`,
    });
    await assert.rejects(revert({ ...warehouse, dialect: googlesql }, runId), {
      code: "usage",
      hint: /for system_time as of/,
    });
  });
});

function hashOf(path: string): string {
  const hash = createHash("sha256");
  for (const file of [path, `${path}.wal`]) if (existsSync(file)) hash.update(readFileSync(file)).update("|");
  return hash.digest("hex");
}

function copyDatabase(from: string, to: string): void {
  for (const end of ["", ".wal"]) if (existsSync(from + end)) copyFileSync(from + end, to + end);
}
