import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parseCalendarDate, type CalendarDate } from "../../src/domain/calendar-date.ts";
import type { TableCut } from "../../src/domain/table-cut.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import { cutInputs, inputsOfProcessor } from "../../src/plan/upstream/input-cut.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { withinCut } from "../../src/run/within-cut.ts";
import { Fault } from "../../src/errors.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop, readShop, runShop, shopDates, shopRange } from "./shop.ts";

const folder = mkdtempSync(join(tmpdir(), "cascade-cut-"));

describe("withinCut()", () => {
  after(() => rmSync(folder, { recursive: true }));

  it("shows the windows of the dates together and nothing else, on an engine that is locked", async () => {
    const path = join(folder, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    await using warehouse = await openDuckDb({ path, lock: { folders: [] } });
    const runbook = await readShop();
    await runShop(warehouse, { runbook });
    const { calendar } = await readState(warehouse, runbook, shopRange);
    const inputs = inputsOfProcessor(runbook, "SCORE");
    const cuts = cutInputs(runbook, {
      inputs,
      dates: [dateOf("2024-01-12"), dateOf("2024-01-20")],
      calendar,
    });
    const failures =
      "select processor_name, cast(analysis_date as string) as day from shop_processing.precompute_failures order by all";
    const ask = { sql: failures, purpose: "read the failures" };
    const seen = await withinCut(warehouse, { cuts, token: "seen", purpose: "look" }, async () => ({
      trend: await daysOf(warehouse, "shop_analytics.shop_trend"),
      capitals: await daysOf(warehouse, "SHOP_Analytics.Shop_Day"),
      calendar: await daysOf(warehouse, "shop_processing.calendar"),
      failures: await warehouse.query(ask),
      undeclared: await faultOf(() => daysOf(warehouse, "shop_analytics.shop_score")),
    }));
    assert.deepEqual(seen, {
      trend: ["2024-01-12", "2024-01-20"],
      capitals: ["2024-01-12", "2024-01-20"],
      calendar: ["2024-01-12", "2024-01-20"],
      failures: [{ processor_name: "TREND", day: "2024-01-20" }],
      undeclared: "statement-failed",
    });
    assert.equal((await daysOf(warehouse, "shop_analytics.shop_day")).length, shopDates);
    assert.deepEqual(
      await faultOf(() => warehouse.query({ sql: "set threads = 1", purpose: "unlock" })),
      "statement-failed",
    );
  });

  it("shows everything again after a statement that failed", async () => {
    await using warehouse = await openShop();
    const sales: TableCut = {
      table: tableOf("shop_raw.sales"),
      parts: [{ dateColumn: "sale_date", ranges: [] }],
    };
    const code = await faultOf(() =>
      withinCut(warehouse, { cuts: [sales], token: "failing", purpose: "look" }, async () => {
        assert.deepEqual(await daysOf(warehouse, "shop_raw.sales"), []);
        return warehouse.query({ sql: "select no_column from shop_raw.sales", purpose: "fail" });
      }),
    );
    assert.equal(code, "statement-failed");
    assert.equal((await daysOf(warehouse, "shop_raw.sales")).length, shopDates);
  });
});

async function daysOf(warehouse: Warehouse, table: string): Promise<readonly unknown[]> {
  const sql = `select distinct cast(sale_date as string) as day from ${table} order by 1`;
  return (await warehouse.query({ sql, purpose: "read the dates" })).map((row) => row["day"]);
}

async function faultOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause) {
    assert.ok(cause instanceof Fault);
    return cause.code;
  }
}

function dateOf(text: string): CalendarDate {
  const date = parseCalendarDate(text);
  assert.ok(date !== undefined);
  return date;
}

function tableOf(text: string): TableId {
  const table = parseTableId(text);
  assert.ok(table !== undefined);
  return table;
}
