import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isUnchanged, sumColumns } from "../../src/domain/change.ts";
import { changeTables, firstRow, openSettledShop, readShop, shopDates, withStep } from "../run/shop.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";
import { diffShop, doublingNorth } from "./diff-of-shop.ts";

const totals =
  "select count(*) as rows, sum(total) as total, (select count(*) from shop_processing.cascade_partitions) as attempts from shop_analytics.shop_day";

describe("diffProcessor()", () => {
  it("finds nothing where a definition gives what stands", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    for (const processor of ["DAY", "TREND", "SCORE"]) {
      const { dates, refused, absent } = await diffShop(warehouse, { runbook, processor });
      assert.deepEqual([dates.every(isUnchanged), refused, absent], [true, [], []], processor);
    }
  });

  it("counts changed rows by column, with the largest and the mean difference and an example; commits nothing", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const before = await firstRow(warehouse, totals);
    const dates = ["2024-01-08", "2024-01-09"];
    const diff = await diffShop(warehouse, { runbook: doublingNorth(runbook), processor: "DAY", dates });
    const statement = {
      sql: "select total from shop_analytics.shop_day where shop = 'north' and sale_date in ('2024-01-08', '2024-01-09') order by sale_date",
      purpose: "read",
    };
    const was = await queryRows(warehouse, statement, { total: typed.float });
    const [first = 0, second = 0] = was.map(({ total }) => total);
    assert.deepEqual(
      diff.dates.map(({ date, added, removed, changed, same }) => [date, added, removed, changed, same]),
      dates.map((date) => [date, 0, 0, 1, 2]),
    );
    const [total, ...others] = sumColumns(diff.dates);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [total?.column, total?.changed, total?.beyond, total?.largest, total?.mean],
      ["total", 2, 2, Math.max(first, second), (first + second) / 2],
    );
    assert.equal(total?.example, `north: ${first} to ${2 * first}`);
    assert.deepEqual(await firstRow(warehouse, totals), before);
  });

  it("names rows that would be new, and rows that would be gone", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      `delete from shop_analytics.shop_day where shop = 'east' and sale_date = date '2024-01-08';
insert into shop_analytics.shop_day select * replace ('west' as shop) from shop_analytics.shop_day where shop = 'north' and sale_date = date '2024-01-09'`,
    );
    const { dates } = await diffShop(warehouse, { runbook, processor: "DAY" });
    const changed = dates.filter((date) => !isUnchanged(date));
    assert.deepEqual(
      changed.map(({ date, added, removed, firstAdded, firstRemoved }) => [
        date,
        added,
        removed,
        firstAdded,
        firstRemoved,
      ]),
      [
        ["2024-01-08", 1, 0, "east", undefined],
        ["2024-01-09", 0, 1, undefined, "west"],
      ],
    );
    assert.equal(dates.length, shopDates);
  });

  it("compares floats as versions do: the sign of zero is a difference", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const giving = (value: string) =>
      withStep(
        runbook,
        "SCORE",
        `select shop, sale_date, cast('${value}' as double) as ratio, cast(null as varchar) as failure_category, cast(null as varchar) as failure_reason from shop_analytics.shop_day where sale_date between @start_date and @end_date`,
      );
    const dates = ["2024-01-08"];
    const scores = "shop_analytics.shop_score";
    async function compare(stands: string, gives: string): Promise<readonly unknown[]> {
      await changeTables(
        warehouse,
        `delete from ${scores} where sale_date = date '2024-01-08';
insert into ${scores} (shop, sale_date, ratio) select shop, sale_date, cast('${stands}' as double) from shop_analytics.shop_day where sale_date = date '2024-01-08'`,
      );
      const diff = await diffShop(warehouse, { runbook: giving(gives), processor: "SCORE", dates });
      assert.deepEqual(diff.refused, []);
      const [ratio] = sumColumns(diff.dates);
      return [ratio?.changed ?? 0, ratio?.measured ?? 0, ratio?.largest];
    }
    assert.deepEqual(await compare("0.0", "-0.0"), [3, 3, 0]);
    assert.deepEqual(await compare("0.1", "0.1"), [0, 0, undefined]);
    assert.deepEqual(await compare("0.5", "2"), [3, 3, 1.5]);
  });

  it("tells which dates a definition could not commit, and compares the others", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const broken = withStep(
      runbook,
      "DAY",
      "select shop, sale_date, case when sale_date = date '2024-01-09' then -1 else 1 end as total, 3 as sales, cast(null as varchar) as failure_category, cast(null as varchar) as failure_reason from shop_raw.sales where sale_date between @start_date and @end_date group by shop, sale_date",
    );
    const { dates, refused } = await diffShop(warehouse, { runbook: broken, processor: "DAY" });
    assert.deepEqual(
      refused.map(({ date }) => date),
      ["2024-01-09"],
    );
    assert.equal(dates.length, shopDates - 1);
  });

  it("names columns that the table does not have yet, and compares the others", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(warehouse, "alter table shop_analytics.shop_day drop column sales");
    const { dates, absent } = await diffShop(warehouse, { runbook, processor: "DAY" });
    assert.deepEqual([absent, dates.every(isUnchanged)], [["sales"], true]);
  });

  for (const [processor, dates, code] of [
    ["DYA", undefined, "unknown-name"],
    ["DAY", ["2024-01-13"], "date-outside-calendar"],
  ] as const) {
    it(`refuses ${processor} on ${dates?.join(", ") ?? "any date"}`, async () => {
      const runbook = await readShop();
      await using warehouse = (await openSettledShop()).warehouse;
      const asked = { runbook, processor, ...(dates === undefined ? {} : { dates }) };
      await assert.rejects(diffShop(warehouse, asked), { code });
    });
  }
});
