import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { keepAnswers } from "../../src/gates/keep-answers.ts";
import { createAnswerMemory } from "../../src/ledger/kept-answers.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { recordKept } from "../../src/operations/record-kept.ts";
import { reportOn } from "../../src/operations/report-on.ts";
import type { ReportModel } from "../../src/report/model.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { changeTables, openSettledShop, readShop, shopRange } from "../run/shop.ts";

const today = "2024-06-01" as CalendarDate;
const selection = { range: shopRange };

/** Questions of gates; what is read of the state, the ledger and the tables' content is asked by everybody. */
const ofGates = /^(?:account for|count the rows|check |look for the causes)/;

type Look = {
  readonly model: ReportModel;
  readonly asked: readonly string[];
  /** Between which dates, by purpose. */
  readonly ranges: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Makes a report as `run` does at its end, and leaves its answers; tells what the gates asked. */
async function look(warehouse: Warehouse, runbook: Runbook): Promise<Look> {
  const asked: string[] = [];
  const ranges = new Map<string, Set<string>>();
  const listened: Warehouse = {
    ...warehouse,
    query(statement) {
      const { purpose, parameters = {} } = statement;
      if (ofGates.test(purpose)) asked.push(purpose);
      const range = `${String(parameters["start_date"]?.value)} to ${String(parameters["end_date"]?.value)}`;
      ranges.set(purpose, (ranges.get(purpose) ?? new Set()).add(range));
      return warehouse.query(statement);
    },
  };
  const memory = createAnswerMemory();
  const request = { runbook, selection, out: "none", context: { today } };
  const model = await reportOn(listened, { ...request, answers: memory });
  await recordKept(warehouse, { runbook, selection, memory, now: new Date("2024-06-01T00:00:00Z") });
  return { model, asked, ranges };
}

/** The same without anything that was kept. */
async function lookAnew(warehouse: Warehouse, runbook: Runbook): Promise<ReportModel> {
  await changeTables(warehouse, "delete from shop_processing.cascade_answers");
  return (await look(warehouse, runbook)).model;
}

/** The tables and processors that questions are about. */
function subjects({ asked }: Look): readonly string[] {
  return [...new Set(asked.map((purpose) => purpose.split(" ").at(-1) ?? ""))].toSorted();
}

describe("keepAnswers()", () => {
  it("asks no gate's question of a warehouse that did not change", async () => {
    const runbook = await readShop();
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    const first = await look(warehouse, runbook);
    const second = await look(warehouse, runbook);
    assert.notEqual(first.asked.length, 0);
    assert.deepEqual(second.asked, []);
    assert.deepEqual(second.model, first.model);
  });

  const dayOf = "where sale_date = date '2024-01-20'";
  const changes: readonly (readonly [what: string, sql: string, asks: readonly string[]])[] = [
    [
      "a row of a partition",
      `update shop_analytics.shop_score set ratio = 9 ${dayOf}`,
      ["SCORE", "shop_analytics.shop_score"],
    ],
    [
      "a row of a source",
      `update shop_raw.sales set amount = amount + 1 ${dayOf}`,
      ["DAY", "SCORE", "TREND", "shop_raw.sales"],
    ],
    [
      "a failure",
      "update shop_processing.cascade_failures set failure_category = 'NO_TREND'",
      ["DAY", "SCORE", "TREND", "ledger"],
    ],
    [
      "the reason of a failure",
      "update shop_processing.cascade_failures set failure_reason = 'another'",
      ["DAY", "SCORE", "TREND", "ledger"],
    ],
    [
      "a row outside the range",
      "insert into shop_analytics.shop_score (shop, sale_date, ratio) values ('north', date '2030-01-01', 1)",
      ["SCORE", "shop_analytics.shop_score"],
    ],
    [
      "a kept answer",
      "update shop_processing.cascade_answers set answer = '[]'",
      [
        "DAY",
        "SCORE",
        "TREND",
        "shop_analytics.shop_day",
        "shop_analytics.shop_score",
        "shop_analytics.shop_trend",
        "shop_raw.sales",
      ],
    ],
  ];
  for (const [what, sql, asks] of changes) {
    it(`asks again about what reads it when ${what} changes`, async () => {
      const runbook = await readShop();
      const { warehouse } = await openSettledShop();
      await using _ = warehouse;
      await look(warehouse, runbook);
      await changeTables(warehouse, sql);
      const second = await look(warehouse, runbook);
      assert.deepEqual(subjects(second), asks);
      assert.deepEqual(second.model, await lookAnew(warehouse, runbook));
    });
  }

  const on = (...dates: readonly number[]) =>
    `sale_date in (${dates.map((date) => `date '2024-01-${String(date).padStart(2, "0")}'`).join(", ")})`;
  const moves: Readonly<
    Record<string, { readonly sql: string; readonly back?: string; readonly asked: string }>
  > = {
    "a date": {
      sql: `update shop_analytics.shop_score set ratio = 9 where ${on(20)}`,
      asked: "2024-01-20 to 2024-01-20",
    },
    "two dates": {
      sql: `update shop_analytics.shop_score set ratio = 9 where ${on(10, 20)}`,
      asked: "2024-01-10 to 2024-01-20",
    },
    "a date that has lost its rows": {
      sql: `delete from shop_analytics.shop_score where ${on(20)}`,
      asked: "2024-01-20 to 2024-01-20",
    },
    "a date, and back again": {
      sql: `update shop_analytics.shop_score set ratio = ratio + 1 where ${on(20)}`,
      back: `update shop_analytics.shop_score set ratio = ratio - 1 where ${on(20)}`,
      asked: "2024-01-20 to 2024-01-20",
    },
  };
  for (const [what, { sql, back, asked }] of Object.entries(moves)) {
    it(`asks about the values of a table only from the first to the last date that changed: ${what}`, async () => {
      const runbook = await readShop();
      const { warehouse } = await openSettledShop();
      await using _ = warehouse;
      await look(warehouse, runbook);
      for (const text of [sql, ...(back === undefined ? [] : [back])]) {
        await changeTables(warehouse, text);
        const { ranges, model } = await look(warehouse, runbook);
        for (const subject of ["values", "contract"])
          assert.deepEqual(ranges.get(`check the ${subject} of shop_analytics.shop_score`), new Set([asked]));
        assert.equal(ranges.get("check the values of shop_analytics.shop_day"), undefined);
        assert.deepEqual(model, await lookAnew(warehouse, runbook));
        await look(warehouse, runbook);
      }
    });
  }

  it("keeps answers where rows lie outside the range, until one of those changes or they are many", async () => {
    const runbook = await readShop();
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    const outside = "sale_date = date '2030-01-01'";
    const sale = `insert into shop_raw.sales select 'far-' || n, date '2030-01-01', 'north', 5`;
    await changeTables(warehouse, `${sale} from range(3) as made(n)`);
    await look(warehouse, runbook);
    assert.deepEqual((await look(warehouse, runbook)).asked, []);
    await changeTables(warehouse, `update shop_raw.sales set amount = 6 where ${outside}`);
    const changed = await look(warehouse, runbook);
    assert.deepEqual(subjects(changed), ["DAY", "SCORE", "TREND", "shop_raw.sales"]);
    assert.deepEqual(changed.model, await lookAnew(warehouse, runbook));
    await changeTables(warehouse, `${sale} from range(3, 2000) as made(n)`);
    await look(warehouse, runbook);
    assert.deepEqual(subjects(await look(warehouse, runbook)), ["DAY", "SCORE", "TREND", "shop_raw.sales"]);
  });

  it("judges anew by another bound, without asking", async () => {
    const runbook = await readShop();
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    await look(warehouse, runbook);
    const strict = { ...runbook, budgets: runbook.budgets.map((own) => ({ ...own, maximum: 0.001 })) };
    const judged = await look(warehouse, strict);
    assert.deepEqual(judged.asked, []);
    assert.notDeepEqual(judged.model.results, (await look(warehouse, runbook)).model.results);
    assert.deepEqual(judged.model, await lookAnew(warehouse, strict));
  });

  it("tells what a look without memory tells, over 6 walks of changes", async () => {
    const runbook = await readShop();
    const day = fc.integer({ min: 1, max: 31 }).map((at) => `2024-01-${String(at).padStart(2, "0")}`);
    const table = fc.constantFrom("shop_analytics.shop_day", "shop_analytics.shop_score", "shop_raw.sales");
    const step = fc.oneof(
      fc.tuple(table, day).map(([from, on]) => `delete from ${from} where sale_date = date '${on}'`),
      day.map((on) => `update shop_analytics.shop_day set total = -1 where sale_date = date '${on}'`),
      day.map((on) => `insert into shop_raw.sales values ('new', date '${on}', 'west', 5)`),
      day.map((on) => `delete from shop_processing.cascade_failures where analysis_date = date '${on}'`),
      day.map((on) => `delete from shop_processing.cascade_partitions where analysis_date = date '${on}'`),
      fc.constant("update shop_processing.calendar set season = season + 1"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const { warehouse } = await openSettledShop();
        await using _ = warehouse;
        await look(warehouse, runbook);
        for (const sql of steps) {
          await changeTables(warehouse, sql);
          await look(warehouse, runbook);
        }
        const { model } = await look(warehouse, runbook);
        assert.deepEqual(model, await lookAnew(warehouse, runbook));
      }),
      { numRuns: 6 },
    );
  });
});

describe("an answer", () => {
  const zone = { timeZone: "America/New_York" };
  const cases: readonly (readonly [
    what: string,
    given: {
      readonly sql: string;
      readonly before?: string;
      readonly change: string;
      readonly turned?: typeof zone;
    },
  ])[] = [
    [
      "a table behind an alias that is called as its dataset",
      {
        sql: "select count(*) as found from shop_raw.sales as shop_analytics, shop_analytics.shop_day",
        change: "delete from shop_analytics.shop_day",
      },
    ],
    [
      "what a function lists",
      {
        sql: "select count(*) as found from shop_raw.sales, duckdb_tables()",
        change: "create table shop_raw.other (one integer)",
      },
    ],
    [
      "a column that nobody declares",
      {
        before: "alter table shop_raw.sales add column unknown integer default 1",
        sql: "select count(*) filter (where unknown = 1) as found from shop_raw.sales",
        change: "update shop_raw.sales set unknown = 2",
      },
    ],
    [
      "dates of instants in another zone",
      {
        sql: "select count(*) filter (where extract(hour from timestamptz '2024-01-01 00:00:00+00') = 0) as found from shop_raw.sales",
        change: `set TimeZone = '${zone.timeZone}'`,
        turned: zone,
      },
    ],
  ];
  for (const [what, { sql, before = "select 1", change, turned }] of cases) {
    it(`does not outlive ${what}`, async () => {
      const { warehouse } = await openSettledShop();
      await using _ = warehouse;
      await changeTables(warehouse, before);
      const memory = createAnswerMemory();
      async function ask(runbook: Runbook): Promise<unknown> {
        const state = await readState(warehouse, runbook, shopRange);
        const keeping = await keepAnswers(warehouse, { runbook, state, range: shopRange, memory });
        return await keeping.query({ sql, purpose: "ask" });
      }
      const first = await ask(await readShop());
      await changeTables(warehouse, change);
      const second = await ask({ ...(await readShop()), ...turned });
      assert.notDeepEqual(second, first);
      assert.deepEqual(second, await warehouse.query({ sql, purpose: "ask" }));
    });
  }
});
