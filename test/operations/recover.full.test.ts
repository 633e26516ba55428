import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assessPartitions } from "../../src/operations/assess-partitions.ts";
import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import type { HeldDates } from "../../src/ledger/record-gates.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { recover, type Recovery, type RecoveryStep } from "../../src/operations/recover.ts";
import { depthOf } from "../../src/plan/upstream/upstream.ts";
import type { Runbook, RecoveryRule } from "../../src/runbook/runbook.ts";
import type { Decision } from "../../src/triage/decision.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import {
  contentOfShop,
  openShop,
  readShop,
  runShop,
  shopRange,
  stepText,
  testEffects,
  withStep,
} from "../run/shop.ts";
import { tableOf } from "../gates/toy-shop.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };
const today = "2024-06-01" as CalendarDate;

const repairing: readonly RecoveryRule[] = [
  rule("upstream", { upstream: ["unsettled"] }, "backfill-upstream-first"),
  rule("build", { state: ["missing", "failed", "blocked", "content-differs", "out-of-date"] }, "rerun"),
  rule("error", { category: ["PROCESSING_ERROR"] }, "investigate"),
  rule("accept", {}, "accept"),
];

describe("recover()", () => {
  it("does nothing where nothing is wrong", async () => {
    const runbook = await repairable();
    await using warehouse = await settled(runbook);
    const { rounds, remaining } = await recoverShop(warehouse, runbook);
    assert.deepEqual({ rounds, remaining }, { rounds: [], remaining: [] });
  });

  it("builds what was never built, upstream first, in one round", async () => {
    const runbook = await repairable();
    await using warehouse = await openShop();
    const { rounds, remaining } = await recoverShop(warehouse, runbook);
    assert.deepEqual(remaining, []);
    assert.equal(rounds.length, 1);
    assert.deepEqual(
      [...new Set(rounds[0]?.ran.map(({ processor }) => processor))],
      ["DAY", "TREND", "SCORE"],
    );
    await using wanted = await settled(runbook);
    assert.deepEqual(await contentOfShop(warehouse, runbook), await contentOfShop(wanted, runbook));
  });

  it("recomputes what was struck and what read other rows, and no good partition", async () => {
    const runbook = await repairable();
    await using warehouse = await settled(runbook);
    await change(warehouse, "update shop_raw.sales set amount = amount + 500 where sale_id = 'east-9-1'");
    await change(warehouse, "delete from shop_analytics.shop_trend where sale_date = date '2024-01-20'");
    const recovery = await recoverShop(warehouse, runbook);
    assert.deepEqual(recovery.remaining, []);
    const { DAY, TREND, SCORE } = ranBy(recovery);
    assert.deepEqual(DAY, ["2024-01-10"]);
    assert.deepEqual(SCORE, ["2024-01-10", "2024-01-11", "2024-01-12", "2024-01-15"]);
    const reading = (await calendarOf(warehouse, runbook)).filter((date) => date >= "2024-01-10");
    assert.deepEqual(TREND, reading);
  });

  it("leaves failures that are declared non-retryable alone", async () => {
    const runbook = { ...(await repairable()), recovery: [rule("all", {}, "rerun")] };
    await using warehouse = await settled(runbook);
    const { rounds } = await recoverShop(warehouse, runbook);
    assert.deepEqual(rounds, []);
  });

  it("tries what fails once, and leaves it and what waits for it to people", async () => {
    const good = await repairable();
    await using warehouse = await settled(good);
    const broken = withStep(
      good,
      "DAY",
      `select shop, sale_date, case when sale_date = date '2024-01-25' then null else total end as total, sales, failure_category, failure_reason from (${stepText(good, "DAY")})`,
    );
    const { rounds, remaining } = await recoverShop(warehouse, broken);
    const failed = rounds.flatMap(({ ran }) => ran).filter(({ outcome }) => outcome === "failed");
    assert.deepEqual(failed, [{ processor: "DAY", date: "2024-01-25", outcome: "failed" }]);
    assert.ok(rounds.length <= depthOf(broken) + 2);
    assert.deepEqual(
      remaining.filter(({ processor }) => processor === "DAY").map(({ date, decision }) => [date, decision]),
      [["2024-01-25", "rerun"]],
    );
    const waiting = remaining.filter(({ processor }) => processor === "TREND");
    assert.ok(waiting.length > 0 && waiting.every(({ decision }) => decision === "backfill-upstream-first"));
    assert.deepEqual(await blockedRows(warehouse), []);
  });

  it("leaves what fails the same way again to people, and prints no rerun for it twice", async () => {
    const good = await repairable();
    await using warehouse = await settled(good);
    const broken = withStep(
      good,
      "DAY",
      `select shop, sale_date, case when sale_date = date '2024-01-25' then null else total end as total, sales, failure_category, failure_reason from (${stepText(good, "DAY")})`,
    );
    await recoverShop(warehouse, broken);
    const again = await recoverShop(warehouse, broken, { at: "2025-01-02T00:00:00Z" });
    const day = again.remaining.filter(({ processor }) => processor === "DAY");
    assert.deepEqual(
      day.map(({ date, decision, command }) => [date, decision, command]),
      [["2024-01-25", "investigate", "cascade why test/fixtures/shop DAY 2024-01-25"]],
    );
    const third = await recoverShop(warehouse, broken, { at: "2025-01-03T00:00:00Z" });
    assert.deepEqual(ranBy(third), {});
    const { remaining } = await recoverShop(warehouse, good, { at: "2025-01-04T00:00:00Z" });
    assert.deepEqual(remaining, [], "a step that was repaired is tried again");
  });

  it("stops where a person is asked for, and runs nothing that has to wait for that", async () => {
    const runbook = {
      ...(await repairable()),
      recovery: [rule("look", { state: ["content-differs"] }, "investigate"), ...repairing],
    };
    await using warehouse = await settled(runbook);
    await change(
      warehouse,
      "update shop_analytics.shop_day set total = total + 1 where sale_date = date '2024-01-28'",
    );
    const recovery = await recoverShop(warehouse, runbook);
    assert.deepEqual(ranBy(recovery), {});
    assert.deepEqual(
      recovery.remaining
        .filter(({ decision }) => decision === "investigate")
        .map(({ processor, date }) => [processor, date]),
      [["DAY", "2024-01-28"]],
    );
    assert.ok(recovery.remaining.some(({ processor }) => processor === "TREND"));
  });

  it("forces what counts as up to date, once", async () => {
    const runbook = await repairable();
    await using warehouse = await settled(runbook);
    const step: RecoveryStep = {
      processor: "TREND",
      date: "2024-01-20" as CalendarDate,
      decision: "rerun",
      isForced: true,
    };
    const request = { runbook, assess: () => Promise.resolve([step]) };
    const { rounds, remaining } = await recover(warehouse, request, testEffects());
    assert.deepEqual(
      rounds.map(({ ran }) => ran),
      [[{ processor: "TREND", date: "2024-01-20", outcome: "committed" }]],
    );
    assert.deepEqual(remaining, [step]);
  });

  it("does not run more than depth + 2 rounds, whatever is decided", async () => {
    const runbook = await repairable();
    await using warehouse = await settled(runbook);
    const dates = ["2024-01-20" as CalendarDate, "2024-01-21" as CalendarDate];
    const steps = ["DAY", "TREND", "SCORE"].flatMap((processor) =>
      dates.map((date): RecoveryStep => ({
        processor,
        date,
        decision: "rerun",
        isForced: true,
      })),
    );
    const request = { runbook, assess: () => Promise.resolve(steps) };
    const { rounds } = await recover(warehouse, request, testEffects());
    assert.equal(depthOf(runbook), 3);
    assert.ok(rounds.length <= 5);
  });

  it("does not read what a blocking gate holds back, and asks each gate once a round, in its place", async () => {
    const book = await repairable();
    const gate = { kind: "coverage", processors: ["DAY"], blocking: true, strict: false, place } as const;
    const runbook = { ...book, gates: [{ ...gate, id: "days", after: ["DAY"] }] };
    await using warehouse = await openShop();
    const asked: number[] = [];
    async function checkGate(): Promise<readonly HeldDates[]> {
      const rows = await warehouse.query({
        sql: "select count(*) as days from shop_analytics.shop_day",
        purpose: "look",
      });
      asked.push(Number(rows[0]?.["days"]));
      return [
        {
          table: tableOf("shop_analytics.shop_day"),
          processor: "DAY",
          dates: ["2024-01-29" as CalendarDate],
        },
      ];
    }
    const recovery = await recoverShop(warehouse, runbook, { checkGate });
    assert.ok((asked[0] ?? 0) > 0, "the gate was asked before what it stands after had run");
    const { DAY, TREND, SCORE } = ranBy(recovery);
    assert.equal(DAY?.length, 29);
    assert.deepEqual([TREND?.at(-1), SCORE?.at(-1)], ["2024-01-29", "2024-01-28"]);
    assert.deepEqual(
      recovery.remaining.map(({ processor, date }) => `${processor} ${date}`),
      ["TREND 2024-01-30", "TREND 2024-01-31", "SCORE 2024-01-29", "SCORE 2024-01-30", "SCORE 2024-01-31"],
    );
  });

  it("builds lead-in dates that the selected ones read", async () => {
    const runbook = await repairable();
    await using warehouse = await openShop();
    const { remaining } = await recoverShop(warehouse, runbook, {
      range: { from: "2024-01-20" as CalendarDate, to: "2024-01-21" as CalendarDate },
    });
    assert.deepEqual(remaining, []);
    const rows = await warehouse.query({
      sql: "select count(distinct sale_date) as days from shop_analytics.shop_day",
      purpose: "count",
    });
    assert.equal(rows[0]?.["days"], 19);
  });
});

function rule(id: string, when: RecoveryRule["when"], decision: RecoveryRule["decision"]): RecoveryRule {
  return { id, when, decision, because: "the test says so", place };
}

/** The shop with a tree that repairs; that every shop sells three times a day is declared, so that nothing looks odd. */
async function repairable(): Promise<Runbook> {
  const shop = await readShop();
  const processors = shop.processors.map((processor) => ({
    ...processor,
    columns: processor.columns.map((column) =>
      column.name === "sales" ? { ...column, constant: "three a day" } : column,
    ),
  }));
  return { ...shop, processors, recovery: repairing };
}

async function settled(runbook: Runbook): Promise<Warehouse> {
  const warehouse = await openShop();
  await runShop(warehouse, { runbook });
  return warehouse;
}

function recoverShop(
  warehouse: Warehouse,
  runbook: Runbook,
  change: {
    readonly range?: DateRange;
    readonly checkGate?: () => Promise<readonly HeldDates[]>;
    readonly at?: string;
  } = {},
): Promise<Recovery<Decision>> {
  const { range = shopRange, at = "2025-01-01T00:00:00Z", ...gates } = change;
  const effects = testEffects({ now: () => new Date(at) });
  async function assess(): Promise<readonly Decision[]> {
    return (await assessPartitions(warehouse, { runbook, selection: { range }, today })).decisions;
  }
  return recover(warehouse, { runbook, assess, ...gates }, effects);
}

function ranBy({ rounds }: Recovery<Decision>): Record<string, readonly string[]> {
  const groups = Object.groupBy(
    rounds.flatMap(({ ran }) => ran),
    ({ processor }) => processor,
  );
  return Object.fromEntries(
    Object.entries(groups).map(([processor, ran]) => [processor, (ran ?? []).map(({ date }) => date)]),
  );
}

async function calendarOf(warehouse: Warehouse, runbook: Runbook): Promise<readonly CalendarDate[]> {
  return (await readState(warehouse, runbook, shopRange)).calendar.map(({ date }) => date);
}

async function blockedRows(warehouse: Warehouse): Promise<readonly unknown[]> {
  return warehouse.query({
    sql: "select * from shop_processing.cascade_partitions where status = 'blocked'",
    purpose: "look for blocks",
  });
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute(
    splitStatements(sql).map(({ text }) => ({ sql: text, purpose: "change the warehouse" })),
  );
}
