import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { reconcileCells } from "../../../src/github/jobs/report-job.ts";
import {
  isLater,
  parseMarker,
  renderMarker,
  type StickyMarker,
} from "../../../src/github/report/sticky-marker.ts";
import { findSticky, type StickyFound } from "../../../src/github/report/sticky-report.ts";

const marker: StickyMarker = {
  runbook: "relay",
  subject: "2024-01-01..2024-01-10 duckdb new",
  runId: 7,
  attempt: 1,
};
const found: StickyFound = {
  id: 1,
  url: "https://github.com/octo/cascade/issues/1",
  author: "github-actions[bot]",
  isMinimised: false,
  body: `Passed\n\n${renderMarker(marker)}`,
};

describe("parseMarker()", () => {
  it("reads what renderMarker() wrote, behind any text", () => {
    const markers = fc.record(
      {
        runbook: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
        subject: fc.stringMatching(/^[0-9a-z #.-]{1,40}$/),
        runId: fc.integer({ min: 1 }),
        attempt: fc.integer({ min: 1, max: 50 }),
        verdict: fc.record(
          {
            level: fc.constantFrom("ok", "warning", "action"),
            word: fc.stringMatching(/^[A-Z][a-z ]{0,20}$/),
          },
          { noNullPrototype: true },
        ),
      },
      { noNullPrototype: true, requiredKeys: ["runbook", "subject", "runId", "attempt"] },
    );
    fc.assert(
      fc.property(markers, fc.string(), (own, text) => {
        assert.deepEqual(parseMarker(`${text}\n${renderMarker(own)}\n`), own);
      }),
    );
  });

  it("reads the last line only", () => {
    assert.equal(parseMarker(`${renderMarker(marker)}\nmore`), undefined);
    assert.equal(parseMarker(`quoted: ${renderMarker(marker)}`), undefined);
    assert.equal(parseMarker(""), undefined);
  });
});

describe("isLater()", () => {
  it("orders runs before attempts", () => {
    assert.equal(isLater({ ...marker, attempt: 2 }, marker), true);
    assert.equal(isLater({ ...marker, runId: 8 }, { ...marker, attempt: 9 }), true);
    assert.equal(isLater(marker, marker), false);
  });
});

describe("findSticky()", () => {
  it("takes what the reporter wrote about the same subject and nobody has hidden", () => {
    const others: readonly StickyFound[] = [
      { ...found, author: "mallory" },
      { ...found, isMinimised: true },
      { ...found, body: renderMarker({ ...marker, runbook: "other" }) },
      { ...found, body: renderMarker({ ...marker, subject: "2024-01-01..2024-01-10 duckdb #1" }) },
    ];
    assert.equal(findSticky(others, marker), undefined);
    assert.equal(findSticky([...others, found], { ...marker, runId: 9 }), found);
  });
});

describe("reconcileCells()", () => {
  const plan = { cells: [{ id: "A" }, { id: "B" }] };
  const done = { kind: "cell" as const, attempt: 1, dates: [], isComplete: true };

  it("calls a planned cell unknown that left nothing, or not all of it, in its newest attempt", () => {
    assert.deepEqual(reconcileCells(plan, [{ ...done, id: "A" }]), { unknown: ["B"], status: "stopped" });
    const died = { ...done, id: "B", attempt: 2, isComplete: false };
    const all = [{ ...done, id: "A" }, died, { ...done, id: "B" }];
    assert.deepEqual(reconcileCells(plan, all), { unknown: ["B"], status: "stopped" });
  });

  it("takes no gate for a cell", () => {
    const gate = { ...done, kind: "gate" as const, id: "B" };
    assert.deepEqual(reconcileCells(plan, [{ ...done, id: "A" }, gate]).unknown, ["B"]);
  });
});
