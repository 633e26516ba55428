import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Attempt, RowContent } from "../../../src/plan/plan.ts";
import { emptyContent, isSourceSettled, settlementOf } from "../../../src/plan/versions/settlement.ts";
import {
  day,
  freshState,
  processor,
  rows,
  runbook,
  season,
  setAttempt,
  setContent,
  source,
  table,
} from "../small-runbook.ts";

const date = day("2021-01-01");
const unit = processor("P", []);

/** The settlement of P on the date, given its attempt and what the tables hold. */
function judge(
  attempt: Partial<Attempt>,
  held: { content?: RowContent; failures?: RowContent } = {},
): string {
  const state = freshState(runbook([], [unit]), season("a", "2021-01-01", 1));
  if (held.content !== undefined) setContent(state, unit.table, { date, content: held.content });
  setAttempt(state, { id: "P", date, failures: held.failures ?? emptyContent }, attempt);
  const settlement = settlementOf(unit, date, state);
  return settlement.kind === "settled" ? "settled" : settlement.why;
}

const committed = { rows: 10, rowsVersion: "test-1:x" };

describe("settlementOf()", () => {
  it("is settled when rows and failures are those committed", () => {
    const failures = { failures: 2, failuresVersion: "test-1:f" };
    assert.equal(
      judge({ ...committed, ...failures }, { content: rows("x"), failures: rows("f", 2) }),
      "settled",
    );
  });

  it("is settled when a commit without rows left none", () => {
    assert.equal(judge({ rows: 0, rowsVersion: "" }), "settled");
  });

  it("is unsettled when never attempted, also with rows", () => {
    const state = freshState(runbook([], [unit]), season("a", "2021-01-01", 1));
    setContent(state, unit.table, { date, content: rows("x") });
    assert.deepEqual(settlementOf(unit, date, state), { kind: "unsettled", why: "never-run" });
  });

  it("is unsettled when the newest attempt failed or was blocked, whatever the rows", () => {
    assert.equal(judge({ ...committed, status: "failed" }, { content: rows("x") }), "failed");
    assert.equal(judge({ ...committed, status: "blocked" }, { content: rows("x") }), "blocked");
  });

  it("is unsettled when rows, their count or failures differ from those committed", () => {
    assert.equal(judge(committed), "content-differs");
    assert.equal(judge(committed, { content: rows("y") }), "content-differs");
    assert.equal(judge(committed, { content: rows("x", 9) }), "content-differs");
    assert.equal(judge(committed, { content: rows("x"), failures: rows("f", 1) }), "content-differs");
  });

  it("asks to verify again what another algorithm hashed", () => {
    assert.equal(judge({ rows: 10, rowsVersion: "old:x" }, { content: rows("x") }), "other-hash-tag");
    const failures = { failures: 2, failuresVersion: "old:f" };
    assert.equal(judge({ ...committed, ...failures }, { content: rows("x") }), "other-hash-tag");
  });
});

describe("isSourceSettled()", () => {
  it("wants a row where the source is required, and nothing where it is not", () => {
    const state = freshState(runbook([source("raw")], []), season("a", "2021-01-01", 1));
    assert.equal(isSourceSettled(source("raw"), date, state), true);
    setContent(state, table("raw"), { date, content: emptyContent });
    assert.equal(isSourceSettled(source("raw"), date, state), false);
    assert.equal(isSourceSettled(source("raw"), day("2021-01-02"), state), false);
    assert.equal(isSourceSettled(source("raw", false), date, state), true);
  });
});
