import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContamination } from "../../src/gates/contamination/read-contamination.ts";
import { readContract } from "../../src/gates/contract/read-contract.ts";
import { readCoverage } from "../../src/gates/coverage/read-coverage.ts";
import { readFreshness } from "../../src/gates/freshness/read-freshness.ts";
import { runGates } from "../../src/gates/run-gates.ts";
import { openGateScope } from "../../src/gates/gate-scope.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { explainPartition } from "../../src/operations/explain-partition.ts";
import { reasonText } from "../../src/plan/approval/plan-json.ts";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import { lintRunbook } from "../../src/runbook/lint-runbook.ts";
import { contradictionsAmong } from "../../src/runbook/policy/policy-rules.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { fillTill, readTill, runTill, tillFiles, tillRange } from "./open-columns.ts";

const files = tillFiles([], {
  "runbook.yml": `name: till
sources:
  - { table: till_raw.sales, date: day, key: [sale] }
  - { table: till_raw.shops, date: none, key: [shop] }
processors:
  - { id: REGIONS, table: till_mart.regions, key: [day, region], reads: [till_raw.sales, till_raw.shops], sql: regions.sql }
  - { id: SUMS, table: till_mart.sums, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
  - { id: COPY, table: till_mart.copies, key: [day, region], reads: [till_raw.sales, till_raw.shops],
      step: { command: [node, -e, "process.stdout.write('')"] }, columns: { day: date, region: string } }
`,
  "regions.sql": `select sales.day, shops.region, sum(sales.amount) as amount
from till_raw.sales as sales
join till_raw.shops as shops on shops.shop = sales.shop
where sales.day between @start_date and @end_date
group by sales.day, shops.region`,
});

/** The till; `shops` ends what the source of shops declares, and a text of the runbook is replaced. */
async function openTill(
  shops = " }",
  [from, to]: readonly [string, string] = ["", ""],
): Promise<{ readonly warehouse: Warehouse; readonly runbook: Runbook }> {
  const warehouse = await openDuckDb({ path: inMemory });
  await fillTill(warehouse);
  await change(
    warehouse,
    "create table till_raw.shops as select * from (values ('north', 'up'), ('south', 'down')) as shops(shop, region)",
  );
  const yaml = (files.get("runbook.yml") ?? "").replace("key: [shop] }", `key: [shop]${shops}`);
  const texts = new Map([...files, ["runbook.yml", yaml.replace(from, to)]]);
  const runbook = await completeRunbook(warehouse, readTill(texts));
  return {
    warehouse,
    runbook: { ...runbook, processors: runbook.processors.filter(({ id }) => id !== "COPY") },
  };
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute([{ sql, purpose: "change the raw table" }]);
}

async function regionsOf(warehouse: Warehouse): Promise<readonly unknown[]> {
  const rows = await warehouse.query({
    sql: "select distinct region from till_mart.regions order by 1",
    purpose: "look",
  });
  return rows.map(({ region }) => region);
}

describe("a source without dates", () => {
  it("is read whole, and what reads it is computed again when a row of it changes", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    const first = await runTill(opened, runbook);
    assert.deepEqual([first.isClean, first.plan.totals.units], [true, 20]);
    assert.deepEqual(await regionsOf(opened), ["down", "up"]);
    assert.equal((await runTill(opened, runbook)).plan.totals.units, 0);
    await change(opened, "update till_raw.shops set region = 'top' where shop = 'north'");
    const again = await runTill(opened, runbook);
    assert.deepEqual([again.isClean, again.plan.totals.units], [true, 10]);
    assert.deepEqual(new Set(again.plan.cells.map(({ processor }) => processor)), new Set(["REGIONS"]));
    assert.deepEqual(await regionsOf(opened), ["down", "top"]);
  });

  it("is named as the reason", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    await runTill(opened, runbook);
    await change(opened, "insert into till_raw.shops values ('west', 'left')");
    const processor = runbook.processors.find(({ id }) => id === "REGIONS");
    assert.ok(processor);
    const date = "2024-01-05" as CalendarDate;
    const explained = await explainPartition(opened, {
      runbook,
      processor,
      date,
      entity: undefined,
      today: "2024-02-01" as CalendarDate,
    });
    assert.ok(explained.pending);
    assert.equal(reasonText(explained.pending), "upstream-changed till_raw.shops whole");
    assert.deepEqual(explained.reads[1], { table: "till_raw.shops", window: "whole", failures: false });
    const { plan } = await runTill(opened, runbook);
    const reasons = plan.cells.flatMap((cell) => [...cell.reasons.values()].map(reasonText));
    assert.deepEqual(new Set(reasons), new Set(["upstream-changed till_raw.shops whole"]));
  });

  it("leaves all dates unsettled while it is empty", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    await change(opened, "delete from till_raw.shops");
    const { plan } = await runTill(opened, runbook);
    assert.deepEqual([plan.totals.units, plan.totals.blocked], [10, 10]);
  });

  it("is asked about by the linter, and contradicts nothing", () => {
    const linted = lintRunbook({ folder: "till", name: "till", files });
    assert.ok(linted.kind === "linted");
    assert.deepEqual(
      linted.findings.map(({ rule, place }) => `${rule} ${place.line}`),
      ["source-without-history 4"],
    );
    assert.deepEqual(contradictionsAmong(linted.findings), []);
  });

  it("is looked at by contracts, whole", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    assert.deepEqual(await contractOf(opened, runbook), ["ok", []]);
    await change(opened, "insert into till_raw.shops values ('north', null)");
    assert.deepEqual(await contractOf(opened, runbook), ["violated", ["the key stands more than once"]]);
    await change(opened, "delete from till_raw.shops");
    assert.deepEqual(await contractOf(opened, runbook), ["violated", ["it has no row"]]);
    await change(opened, "alter table till_raw.shops drop column region");
    const [, [lost]] = await contractOf(opened, runbook);
    assert.match(lost ?? "", /region/);
    await change(opened, "drop table till_raw.shops");
    assert.deepEqual(await contractOf(opened, runbook), [
      "violated",
      ["till_raw.shops: the table does not exist"],
    ]);
  });
});

describe("the values of a source without dates", () => {
  const declared = `, critical: [{ field: region, valid: "{field} in ('up', 'down')" }, { field: shop, valid: "{field} <> 'x'", level: warn }],
      distributions: [
        { name: regions, value: count(distinct region), per: range, max: 2 },
        { name: shops, value: count(*), per: date, min: 2, level: block },
        { name: strange shops, value: count(*), per: range, max: 0, where: shop = 'x', only-if: count(*) > 0 }] }`;

  it("are looked at by contamination once, over all rows", async () => {
    const { warehouse, runbook } = await openTill(declared);
    await using opened = warehouse;
    assert.deepEqual(await valuesOf(opened, runbook), ["clean", []]);
    await change(opened, "insert into till_raw.shops values ('x', 'left')");
    assert.deepEqual(await valuesOf(opened, runbook), [
      "contaminated",
      [
        "valid region contaminated 1 of 3",
        "valid shop suspect 1 of 3",
        "distribution regions suspect 3 of 3",
        "distribution strange shops suspect 3 of 3",
      ],
    ]);
    await change(opened, "delete from till_raw.shops where shop <> 'x'");
    assert.match(
      (await valuesOf(opened, runbook))[1].join(),
      /valid region contaminated 1 of 1,.*distribution shops contaminated 1 of 1/,
    );
    await change(opened, "drop table till_raw.shops");
    assert.deepEqual(await valuesOf(opened, runbook), ["clean", []]);
  });

  it("hold up what reads them, at a gate", async () => {
    const { warehouse, runbook } = await openTill(declared);
    await using opened = warehouse;
    await change(opened, "insert into till_raw.shops values ('west', 'left')");
    await runTill(opened, runbook);
    const asked = runbook.gates.filter(({ kind }) => kind === "contamination");
    const today = "2024-02-01" as CalendarDate;
    const [last] = await runGates(opened, { runbook, range: tillRange, today }, asked);
    assert.equal(last?.status, "blocked");
    assert.match(last.summary, /^till_raw\.shops: region: 1 of 3 rows break "/);
  });
});

describe("how fresh a source without dates is", () => {
  const gate = `gates:
  - { id: fresh, kind: freshness, after: [], processors: [REGIONS], maximum-age: 3 }
sources:`;

  /** The shops as a freshness gate sees them where the engine says that they were written on a day. */
  async function freshnessOf(written: string | undefined) {
    const { warehouse, runbook } = await openTill(" }", ["sources:", gate]);
    await using opened = warehouse;
    const told = `select 'till_raw' as table_schema, 'shops' as table_name, cast(null as string) as partition_id,
      2 as total_rows, epoch_us(timestamp '${written} 12:00:00') as last_modified, cast(null as string) as partition_column, false as keeps_deleted`;
    const dialect = { ...opened.dialect, partitionMetadata: written === undefined ? undefined : () => told };
    const scope = await scopeOf(opened, runbook);
    const tables = await readFreshness({ ...opened, dialect }, { scope, gate: undefined });
    return tables.find(({ table }) => table === "till_raw.shops");
  }

  it("is the day on which it was last written", async () => {
    assert.partialDeepStrictEqual(await freshnessOf("2024-01-08"), {
      status: "fresh",
      age: 2,
      maximumAge: 3,
    });
    assert.partialDeepStrictEqual(await freshnessOf("2024-01-06"), {
      status: "late",
      newest: "2024-01-06",
      due: "2024-01-10",
      missing: ["2024-01-07", "2024-01-08", "2024-01-09", "2024-01-10"],
    });
    assert.partialDeepStrictEqual(await freshnessOf("2023-05-01"), { status: "late", newest: undefined });
  });

  it("is not said where the engine does not tell", async () => {
    assert.equal(await freshnessOf(undefined), undefined);
  });
});

async function scopeOf(warehouse: Warehouse, runbook: Runbook) {
  const state = await readState(warehouse, runbook, tillRange);
  const today = "2024-02-01" as CalendarDate;
  return openGateScope(warehouse, { runbook, state, range: tillRange, today });
}

/** The status of the shops, and what contamination finds in them. */
async function valuesOf(warehouse: Warehouse, runbook: Runbook): Promise<[string, readonly string[]]> {
  const scope = await scopeOf(warehouse, runbook);
  const tables = await readContamination(warehouse, scope, await readCoverage(warehouse, scope));
  const shops = tables.find(({ table }) => table === "till_raw.shops");
  const dirty = (shops?.fields ?? []).filter(({ status }) => status !== "clean");
  return [
    shops?.status ?? "",
    dirty.map((one) => `${one.detector} ${one.field} ${one.status} ${one.invalid} of ${one.rows}`),
  ];
}

/** The status of the shops, and what the contract finds in them. */
async function contractOf(warehouse: Warehouse, runbook: Runbook): Promise<[string, readonly string[]]> {
  const tables = await readContract(warehouse, await scopeOf(warehouse, runbook));
  const shops = tables.find(({ table }) => table === "till_raw.shops");
  return [shops?.status ?? "", (shops?.violations ?? []).map(({ check }) => check)];
}

const closedFiles = tillFiles([], {
  "runbook.yml": `name: till
calendar:
  rule: { from: 2024-01-01, to: 2024-01-10, holidays: [2024-01-08, { table: till_raw.closed, date: day }] }
sources:
  - { table: till_raw.sales, date: day, key: [sale] }
  - { table: till_raw.closed, date: none, key: [day] }
processors:
  - { id: SUMS, table: till_mart.sums, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
`,
});

async function openClosed(): Promise<{ readonly warehouse: Warehouse; readonly runbook: Runbook }> {
  const warehouse = await openDuckDb({ path: inMemory });
  await fillTill(warehouse);
  await change(warehouse, "create table till_raw.closed as select date '2024-01-05' as day");
  return { warehouse, runbook: await completeRunbook(warehouse, readTill(closedFiles)) };
}

describe("a source of holidays", () => {
  it("takes its dates from the calendar, and what was computed for one that it names later is taken back", async () => {
    const { warehouse, runbook } = await openClosed();
    await using opened = warehouse;
    const first = await runTill(opened, runbook);
    assert.deepEqual([first.isClean, first.plan.totals.units], [true, 8]);
    assert.equal((await runTill(opened, runbook)).plan.totals.units, 0);
    await change(opened, "insert into till_raw.closed values (date '2024-01-03'), (null)");
    const again = await runTill(opened, runbook);
    const reasons = again.plan.cells.flatMap((cell) =>
      [...cell.reasons].map(([date, reason]) => `${date} ${reasonText(reason)}`),
    );
    assert.deepEqual(reasons, ["2024-01-03 withdrawn"]);
    const [left] = await opened.query({
      sql: "select cast(count(distinct day) as integer) as days from till_mart.sums",
      purpose: "look",
    });
    assert.deepEqual(left, { days: 7 });
  });

  it("is a source of the runbook, and has to be there", async () => {
    const strange = new Map([
      ...closedFiles,
      [
        "runbook.yml",
        (closedFiles.get("runbook.yml") ?? "").replace("{ table: till_raw.closed", "{ table: till_raw.close"),
      ],
    ]);
    assert.throws(() => readTill(strange), /runbook\.yml:3:\d+ .*source "till_raw\.close".*till_raw\.closed/);
    const { warehouse, runbook } = await openClosed();
    await using opened = warehouse;
    await change(opened, "drop table till_raw.closed");
    await assert.rejects(runTill(opened, runbook), { code: "missing-table" });
  });

  it("contradicts nothing", () => {
    const linted = lintRunbook({ folder: "till", name: "till", files: closedFiles });
    assert.ok(linted.kind === "linted");
    assert.deepEqual(contradictionsAmong(linted.findings), []);
    assert.deepEqual(
      linted.findings.map(({ rule }) => rule),
      [],
    );
  });
});
