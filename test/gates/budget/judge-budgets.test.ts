import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CoverageRow } from "../../../src/gates/coverage/coverage-row.ts";
import { judgeBudgets, openBudgets, type BudgetVerdict } from "../../../src/gates/budget/judge-budgets.ts";
import type { WarehouseState } from "../../../src/plan/plan.ts";
import { emptyContent } from "../../../src/plan/versions/settlement.ts";
import type { Budget } from "../../../src/runbook/runbook.ts";
import type { Waiver } from "../../../src/runbook/waiver.ts";
import { day, shopRunbook } from "../toy-shop.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };
const dates = ["2024-05-01", "2024-05-02"].map(day);
const budget: Budget = {
  period: "early",
  processors: undefined,
  expected: { from: 0.05, to: 0.15 },
  maximum: 0.15,
  allowed: ["NO_ORDERS"],
  exceeded: { action: "investigate", text: "look" },
  expectedRows: { SALES: 170 },
  place,
};
const waiver: Waiver = {
  id: "known",
  kind: "budget",
  processor: "SALES",
  period: "early",
  dates: [],
  entities: [],
  maximumRate: 0.2,
  reason: "strike",
  approver: "somebody",
  expires: day("2024-12-31"),
  digest: "",
  warehouse: "",
  place,
};

function row(index: number, explained: number, more: Partial<CoverageRow> = {}): CoverageRow {
  return {
    processor: "SALES",
    date: dates[index] ?? day("2024-05-03"),
    period: "early",
    status: "partial",
    expected: 100,
    present: 100 - explained,
    explained,
    waived: 0,
    untracked: 0,
    categories: { NO_ORDERS: explained },
    phantom: 0,
    unexpected: 0,
    accepted: 0,
    ...more,
  };
}

function settledOn(settled: readonly string[]): WarehouseState {
  const attempt = { id: "a", status: "committed", rows: 0, failures: 0, error: undefined } as const;
  const versions = { rowsVersion: "", failuresVersion: "", definition: "", inputs: "" };
  const bookkeeping = { attempt: { ...attempt, ...versions }, failures: emptyContent };
  return {
    hashTag: "t",
    calendar: dates.map((date) => ({ date, season: "s", period: "early", version: "1" })),
    content: new Map(),
    held: new Map(),
    ledger: new Map([["SALES", new Map(settled.map((date) => [day(date), bookkeeping]))]]),
  };
}

function judge(
  rows: readonly CoverageRow[],
  change: {
    budgets?: readonly Budget[];
    waivers?: readonly Waiver[];
    settled?: readonly string[];
    selected?: typeof dates;
  } = {},
): BudgetVerdict | undefined {
  const runbook = shopRunbook({ budgets: change.budgets ?? [budget] });
  const state = settledOn(change.settled ?? dates);
  return judgeBudgets({
    runbook,
    state,
    rows,
    waivers: change.waivers ?? [],
    selected: new Set(change.selected ?? dates),
  })[0];
}

describe("judgeBudgets()", () => {
  it("is within at the limit itself, and exceeded one failure above", () => {
    assert.equal(judge([row(0, 15), row(1, 15)])?.verdict, "within");
    assert.equal(judge([row(0, 15), row(1, 16)])?.verdict, "exceeded");
  });

  it("shows rate, maximum and expected rows beside the measured ones", () => {
    assert.partialDeepStrictEqual(judge([row(0, 15), row(1, 15)]), {
      rate: 0.15,
      maximum: 0.15,
      expectedRows: 170,
      rows: 170,
    });
  });

  it("is suspiciously-good below the expected range", () => {
    assert.equal(judge([row(0, 4), row(1, 5)])?.verdict, "suspiciously-good");
  });

  it("is provisional where dates of the period were not asked about, and then nobody's finding", () => {
    const partly = judge([row(0, 15), row(1, 16)], { selected: dates.slice(0, 1) });
    assert.partialDeepStrictEqual(partly, { verdict: "provisional", leftOut: 1 });
    const open = judge([row(0, 15), row(1, 16)], { settled: ["2024-05-01"] });
    const verdicts = [partly, open].filter((verdict) => verdict !== undefined);
    assert.deepEqual(openBudgets(verdicts), [open]);
  });

  it("is provisional while a date of the period is unsettled, absent or not accounted for", () => {
    const unsettled = judge([row(0, 15), row(1, 15)], { settled: ["2024-05-01"] });
    assert.partialDeepStrictEqual(unsettled, { verdict: "provisional", openDates: ["2024-05-02"] });
    assert.equal(judge([row(0, 15)])?.verdict, "provisional");
    assert.equal(judge([row(0, 15), row(1, 14, { untracked: 1 })])?.verdict, "provisional");
    assert.equal(judge([row(0, 15), row(1, 0, { status: "check-failed" })])?.verdict, "provisional");
  });

  it("names categories that are not allowed or have no budget at all", () => {
    const odd = judge([row(0, 15), row(1, 0, { categories: { BROKEN: 1 }, explained: 1, present: 99 })]);
    assert.partialDeepStrictEqual(odd, {
      verdict: "unexpected-category",
      unexpectedCategories: { BROKEN: 1 },
    });
  });

  it("has no expectation in a period without a budget", () => {
    assert.equal(judge([row(0, 99), row(1, 99)], { budgets: [] })?.verdict, "no-expectation");
  });

  it("prefers the budget that names the processor", () => {
    const own = { ...budget, processors: ["SALES"], maximum: 0.5 };
    assert.equal(judge([row(0, 40), row(1, 40)], { budgets: [budget, own] })?.verdict, "within");
  });

  it("turns exceeded into exceeded (waived) up to the waiver's own limit, the rate unchanged", () => {
    const waivers = [waiver];
    const waived = judge([row(0, 20), row(1, 20)], { waivers });
    assert.partialDeepStrictEqual(waived, { verdict: "exceeded (waived)", rate: 0.2, waiver: "known" });
    assert.equal(judge([row(0, 20), row(1, 21)], { waivers })?.verdict, "exceeded");
  });
});
