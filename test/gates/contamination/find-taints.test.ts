import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changedEdges } from "../../../src/plan/upstream/upstream.ts";
import { findTaints } from "../../../src/gates/contamination/find-taints.ts";
import { isDoubtful } from "../../../src/gates/contamination/taint.ts";
import {
  day,
  commit,
  edge,
  processor,
  rows,
  runbook,
  season,
  setAttempt,
  setContent,
  settledState,
  source,
  table,
  type MutableState,
} from "../../plan/small-runbook.ts";

const calendar = season("s", "2024-01-01", 8);
const book = runbook(
  [source("raw")],
  [
    processor("A", [edge("raw")]),
    processor("B", [edge("A", { kind: "previous-days", days: 2 })]),
    processor("C", [edge("B")]),
  ],
);
const range = { from: day("2024-01-01"), to: day("2024-01-08") };

function taintsAfter(...changes: readonly ((state: MutableState) => void)[]): readonly string[] {
  const state = settledState(book, calendar);
  for (const change of changes) change(state);
  return findTaints(book, state, range).map(
    ({ processor, date, because }) => `${processor} ${date.slice(-2)}: ${because}`,
  );
}

function rewrite(name: string, date: string): (state: MutableState) => void {
  return (state) => setContent(state, table(name), { date: day(date), content: rows("other") });
}

function rerun(id: string, date: string): (state: MutableState) => void {
  return (state) => commit(state, book, { id, date: day(date), content: rows("rerun") });
}

describe("findTaints()", () => {
  it("finds nothing where everything was built from what is there now", () => {
    assert.deepEqual(taintsAfter(), []);
  });

  it("says of what only `last-games` reaches that it may depend on it", () => {
    const games = { kind: "last-games", rows: 2 } as const;
    const forms = runbook(
      [source("raw")],
      [
        processor("A", [edge("raw")]),
        processor("FORM", [edge("A", games)]),
        processor("BOTH", [edge("A", games), edge("A", { kind: "previous-days", days: 1 })]),
      ],
    );
    const state = settledState(forms, calendar);
    rewrite("A", "2024-01-05")(state);
    const taints = findTaints(forms, state, range).filter(({ date }) => date >= "2024-01-06");
    const doubtful = taints.map((taint) => [taint.processor, taint.date.slice(-2), isDoubtful(taint)]);
    assert.deepEqual(doubtful, [
      ["FORM", "06", true],
      ["FORM", "07", true],
      ["FORM", "08", true],
      ["BOTH", "06", false],
      ["BOTH", "07", true],
      ["BOTH", "08", true],
    ]);
    assert.match(taints[0]?.because ?? "", /^A 2024-01-05 is not settled, on which it may depend/);
  });

  it("names a raw date that changed after it was read, and whom that reaches through windows", () => {
    assert.deepEqual(taintsAfter(rewrite("raw", "2024-01-03")), [
      "A 03: test.raw 2024-01-03 changed since it was built",
      "B 04: through A 2024-01-03",
      "B 05: through A 2024-01-03",
      "C 04: through B 2024-01-04",
      "C 05: through B 2024-01-05",
    ]);
  });

  it("names an upstream date that was rerun, exactly, though windows overlap", () => {
    assert.deepEqual(taintsAfter(rerun("A", "2024-01-03")), [
      "B 04: A 2024-01-03 changed since it was built",
      "B 05: A 2024-01-03 changed since it was built",
      "C 04: through B 2024-01-04",
      "C 05: through B 2024-01-05",
    ]);
  });

  it("ends where a rerun gave the same content", () => {
    const same = (state: MutableState): void =>
      commit(state, book, { id: "A", date: day("2024-01-03"), content: rows("A 2024-01-03") });
    assert.deepEqual(taintsAfter(same), []);
  });

  it("names upstream dates that are not settled", () => {
    const fail = (state: MutableState): void =>
      setAttempt(state, { id: "A", date: day("2024-01-03") }, { status: "failed" });
    assert.deepEqual(taintsAfter(fail), [
      "A 03: its rows are older than an attempt that failed",
      "B 04: A 2024-01-03 is not settled",
      "B 05: A 2024-01-03 is not settled",
      "C 04: through B 2024-01-04",
      "C 05: through B 2024-01-05",
    ]);
  });

  it("names a partition whose rows are not those committed", () => {
    assert.deepEqual(taintsAfter(rewrite("C", "2024-01-03")), [
      "C 03: its rows are not those that were committed",
    ]);
  });

  it("says nothing of partitions that do not exist", () => {
    const remove = (state: MutableState): void => {
      state.content.get(table("C"))?.clear();
      state.ledger.get("C")?.clear();
    };
    assert.deepEqual(taintsAfter(remove), []);
  });

  it("names a partition built by another definition", () => {
    const state = settledState(book, calendar);
    const [a, b, c] = book.processors;
    assert.ok(a && b && c);
    const changed = { ...book, processors: [a, b, { ...c, definition: "new" }] };
    const taints = findTaints(changed, state, range);
    assert.deepEqual(
      new Set(taints.map(({ processor, because }) => `${processor} ${because}`)),
      new Set(["C it was built by another definition"]),
    );
  });
});

describe("changedEdges()", () => {
  it("compares part by part", () => {
    assert.deepEqual(changedEdges("1.2.3", "1.2.3", ["a", "b", "c"]), []);
    assert.deepEqual(changedEdges("1.2.3", "1.x.3", ["a", "b", "c"]), ["b"]);
  });

  it("does not know the edge when their number differs", () => {
    assert.equal(changedEdges("1.2", "1.2.3", ["a", "b", "c"]), undefined);
  });
});
