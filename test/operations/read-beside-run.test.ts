import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openReadsBesideRun } from "../../src/operations/read-beside-run.ts";
import type { Cell } from "../../src/plan/plan.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { RunEvent } from "../../src/run/run-event.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { sharedWith } from "../run/shared-warehouse.ts";
import { openSettledShop, openShop, readShop, shopRange, testEffects } from "../run/shop.ts";

const runbook = await readShop();
const ledger = `${runbook.ledger}.cascade_partitions`;
const tables = [...runbook.sources, ...runbook.processors].map(({ table }) => table);

/** How many rows tables have, as the warehouse tells. */
async function countsIn(warehouse: Warehouse): Promise<Readonly<Record<string, unknown>>> {
  const counts: Record<string, unknown> = {};
  for (const table of [...tables, ledger]) {
    const [row] = await warehouse.query({ sql: `select count(*) as n from ${table}`, purpose: "count" });
    counts[table] = row?.["n"];
  }
  return counts;
}

async function emptyAll(warehouse: Warehouse): Promise<void> {
  const statements = [...tables, ledger].map((table) => ({ sql: `delete from ${table}`, purpose: "empty" }));
  await warehouse.execute(statements);
}

function startOf(processor: string): RunEvent {
  const cell: Cell = { id: processor, processor, phase: 1, dates: [], needs: [], reasons: new Map() };
  return { kind: "cell-started", cell };
}

describe("openReadsBesideRun()", () => {
  it("asks again about what a cell writes and about the ledger, and about nothing else", async () => {
    await using warehouse = (await openSettledShop()).warehouse;
    await using reads = await openReadsBesideRun(warehouse, runbook);
    const before = await countsIn(reads.warehouse);
    await emptyAll(warehouse);
    reads.tell(startOf("DAY"));
    const { table = "" } = runbook.processors.find(({ id }) => id === "DAY") ?? {};
    assert.deepEqual(await countsIn(reads.warehouse), { ...before, [table]: 0, [ledger]: 0 });
  });

  it("knows after a run what every table holds then", async () => {
    await using warehouse = await openShop();
    await using reads = await openReadsBesideRun(warehouse, runbook);
    await countsIn(reads.warehouse);
    const request = { runbook, selection: { range: shopRange } };
    await runBackfill(warehouse, request, testEffects({ emit: reads.tell }));
    const known = await countsIn(reads.warehouse);
    assert.ok(Object.values(known).every((rows) => Number(rows) > 0));
    assert.deepEqual(known, await countsIn(warehouse));
  });

  it("asks again about everything where others may write", async () => {
    await using warehouse = (await openSettledShop()).warehouse;
    const shared = sharedWith(warehouse, () => Promise.resolve());
    await using reads = await openReadsBesideRun(shared, runbook);
    await countsIn(reads.warehouse);
    await emptyAll(warehouse);
    reads.tell(startOf("DAY"));
    assert.deepEqual(new Set(Object.values(await countsIn(reads.warehouse))), new Set([0]));
  });
});
