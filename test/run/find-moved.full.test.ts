import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { contentOfShop, openShop, outcomesOf, readShop, runShop } from "./shop.ts";
import { sharedWith } from "./shared-warehouse.ts";

const changeOfSale = "update shop_raw.sales set amount = amount + 1 where sale_id = 'north-4-0'";

/** Runs the shop on a warehouse that others write too: they do so once, right after `processor` has been staged. */
async function runMeanwhile(
  warehouse: Warehouse,
  { processor, changes }: { readonly processor: string; readonly changes: readonly string[] },
): Promise<{ readonly result: Awaited<ReturnType<typeof runShop>>; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const waiting = [...changes];
  async function before(statement: Statement): Promise<void> {
    asked.push(statement.purpose);
    if (statement.purpose !== `check the stage of ${processor}`) return;
    await using other = await warehouse.session();
    for (const sql of waiting.splice(0)) await other.execute([{ sql, purpose: "write as somebody else" }]);
  }
  const result = await runShop(sharedWith(warehouse, before), { runbook: await readShop() });
  return { result, asked };
}

async function attemptsOn(warehouse: Warehouse, processor: string, date: string): Promise<number> {
  const rows = await warehouse.query({
    sql: `select status from shop_processing.cascade_partitions where processor_name = '${processor}' and analysis_date = '${date}'`,
    purpose: "read the attempts",
  });
  return rows.length;
}

describe("a cell whose inputs change while it computes", () => {
  it("discards exactly the dates that read the change, and the next run completes them", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const { result } = await runMeanwhile(warehouse, { processor: "DAY", changes: [changeOfSale] });
    assert.deepEqual(outcomesOf(result, "moved"), { DAY: ["2024-01-05"], TREND: ["2024-01-05"] });
    assert.deepEqual(outcomesOf(result, "failed"), {});
    assert.equal(result.isClean, false);
    assert.equal(await attemptsOn(warehouse, "DAY", "2024-01-05"), 0);
    assert.equal(
      outcomesOf(result, "blocked")["SCORE"]?.includes("2024-01-05"),
      true,
      "unsettled for later cells",
    );
    assert.equal(outcomesOf(result, "committed")["DAY"]?.length, 28);
    const again = await runShop(warehouse, { runbook });
    assert.equal(again.isClean, true);
    await using rebuilt = await openShop();
    await rebuilt.execute([{ sql: changeOfSale, purpose: "change the sale first" }]);
    await runShop(rebuilt, { runbook });
    assert.deepEqual(await contentOfShop(warehouse, runbook), await contentOfShop(rebuilt, runbook));
  });

  it("names what moved: a source, a processor, the failures that are read of one", async () => {
    const cases = [
      {
        processor: "TREND",
        change:
          "update shop_analytics.shop_day set total = total + 1 where shop = 'north' and sale_date = '2024-01-30'",
        moved: ["2024-01-31 DAY"],
      },
      {
        processor: "SCORE",
        change:
          "update shop_processing.cascade_failures set failure_category = 'NO_TREND' where processor_name = 'TREND' and analysis_date = '2024-01-02' and entity_id = 'north'",
        moved: ["2024-01-02 TREND"],
      },
      {
        processor: "SCORE",
        change: "delete from shop_raw.sales where sale_date = '2024-01-31' and shop = 'north'",
        moved: ["2024-01-31 shop_raw.sales"],
      },
    ];
    for (const { processor, change, moved } of cases) {
      await using warehouse = await openShop();
      const { result } = await runMeanwhile(warehouse, { processor, changes: [change] });
      const found = result.cells
        .filter((cell) => cell.processor === processor)
        .flatMap(({ outcomes }) =>
          outcomes.flatMap((outcome) =>
            outcome.kind === "moved" ? outcome.upstream.map((name) => `${outcome.date} ${name}`) : [],
          ),
        );
      assert.deepEqual(found.toSorted(), moved);
    }
  });

  it("discards a date that the calendar lost, and one that would have failed on what was there before", async () => {
    await using warehouse = await openShop();
    const { result } = await runMeanwhile(warehouse, {
      processor: "DAY",
      changes: ["delete from shop_raw.sales where sale_date = '2024-01-31'"],
    });
    assert.deepEqual(outcomesOf(result, "moved")["DAY"], ["2024-01-31"]);
    await using broken = await openShop();
    const sale = "where sale_id = 'north-4-0'";
    await broken.execute([
      { sql: `update shop_raw.sales set amount = 2000000 ${sale}`, purpose: "break a sale" },
    ]);
    const mended = await runMeanwhile(broken, {
      processor: "DAY",
      changes: [`update shop_raw.sales set amount = 5 ${sale}`],
    });
    assert.deepEqual(outcomesOf(mended.result, "failed"), {});
    assert.deepEqual(outcomesOf(mended.result, "moved")["DAY"], ["2024-01-05"]);
  });

  it("keeps everything when nothing changes, when the change is taken back, and when it is outside the windows", async () => {
    const runbook = await readShop();
    await using alone = await openShop();
    await runShop(alone, { runbook });
    const expected = await contentOfShop(alone, runbook);
    for (const changes of [
      [],
      [
        "create or replace table cascade_memory.main.kept as select * from shop_raw.sales",
        "delete from shop_raw.sales where true",
        "insert into shop_raw.sales select * from cascade_memory.main.kept",
      ],
    ]) {
      await using warehouse = await openShop();
      const { result, asked } = await runMeanwhile(warehouse, { processor: "DAY", changes });
      assert.equal(result.isClean, true);
      assert.deepEqual(await contentOfShop(warehouse, runbook), expected);
      assert.ok(asked.includes("read the versions of shop_raw.sales"));
    }
    await using warehouse = await openShop();
    const later = "update shop_analytics.shop_day set total = total + 1 where sale_date = '2024-01-31'";
    const { result } = await runMeanwhile(warehouse, { processor: "TREND", changes: [later] });
    assert.equal(outcomesOf(result, "moved")["TREND"], undefined, "TREND reads earlier days only");
    assert.deepEqual(outcomesOf(result, "moved"), { SCORE: ["2024-01-31"] });
  });
});
