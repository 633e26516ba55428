import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  formatDeclared,
  formatDeclaredRange,
  formatDuration,
  formatExtent,
  formatLimit,
  formatRateBeside,
  formatLines,
  formatSome,
} from "../../src/domain/format.ts";

describe("formatDuration()", () => {
  it("counts hours from 60 minutes on", () => {
    assert.equal(formatDuration(187 * 60_000), "3 h 07 min");
    assert.equal(formatDuration(59 * 60_000 + 59_000), "59 min 59 s");
  });

  it("counts minutes from 60 seconds on, rounded as they are shown", () => {
    assert.equal(formatDuration(59_940), "59.9 s");
    assert.equal(formatDuration(59_960), "1 min 00 s");
  });
});

describe("formatRateBeside()", () => {
  it("shows a rate above its limit as another number", () => {
    assert.equal(formatRateBeside(0.0652, 0.065), "6.52 %");
    assert.equal(formatRateBeside(0.0653, 0.0655), "6.5 %");
    assert.equal(formatRateBeside(0.065, 0.065), "6.5 %");
  });

  it("never reads like the limit beside it unless it is the limit", () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(), fc.integer({ min: 0, max: 10_000 }));
    fc.assert(
      fc.property(counts, ([whole, seed, limit]) => {
        const rate = (seed % (whole + 1)) / whole;
        const isSame = formatRateBeside(rate, limit / 10_000) === formatLimit(limit / 10_000);
        assert.equal(isSame, rate === limit / 10_000);
      }),
    );
  });
});

describe("formatLimit()", () => {
  it("shows every digit that is declared", () => {
    assert.equal(formatLimit(0.15), "15.0 %");
    assert.equal(formatLimit(0.0655), "6.55 %");
    assert.equal(formatLimit(1), "100.0 %");
    assert.equal(formatLimit(0.000001), "0.0001 %");
    assert.equal(formatLimit(undefined), "none");
  });
});

describe("formatDeclared()", () => {
  it("shows a rate as the policy has it", () => {
    assert.equal(formatDeclared(0.15), "15 %");
    assert.equal(formatDeclared(0.175), "17.5 %");
    assert.equal(formatDeclaredRange({ from: 0.1, to: 0.25 }), "10-25 %");
    assert.equal(formatDeclaredRange({ from: 0.1, to: 0.1 }), "10 %");
  });
});

describe("formatLines()", () => {
  it("gives all lines where they are few enough, else the first and how many more there are", () => {
    assert.deepEqual(formatLines(["A", "B"], { limit: 2 }), ["A", "B"]);
    assert.deepEqual(formatLines(["A", "B", "C"], { limit: 1 }), ["A", "and 2 more"]);
    assert.deepEqual(formatLines(["A", "B"], { limit: 1, where: "in the log" }), [
      "A",
      "and 1 more; in the log",
    ]);
  });
});

describe("formatSome()", () => {
  it("names the first and counts the rest", () => {
    assert.equal(formatSome(["A", "B"], { limit: 2 }), "A, B");
    assert.equal(formatSome(["A", "B", "C"], { limit: 2 }), "A, B and 1 more");
    assert.equal(formatSome(["A"], { limit: 1, of: 2, noun: "date" }), "A and 1 more date");
    assert.equal(formatSome(["A", "B", "C"], { limit: 2, separator: "; " }), "A; B and 1 more");
    assert.equal(formatSome(["A"], { limit: 1, of: 1001, noun: "date" }), "A and 1,000 more dates");
  });
});

describe("formatExtent()", () => {
  it("names few dates and bounds many", () => {
    assert.equal(formatExtent(["2024-01-01", "2024-01-03"], { limit: 2 }), "2024-01-01, 2024-01-03");
    assert.equal(
      formatExtent(["2024-01-01", "2024-01-03", "2024-01-09"], { limit: 2 }),
      "2024-01-01 to 2024-01-09 (3 dates)",
    );
  });
});
