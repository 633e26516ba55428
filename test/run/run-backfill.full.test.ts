import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
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
  shopRange,
  stepText,
  withStep,
} from "./shop.ts";

describe("runBackfill()", () => {
  it("enters no lease where the process has the warehouse to itself", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    await runShop(warehouse, { runbook, selection: { processors: ["DAY"] } });
    const sql = "select * from shop_processing.cascade_leases";
    assert.deepEqual(await warehouse.query({ sql, purpose: "look for leases" }), []);
  });

  it("leaves the same tables and statuses for every chunking, order and second run", async () => {
    const runbook = await readShop();
    await using whole = await openShop();
    await runShop(whole, { runbook });
    const expected = await contentOfShop(whole, runbook);
    for (const [chunkDays, concurrency] of [
      [1, 1],
      [7, 1],
      [7, 3],
      [31, 2],
    ] as const) {
      await using warehouse = await openShop();
      await runShop(warehouse, { runbook, selection: { chunkDays }, concurrency });
      assert.deepEqual(await contentOfShop(warehouse, runbook), expected, `chunks of ${chunkDays} days`);
    }
    await runShop(whole, { runbook, selection: { force: true } });
    assert.deepEqual(await contentOfShop(whole, runbook), expected, "forced again");
  });

  it("stops at a processor whose content does not change although its input did", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      "update shop_raw.sales set amount = amount + case nth when 0 then 1 else -1 end from (select 0 as nth union all select 1) as sides where sale_id = 'north-20-' || nth",
    );
    const result = await runShop(warehouse, { runbook });
    const own = ["2024-01-21"];
    assert.deepEqual(
      outcomesOf(result, "committed"),
      { DAY: own, TREND: own, SCORE: own },
      "those that read the raw table",
    );
    assert.ok(result.plan.totals.units > 20, "the plan is an upper bound");
  });

  it("reruns what carries a failure category that changed without a row changing", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const other = withStep(
      runbook,
      "TREND",
      stepText(runbook, "TREND").replace(
        "'TOO_FEW_DAYS'",
        "case when member.sale_date = '2024-01-02' then 'NO_TREND' else 'TOO_FEW_DAYS' end",
      ),
    );
    const result = await runShop(warehouse, { runbook: other });
    assert.equal(outcomesOf(result, "committed")["DAY"], undefined);
    assert.equal(outcomesOf(result, "committed")["TREND"]?.length, shopDates);
    assert.deepEqual(outcomesOf(result, "committed")["SCORE"], ["2024-01-02"]);
  });

  it("names a partition that was deleted by hand although the ledger says done", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(warehouse, "delete from shop_analytics.shop_trend where sale_date = '2024-01-10'");
    const plan = await planShop(warehouse, runbook);
    const trend = plan.cells.find((cell) => cell.processor === "TREND");
    assert.deepEqual([...(trend?.reasons ?? [])], [["2024-01-10", { kind: "missing" }]]);
    const result = await runShop(warehouse, { runbook });
    assert.deepEqual(outcomesOf(result, "committed"), { TREND: ["2024-01-10"] });
  });

  it("replaces partitions whole, also by nothing", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      "delete from shop_raw.sales where sale_date = '2024-01-22' and shop <> 'new'",
    );
    const strict = withStep(runbook, "TREND", stepText(runbook, "TREND").replaceAll("@min_days", "99"));
    await runShop(warehouse, { runbook: strict });
    const left = `select
  (select count(*) from shop_analytics.shop_day where sale_date = '2024-01-22') as days,
  (select count(*) from shop_analytics.shop_trend) as trends,
  (select count(*) from shop_processing.precompute_failures where processor_name = 'TREND') as failures`;
    assert.deepEqual(await firstRow(warehouse, left), { days: 1, trends: 0, failures: 96 });
    assert.equal((await planShop(warehouse, strict)).totals.units, 0);
  });
});

const poisons: Record<string, { readonly change: (text: string) => string; readonly error: RegExp }> = {
  "a duplicate key": {
    change: (text) =>
      `with step as (${text}) select * from step union all select * from step where sale_date = '2024-01-10'`,
    error: /the key stands more than once \(4|the key stands more than once \(3/,
  },
  "an entity outside the population": {
    change: (text) =>
      `${text} union all select 'ghost', sale_date, 1, 1, null, null from shop_processing.calendar where sale_date = '2024-01-10'`,
    error: /the entity is not in the population \(1 of them, first "ghost"\)/,
  },
  "a member without an outcome": {
    change: (text) =>
      `with step as (${text}) select * from step where not (sale_date = '2024-01-10' and shop = 'east')`,
    error: /a member of the population has no outcome \(1 of them, first "east"\)/,
  },
  "a NULL in a required column": {
    change: (text) =>
      `with step as (${text}) select * replace (case when sale_date = '2024-01-10' then null else total end as total) from step`,
    error: /total is NULL but required/,
  },
  "a value out of range": {
    change: (text) =>
      `with step as (${text}) select * replace (case when sale_date = '2024-01-10' then -1 else total end as total) from step`,
    error: /total is below 0/,
  },
  "a category that is not in the list": {
    change: (text) =>
      `with step as (${text}) select * replace (case when sale_date = '2024-01-10' then 'ODD' end as failure_category) from step`,
    error: /the failure category is not declared: ODD/,
  },
  "a statement that fails on the date": {
    change: (text) =>
      `with step as (${text}) select * replace (case when sale_date = '2024-01-10' then error('cannot') else total end as total) from step`,
    error: /Cannot compute DAY: .*cannot/,
  },
};

describe("runBackfill() with a bad date", () => {
  for (const [name, { change, error }] of Object.entries(poisons)) {
    it(`fails only the date with ${name}, keeps its old content, and blocks what reads it`, async () => {
      const runbook = await readShop();
      await using warehouse = (await openSettledShop()).warehouse;
      const before = await contentOfShop(warehouse, runbook);
      const poisoned = withStep(runbook, "DAY", change(stepText(runbook, "DAY")));
      const result = await runShop(warehouse, { runbook: poisoned });
      assert.equal(result.isClean, false);
      assert.deepEqual(outcomesOf(result, "failed"), { DAY: ["2024-01-10"] });
      const outcome = result.cells[0]?.outcomes.find(({ kind }) => kind === "failed");
      assert.match(outcome?.kind === "failed" ? outcome.error : "", error);
      assert.equal(outcomesOf(result, "committed")["DAY"]?.length, shopDates - 1);
      const afterwards = await contentOfShop(warehouse, runbook);
      assert.equal(afterwards["shop_analytics.shop_day"], before["shop_analytics.shop_day"]);
    });
  }

  it("leaves the same for every chunking", async () => {
    const runbook = await readShop();
    const bad = withStep(
      runbook,
      "DAY",
      `with step as (${stepText(runbook, "DAY")}) select * replace (case when sale_date in ('2024-01-09', '2024-01-20') then error('no') else total end as total) from step`,
    );
    const contents = [];
    for (const chunkDays of [1, 7, 31]) {
      await using warehouse = await openShop();
      await runShop(warehouse, { runbook: bad, selection: { chunkDays } });
      contents.push(await contentOfShop(warehouse, runbook));
    }
    assert.deepEqual(contents[1], contents[0]);
    assert.deepEqual(contents[2], contents[0]);
  });

  it("starts no further cell once one has failed when told to stop", async () => {
    const runbook = await readShop();
    const bad = withStep(
      runbook,
      "DAY",
      `select * replace (null as total) from (${stepText(runbook, "DAY")})`,
    );
    await using warehouse = await openShop();
    const result = await runShop(warehouse, { runbook: bad, stopOnFailure: true });
    assert.deepEqual(
      result.cells.map(({ processor }) => processor),
      ["DAY"],
    );
  });
});

describe("runBackfill() with a selection", () => {
  it("extends a lead-in processor to its season's start and blocks what is not selected", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const selection = { range: { from: "2024-01-20" as CalendarDate, to: "2024-01-25" as CalendarDate } };
    const trendOnly = await runShop(warehouse, {
      runbook,
      selection: { ...selection, processors: ["TREND"] },
    });
    assert.equal(trendOnly.plan.totals.units, 0);
    assert.equal(trendOnly.plan.totals.blocked, 6);
    assert.equal(trendOnly.isClean, false);
    const all = await runShop(warehouse, { runbook, selection });
    assert.equal(outcomesOf(all, "committed")["DAY"]?.[0], "2024-01-01");
    assert.deepEqual(outcomesOf(all, "committed")["TREND"]?.length, 6);
  });
});

/** A warehouse that counts the statements sent to it and to its sessions. */
function counting(warehouse: Warehouse, counts: { statements: number }): Warehouse {
  return {
    ...warehouse,
    query(statement) {
      counts.statements += 1;
      return warehouse.query(statement);
    },
    execute(statements) {
      counts.statements += statements.length;
      return warehouse.execute(statements);
    },
    async session() {
      return counting(await warehouse.session(), counts);
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

describe("number of statements", () => {
  it("does not grow with the number of dates", async () => {
    const runbook = await readShop();
    const counted = [];
    for (const to of ["2024-01-03", "2024-01-31"] as CalendarDate[]) {
      await using warehouse = await openShop();
      const counts = { statements: 0 };
      await runShop(counting(warehouse, counts), { runbook, selection: { range: { ...shopRange, to } } });
      counted.push(counts.statements);
    }
    assert.equal(counted[0], counted[1]);
  });
});
