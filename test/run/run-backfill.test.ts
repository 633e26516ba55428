import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import {
  changeTables,
  contentOfShop,
  firstRow,
  openSettledShop,
  openShop,
  outcomesOf,
  planShop,
  readShop,
  runShop,
  shopDates,
  stepText,
  withStep,
} from "./shop.ts";

describe("runBackfill()", () => {
  it("gives every member of every population a row or a failure", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const result = await runShop(warehouse, { runbook });
    assert.equal(result.isClean, true);
    assert.equal(result.plan.totals.units, 3 * shopDates);
    const expected = { expected: 99 };
    for (const processor of runbook.processors) {
      const sql = `select (select count(*) from ${processor.table}) + (select count(*) from shop_processing.precompute_failures where processor_name = '${processor.id}') as expected`;
      assert.deepEqual(await firstRow(warehouse, sql), expected);
    }
    assert.deepEqual(
      await warehouse.query({
        sql: "select processor_name, failure_category, count(*) as n, min(can_retry) as retry from shop_processing.precompute_failures group by all order by all",
        purpose: "read",
      }),
      [
        { processor_name: "SCORE", failure_category: "TOO_FEW_DAYS", n: 8, retry: false },
        { processor_name: "TREND", failure_category: "TOO_FEW_DAYS", n: 8, retry: false },
      ],
    );
  });

  it("finds nothing to do the second time", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const again = await runShop(warehouse, { runbook });
    assert.equal(again.plan.totals.units, 0);
    assert.equal(again.plan.totals.upToDate, 3 * shopDates);
  });

  it("recomputes exactly what reads a changed raw row inside its window, and stops where nothing changes", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      "update shop_raw.sales set amount = amount + 1 where sale_id = 'north-20-0'",
    );
    const result = await runShop(warehouse, { runbook });
    const later = ["22", "23", "24", "25", "26", "27", "28", "29", "30", "31"].map((day) => `2024-01-${day}`);
    const committed = outcomesOf(result, "committed");
    assert.deepEqual(committed["DAY"], ["2024-01-21"]);
    assert.deepEqual(committed["TREND"], ["2024-01-21", ...later], "the 21st through its population");
    assert.deepEqual(committed["SCORE"], ["2024-01-21", "2024-01-22", "2024-01-23", "2024-01-24"]);
    await using rebuilt = await openShop();
    await changeTables(rebuilt, "update shop_raw.sales set amount = amount + 1 where sale_id = 'north-20-0'");
    await runShop(rebuilt, { runbook });
    assert.deepEqual(await contentOfShop(warehouse, runbook), await contentOfShop(rebuilt, runbook));
  });

  it("blocks exactly the dates whose window holds the bad one, and records each block once", async () => {
    const runbook = await readShop();
    const bad = withStep(
      runbook,
      "DAY",
      `with step as (${stepText(runbook, "DAY")}) select * replace (case when sale_date = '2024-01-20' then null else total end as total) from step`,
    );
    await using warehouse = await openShop();
    const result = await runShop(warehouse, { runbook: bad });
    const after = ["21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31"].map(
      (day) => `2024-01-${day}`,
    );
    assert.deepEqual(outcomesOf(result, "blocked"), { TREND: after, SCORE: ["2024-01-20", ...after] });
    const sql =
      "select count(*) as n from shop_processing.precompute_failures where entity_id = 'DATE_LEVEL' and failure_category = 'MISSING_UPSTREAM'";
    assert.deepEqual(await firstRow(warehouse, sql), { n: 23 });
    const rows = "select count(*) as n from shop_processing.cascade_partitions where status = 'blocked'";
    await runShop(warehouse, { runbook: bad });
    assert.deepEqual(await firstRow(warehouse, rows), { n: 23 }, "the same cause appends nothing");
    await runShop(warehouse, { runbook });
    assert.deepEqual(await firstRow(warehouse, sql), { n: 0 });
  });

  it("adds the upstream that it needs when told so", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const range = { from: "2024-01-20" as CalendarDate, to: "2024-01-20" as CalendarDate };
    const result = await runShop(warehouse, {
      runbook,
      selection: { range, processors: ["SCORE"], withUpstream: true },
    });
    assert.equal(result.isClean, true);
    assert.deepEqual(Object.keys(outcomesOf(result, "committed")), ["DAY", "TREND", "SCORE"]);
  });

  it("refuses a plan with another digest than the approved one and writes no partition", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const { digest } = await planShop(warehouse, runbook);
    await changeTables(
      warehouse,
      "update shop_raw.sales set amount = amount + 1 where sale_id = 'north-20-0'",
    );
    await assert.rejects(runShop(warehouse, { runbook, digest }), { code: "digest-mismatch" });
    assert.deepEqual(
      await firstRow(warehouse, "select count(*) as n from shop_processing.cascade_partitions"),
      {
        n: 0,
      },
    );
    const plan = await planShop(warehouse, runbook);
    const result = await runShop(warehouse, { runbook, digest: plan.digest });
    assert.equal(result.isClean, true);
  });
});
