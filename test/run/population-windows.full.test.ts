import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { cutInputs, inputsOfProcessor } from "../../src/plan/upstream/input-cut.ts";
import { parseRunbook } from "../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { stepQueries } from "../../src/sql/stage.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { day } from "../plan/small-runbook.ts";
import {
  changeTables,
  openShop,
  outcomesOf,
  planShop,
  runShop,
  stepText,
  withStep,
  shopRange,
} from "./shop.ts";

const folder = "test/fixtures/shop";
const populationFile = "sql/population/shops.sql";

/** Shops with a sale on the date, and those with one in some days before. */
function membersOver(days: number): string {
  return `select distinct sale_date as analysis_date, shop as entity_id
from shop_raw.sales
where sale_date between @start_date and @end_date
union distinct
select days.sale_date as analysis_date, past.shop as entity_id
from shop_processing.calendar as days
join shop_raw.sales as past
  on past.sale_date < days.sale_date and past.sale_date >= days.sale_date - ${days}
where days.sale_date between @start_date and @end_date`;
}

/** The outcome of a shop whose last sale was on the fifth, for as long as it is a member. */
const closedShop = `union all
select 'old', sale_date, null, null, 'NO_TREND', 'closed'
from shop_processing.calendar
where sale_date between @start_date and @end_date
  and sale_date between date '2024-01-06' and date '2024-01-17'`;

async function shopWith({ read, declared }: { read: number; declared: number }): Promise<Runbook> {
  const files = new Map<string, string>();
  for (const path of await readdir(folder, { recursive: true })) {
    if (/\.(?:sql|yml)$/.test(path)) files.set(path, await readFile(join(folder, path), "utf8"));
  }
  files.set(populationFile, membersOver(read));
  const main = files.get("runbook.yml") ?? "";
  const plain = `sql: ${populationFile}, reads: [shop_raw.sales]`;
  assert.ok(main.includes(plain));
  const reads = `[shop_raw.sales, { from: shop_raw.sales, window: { previous-days: ${declared} } }]`;
  files.set("runbook.yml", main.replace(plain, `sql: ${populationFile}, reads: ${reads}`));
  const parsed = parseRunbook({ folder, name: "shop", files });
  if (parsed.kind === "ok") return parsed.runbook;
  throw new Error(parsed.problems.map(formatProblem).join("\n"));
}

describe("the window of a population", () => {
  it("makes pending exactly the dates whose members rest on what changed", async () => {
    const runbook = await shopWith({ read: 3, declared: 3 });
    await using warehouse = await openShop();
    assert.equal((await runShop(warehouse, { runbook, skipAudit: false })).isClean, true);
    await changeTables(
      warehouse,
      "update shop_raw.sales set amount = amount + 1 where sale_id = 'north-19-0'",
    );
    const { cells } = await planShop(warehouse, runbook);
    const pending = cells.filter(({ processor }) => processor === "DAY").flatMap(({ dates }) => dates);
    assert.deepEqual(pending, ["2024-01-20", "2024-01-21", "2024-01-22", "2024-01-23"]);
  });

  it("is audited: one that reads further commits nothing, and is told the window that would do", async () => {
    const narrow = await shopWith({ read: 12, declared: 1 });
    const runbook = withStep(narrow, "DAY", `${stepText(narrow, "DAY")}\n${closedShop}`);
    await using warehouse = await openShop();
    // A shop that closed: it is a member for as long as the population looks back.
    await changeTables(
      warehouse,
      "insert into shop_raw.sales select 'old-' || sale_id, sale_date, 'old', 1 from shop_raw.sales where shop = 'north' and sale_date < date '2024-01-06'",
    );
    const result = await runShop(warehouse, { runbook, skipAudit: false });
    assert.equal(outcomesOf(result, "committed")["DAY"], undefined);
    const errors = result.cells
      .filter(({ processor }) => processor === "DAY")
      .flatMap(({ outcomes }) => outcomes.flatMap((one) => (one.kind === "failed" ? [one.error] : [])));
    assert.match(errors.join("\n"), /window-too-narrow: shop_raw\.sales is read beyond .*previous-days: 1/);
  });

  it("cuts what its statement sees, on BigQuery in its text", async () => {
    const runbook = await shopWith({ read: 3, declared: 3 });
    await using warehouse = await openShop();
    const { calendar } = await readState(warehouse, runbook, shopRange);
    const [processor] = runbook.processors;
    assert.ok(processor !== undefined);
    const inputs = inputsOfProcessor(runbook, processor.id);
    const cuts = cutInputs(runbook, { inputs, dates: [day("2024-01-20")], calendar });
    const [, population = ""] = stepQueries(googlesql, processor, cuts);
    assert.match(
      population,
      /from `shop_raw`\.`sales` as stored_row where \(?`sale_date` between date '2024-01-17' and date '2024-01-20'/,
    );
  });
});
