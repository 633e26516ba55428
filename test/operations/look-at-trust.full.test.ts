import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { TrustFinding } from "../../src/domain/trust.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { recordTrust } from "../../src/ledger/recorded-trust.ts";
import { lookAtTrust } from "../../src/operations/look-at-trust.ts";
import { waiverDigest } from "../../src/plan/waivers/waiver-digest.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Waiver } from "../../src/runbook/waiver.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import {
  changeTables,
  openSettledShop,
  openShop,
  readShop,
  runShop,
  shopDates,
  shopRange,
  withStep,
} from "../run/shop.ts";
import { askTrust, countTrust, lookAndRecord } from "./trust-of-shop.ts";

const day = "shop_analytics.shop_day";
const score = "shop_analytics.shop_score";
const sales = "shop_raw.sales";

async function look(
  warehouse: Warehouse,
  { runbook, today = "2024-02-02" }: { readonly runbook: Runbook; readonly today?: string },
): Promise<(table: string, date: string) => string> {
  const lookedAt = new Date(`${today}T12:00:00Z`);
  const { found } = await lookAtTrust(warehouse, { runbook, selection: { range: shopRange }, lookedAt });
  return (table, date) => textOf(found.find((one) => one.table === table && one.date === date));
}

function textOf(found: TrustFinding | undefined): string {
  return found === undefined ? "nothing" : `${found.state}: ${found.why}`;
}

/** The runbook with a waiver of one lost day. */
async function waivingDay(warehouse: Warehouse, runbook: Runbook, date: string): Promise<Runbook> {
  const waiver: Waiver = {
    id: "lost",
    kind: "gap",
    processor: "DAY",
    period: undefined,
    dates: [date as CalendarDate],
    entities: [],
    maximumRate: undefined,
    reason: "it is known",
    approver: "jane",
    expires: "2024-02-10" as CalendarDate,
    digest: "",
    warehouse: warehouse.hashTag,
    place: { file: "waivers.yml", line: 1, column: 1 },
  };
  const state = await readState(warehouse, runbook, shopRange);
  return { ...runbook, waivers: [{ ...waiver, digest: waiverDigest(runbook, state, waiver) }] };
}

describe("lookAtTrust()", () => {
  it("trusts what was built and is current, sources among it, and nothing before it was built", async () => {
    const runbook = await readShop();
    await using fresh = await openShop();
    const before = await look(fresh, { runbook });
    assert.match(before(score, "2024-01-09"), /^missing: it is to be built: missing; gaps: /);
    assert.equal(before(sales, "2024-01-09"), "settled: ");
    await using warehouse = (await openSettledShop()).warehouse;
    const { found } = await lookAtTrust(warehouse, {
      runbook,
      selection: { range: shopRange },
      lookedAt: new Date("2024-02-02T00:00:00Z"),
    });
    assert.equal(found.length, 4 * shopDates);
    assert.deepEqual([...new Set(found.map(({ state }) => state))], ["settled"]);
  });

  it("tells what is missing, what it taints downstream, and why", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(warehouse, `delete from ${day} where sale_date = date '2024-01-09'`);
    const trust = await look(warehouse, { runbook });
    assert.match(trust(day, "2024-01-09"), /^missing: /);
    assert.match(trust(score, "2024-01-09"), /^tainted: .*DAY 2024-01-09/);
    assert.equal(trust(day, "2024-01-08"), "settled: ");
  });

  it("taints what was built from rows that are others now, and holds a source with rows that break its rules", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      `insert into ${sales} select sale_id, sale_date, shop, amount from ${sales} where sale_date = date '2024-01-09' limit 1`,
    );
    const trust = await look(warehouse, { runbook });
    assert.match(trust(sales, "2024-01-09"), /^held: contract: /);
    assert.equal(trust(sales, "2024-01-10"), "settled: ");
    assert.match(trust(day, "2024-01-09"), /^tainted: .*shop_raw.sales 2024-01-09 changed/);
    assert.equal(trust(day, "2024-01-08"), "settled: ");
  });

  it("never trusts a table of which a check failed", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const broken = {
      title: "Shops",
      sql: { file: "broken.sql", text: "select 1 / nothing from shop_raw.sales" },
    };
    const processors = runbook.processors.map((processor) => ({
      ...processor,
      ...(processor.population === undefined ? {} : { population: { ...processor.population, ...broken } }),
    }));
    const trust = await look(warehouse, { runbook: { ...runbook, processors } });
    for (const table of [day, score]) assert.match(trust(table, "2024-01-09"), /^held: .*nothing/);
  });

  it("says what a waiver accepts, as long as it holds", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      `delete from ${day} where sale_date = date '2024-01-31';
delete from shop_processing.cascade_partitions where analysis_date = date '2024-01-31'`,
    );
    const waiving = await waivingDay(warehouse, runbook, "2024-01-31");
    const held = await look(warehouse, { runbook: waiving });
    assert.match(held(day, "2024-01-31"), /^waived: rows that are absent are accepted/);
    const lapsed = await look(warehouse, { runbook: waiving, today: "2024-02-11" });
    assert.match(lapsed(day, "2024-01-31"), /^missing: /);
  });

  it("says of what failed to be built again that it stands and is old", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const failing = withStep(runbook, "SCORE", "select cast('x' as integer) as nothing");
    await runShop(warehouse, { runbook: failing });
    const trust = await look(warehouse, { runbook: failing });
    assert.match(trust(score, "2024-01-09"), /^tainted: /);
    assert.equal(trust(day, "2024-01-09"), "settled: ");
  });
});

describe("the view of trust", () => {
  it("shows the newest look, keeps since when it is so, and takes back what was attempted since", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const request = { runbook, range: shopRange };
    await lookAndRecord(warehouse, { ...request, at: "2030-01-01T00:00:00Z" });
    assert.equal(await countTrust(warehouse), `${4 * shopDates} settled`);
    await lookAndRecord(warehouse, { ...request, at: "2030-01-02T00:00:00Z" });
    assert.equal(await askTrust(warehouse, day, "2024-01-09"), "settled | 2030-01-01 | ");
    await changeTables(warehouse, `delete from ${day} where sale_date = date '2024-01-09'`);
    await lookAndRecord(warehouse, { ...request, at: "2030-01-03T00:00:00Z" });
    assert.match(await askTrust(warehouse, day, "2024-01-09"), /^missing \| 2030-01-03 \| /);
    await changeTables(
      warehouse,
      `insert into shop_processing.cascade_partitions
select * replace ('later' as attempt_id, timestamptz '2030-01-04 00:00:00+00' as finished_at)
from shop_processing.cascade_partitions
where processor_name = 'SCORE' and analysis_date = date '2024-01-08'`,
    );
    assert.equal(
      await askTrust(warehouse, score, "2024-01-08"),
      "held | 2030-01-04 | it was built again, and not looked at since",
    );
    const [row] = await warehouse.query({
      sql: "select count(*) as rows from shop_processing.cascade_trust",
      purpose: "count the looks",
    });
    assert.equal(row?.["rows"], 4 * shopDates, "older looks are forgotten");
  });

  it("forgets a date that has left the calendar, once somebody has looked at its range", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await lookAndRecord(warehouse, { runbook, range: shopRange, at: "2030-01-01T00:00:00Z" });
    await changeTables(warehouse, `delete from ${sales} where sale_date = date '2024-01-31'`);
    await lookAndRecord(warehouse, { runbook, range: shopRange, at: "2030-01-02T00:00:00Z" });
    assert.equal(await askTrust(warehouse, day, "2024-01-31"), "");
    assert.notEqual(await askTrust(warehouse, day, "2024-01-30"), "");
  });

  it("is not set back by a look that began earlier and ended later", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const selection = { range: shopRange };
    const early = await lookAtTrust(warehouse, {
      runbook,
      selection,
      lookedAt: new Date("2030-01-01T00:00:00Z"),
    });
    await changeTables(warehouse, `delete from ${day} where sale_date = date '2024-01-09'`);
    await lookAndRecord(warehouse, { runbook, range: shopRange, at: "2030-01-02T00:00:00Z" });
    await recordTrust(warehouse, runbook.ledger, early);
    assert.match(await askTrust(warehouse, day, "2024-01-09"), /^missing/);
  });
});
