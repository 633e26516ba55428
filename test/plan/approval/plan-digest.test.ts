import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import type { Selection, WarehouseState } from "../../../src/plan/plan.ts";
import type { Budget, Gate, Runbook, RecoveryRule } from "../../../src/runbook/runbook.ts";
import {
  commit,
  day,
  edge,
  freshState,
  processor,
  rows,
  runbook,
  season,
  setContent,
  settledState,
  source,
  table,
} from "../small-runbook.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };
const budget: Budget = {
  period: "p1",
  processors: undefined,
  expected: undefined,
  maximum: 0.1,
  allowed: ["A", "B"],
  exceeded: { action: "document", text: "" },
  expectedRows: { P: 1, Q: 2 },
  place,
};
const gate: Gate = {
  id: "g1",
  kind: "gaps",
  after: ["P", "Q"],
  processors: ["P", "Q"],
  blocking: true,
  strict: false,
  place,
};
const rules: readonly RecoveryRule[] = [
  { id: "one", when: { state: ["missing", "failed"] }, decision: "rerun", because: "", place },
  { id: "two", when: {}, decision: "accept", because: "", place },
];
const sources = [source("raw"), source("odds", false)];
const processors = [
  processor("P", [edge("raw"), edge("odds")]),
  processor("Q", [edge("raw", { kind: "season-to-date" }), edge("odds")]),
];
const policy = { budgets: [budget, { ...budget, period: "p2" }], gates: [gate], recovery: rules };
const book = runbook(sources, processors, policy);
const calendar = season("a", "2021-01-01", 4);
const selection: Selection = {
  range: { from: day("2021-01-02"), to: day("2021-01-03") },
  processors: ["P", "Q"],
};

function digest(change: { book?: Runbook; state?: WarehouseState; selection?: Selection } = {}): string {
  const state = change.state ?? freshState(book, calendar);
  return planBackfill(change.book ?? book, state, change.selection ?? selection).digest;
}

describe("digestPlan()", () => {
  it("is the same whatever the order of what has none", () => {
    const reordered = runbook(
      sources.toReversed(),
      processors.map((processor) => ({ ...processor, reads: processor.reads.toReversed() })).toReversed(),
      {
        budgets: policy.budgets.toReversed().map((budget) => ({
          ...budget,
          allowed: ["B", "A"],
          expectedRows: { Q: 2, P: 1 },
          place: { ...place, line: 9 },
        })),
        gates: [{ ...gate, after: ["Q", "P"] }],
        recovery: rules.map((rule) => ({ ...rule, place: { ...place, line: 9 } })),
      },
    );
    const fresh = freshState(book, calendar);
    const content = new Map(
      [...fresh.content].toReversed().map(([table, dates]) => [table, new Map([...dates].toReversed())]),
    );
    const state = { ...fresh, content };
    assert.equal(
      digest({ book: reordered, state, selection: { ...selection, processors: ["Q", "P"] } }),
      digest(),
    );
  });

  it("is the same for every cut into cells", () => {
    assert.equal(digest({ selection: { ...selection, chunkDays: 1, cellsPer: "period" } }), digest());
  });

  it("changes with definitions, policy, the order of recovery rules, and the selection", () => {
    const [first, ...others] = processors;
    const changes = [
      {
        book: runbook(
          sources,
          [{ ...(first ?? processor("P", [])), definition: "other" }, ...others],
          policy,
        ),
      },
      { book: { ...book, budgets: [{ ...budget, maximum: 0.2 }] } },
      { book: { ...book, gates: [{ ...gate, strict: true }] } },
      { book: { ...book, recovery: rules.toReversed() } },
      { selection: { ...selection, processors: ["P"] } },
      { selection: { ...selection, force: true } },
    ].map(digest);
    assert.equal(new Set([digest(), ...changes]).size, changes.length + 1);
  });

  it("changes with a version that the plan reads and does not write, and no other", () => {
    function withRaw(date: string): string {
      const state = freshState(book, calendar);
      setContent(state, table("raw"), { date: day(date), content: rows("corrected") });
      return digest({ state });
    }
    assert.notEqual(withRaw("2021-01-01"), digest(), "in the window of Q");
    assert.notEqual(withRaw("2021-01-03"), digest(), "on a selected date");
    assert.equal(withRaw("2021-01-04"), digest(), "after all windows");
  });

  it("does not change with what the plan itself will replace", () => {
    const chain = runbook(sources, [processor("P", [edge("raw")]), processor("Q", [edge("P")])]);
    const state = freshState(chain, calendar);
    setContent(state, table("P"), { date: day("2021-01-02"), content: rows("left over") });
    assert.equal(digest({ book: chain, state }), digest({ book: chain }));
  });

  it("changes with the upstream of another run, once that is settled", () => {
    const chain = runbook(sources, [processor("P", [edge("raw")]), processor("Q", [edge("P")])]);
    const only = { ...selection, processors: ["Q"] };
    const [one, other] = ["x", "y"].map((version) => {
      const state = settledState(chain, calendar);
      commit(state, chain, { id: "P", date: day("2021-01-02"), content: rows(version) });
      return digest({ book: chain, state, selection: only });
    });
    assert.notEqual(one, other);
  });

  it("changes with the calendar up to the end of the range", () => {
    function withMoved(date: string): string {
      const moved = calendar.map((other) => (other.date === date ? { ...other, period: "moved" } : other));
      return digest({ state: freshState(book, moved) });
    }
    assert.notEqual(withMoved("2021-01-01"), digest());
    assert.equal(withMoved("2021-01-04"), digest());
  });
});
