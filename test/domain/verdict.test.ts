import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  bySeverity,
  exitCodeOf,
  gateStatuses,
  levelOfLook,
  problemsOfLook,
  sentenceOf,
  wordOf,
} from "../../src/domain/verdict.ts";

describe("bySeverity()", () => {
  it("puts what is not known before what is known to be bad", () => {
    const found = bySeverity([
      { kind: "gaps", tables: 1 },
      { kind: "failed", count: 2, of: 9 },
      { kind: "check-failed", checks: ["coverage"] },
      { kind: "unknown", count: 1, of: 9 },
    ]);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["unknown", "check-failed", "failed", "gaps"],
    );
  });
});

describe("exitCodeOf()", () => {
  it("is 0 of nothing, 1 of anything, and 3 where a question had no answer", () => {
    assert.equal(exitCodeOf([]), 0);
    assert.equal(exitCodeOf([{ kind: "provisional" }]), 1);
    assert.equal(exitCodeOf([{ kind: "failed" }, { kind: "check-failed" }]), 3);
  });
});

describe("exitCodeOf() with classes", () => {
  it("tells a complete backfill over its budget from a broken one", () => {
    const complete = [{ kind: "over-budget" }, { kind: "provisional" }] as const;
    assert.equal(exitCodeOf(complete, ["failed", "blocked", "findings"]), 0);
    assert.equal(exitCodeOf([...complete, { kind: "blocked" }], ["failed", "blocked"]), 1);
    assert.equal(exitCodeOf([{ kind: "gaps" }], ["budget"]), 0);
  });

  it("is 3 where a question had no answer, whatever is asked for", () => {
    assert.equal(exitCodeOf([{ kind: "check-failed" }], ["budget"]), 3);
  });
});

describe("sentenceOf()", () => {
  it("says with the numbers what the word stands for", () => {
    assert.equal(wordOf("blocked"), "Blocked");
    assert.equal(
      sentenceOf({ kind: "blocked", count: 1, of: 1200 }),
      "1 of 1,200 partitions wait for their upstream",
    );
    assert.equal(
      sentenceOf({ kind: "unaccounted", phantom: 1, unexpected: 0, strays: 2 }),
      "1 row with a failure beside them, 2 partitions off the calendar",
    );
    assert.equal(
      sentenceOf({ kind: "over-budget", name: "A B", rate: 0.0652, maximum: 0.065, others: 2 }),
      "A B fails 6.52 %, at most 6.5 % (and 2 more)",
    );
  });
});

describe("problemsOfLook()", () => {
  it("leads to exit 1 of what is found, 3 without an answer, and 0 of what only warns", () => {
    const codes = gateStatuses.map((status) => exitCodeOf(problemsOfLook(status)));
    assert.deepEqual(codes, [0, 0, 1, 3]);
    assert.equal(exitCodeOf(problemsOfLook("findings")), 1);
    assert.equal(exitCodeOf(problemsOfLook("not-checked")), 0);
  });

  it("finds something exactly where somebody has to act", () => {
    for (const look of [...gateStatuses, "findings", "not-checked"] as const) {
      assert.equal(problemsOfLook(look).length > 0, levelOfLook(look) === "action", look);
    }
  });
});
