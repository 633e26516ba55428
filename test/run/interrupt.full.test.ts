import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { contentOfShop, ledgerFaults, openShop, readShop, runShop, shopRange, testEffects } from "./shop.ts";

/** A warehouse that tells of each call, by what it is for, before it is made. */
function telling(warehouse: Warehouse, tell: (purpose: string) => void): Warehouse {
  return {
    ...warehouse,
    query(statement) {
      tell(statement.purpose);
      return warehouse.query(statement);
    },
    execute(statements) {
      tell(statements.map(({ purpose }) => purpose).join(", "));
      return warehouse.execute(statements);
    },
    session: async () => telling(await warehouse.session(), tell),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

describe("a run that is interrupted", () => {
  it("ends at any call, keeps whole partitions, and is completed by the next run", async () => {
    const { calls, expected } = await runUninterrupted(true);
    const completed = new Set<string>();
    // After the last call there is nothing left to interrupt.
    for (const call of calls.slice(0, -1).keys()) {
      await using warehouse = await openShop();
      await interruptAt(warehouse, { call, skipAudit: true });
      const left = await leftIn(warehouse);
      if (completed.has(left)) continue;
      completed.add(left);
      await assertCompletes(warehouse, expected, `call ${call}`);
    }
    assert.ok(completed.size > 5, `${completed.size} states of the tables`);
  });

  it("ends and is completed where windows are audited: at the first, one in the middle, and the last call", async () => {
    const { calls, expected } = await runUninterrupted(false);
    const audits = [...calls.entries()].flatMap(([call, purpose]) =>
      purpose.startsWith("audit ") ? [call] : [],
    );
    const chosen = [0, Math.floor(audits.length / 2), -1].flatMap((index) => audits.at(index) ?? []);
    assert.equal(new Set(chosen).size, 3);
    for (const call of chosen) {
      await using warehouse = await openShop();
      await interruptAt(warehouse, { call, skipAudit: false });
      await assertCompletes(warehouse, expected, `call ${call}`);
    }
  });

  it("commits nothing of a cell that has not committed when it is told", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const controller = new AbortController();
    const effects = testEffects({
      signal: controller.signal,
      emit: (event) => {
        if (event.kind === "cell-started" && event.cell.processor === "TREND") controller.abort();
      },
    });
    const run = runBackfill(warehouse, { runbook, selection: { range: shopRange } }, effects);
    await assert.rejects(run, { code: "interrupted" });
    const committed = await warehouse.query({
      sql: "select distinct processor_name from shop_processing.cascade_partitions",
      purpose: "read",
    });
    assert.deepEqual(committed, [{ processor_name: "DAY" }]);
  });
});

/** What a run asks for in order, and what it leaves. */
async function runUninterrupted(skipAudit: boolean) {
  const runbook = await readShop();
  await using warehouse = await openShop();
  const calls: string[] = [];
  await runShop(
    telling(warehouse, (purpose) => calls.push(purpose)),
    { runbook, skipAudit },
  );
  return { calls, expected: await contentOfShop(warehouse, runbook) };
}

/** Runs the shop and interrupts it before the call of this number, from 0 on. */
async function interruptAt(
  warehouse: Warehouse,
  { call, skipAudit }: { readonly call: number; readonly skipAudit: boolean },
): Promise<void> {
  const controller = new AbortController();
  let calls = 0;
  const told = telling(warehouse, () => {
    if (calls === call) controller.abort();
    calls += 1;
  });
  const run = runBackfill(
    told,
    { runbook: await readShop(), selection: { range: shopRange }, skipAudit },
    testEffects({ signal: controller.signal }),
  );
  await assert.rejects(run, { code: "interrupted" }, `call ${call}`);
}

/** All that could make the next run go otherwise: what stands, which tables there are, and how runs ended. */
async function leftIn(warehouse: Warehouse): Promise<string> {
  const runbook = await readShop();
  const sql = `select concat(table_schema, '.', table_name) as left_over from information_schema.tables
union all select concat('run ', status) from shop_processing.cascade_runs order by 1`;
  const others = await warehouse.query({ sql, purpose: "read what is left" });
  return JSON.stringify([await contentOfShop(warehouse, runbook), others]);
}

async function assertCompletes(
  warehouse: Warehouse,
  expected: Record<string, string>,
  message: string,
): Promise<void> {
  const runbook = await readShop();
  assert.deepEqual(await ledgerFaults(warehouse, runbook), [], message);
  await runShop(warehouse, { runbook });
  assert.deepEqual(await contentOfShop(warehouse, runbook), expected, message);
}
