import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { proposeBounds, proposeRates } from "../../../src/operations/calibrate/propose-bounds.ts";

describe("proposeBounds()", () => {
  it("runs beyond the outer hundredths as far as the middle of the values spans", () => {
    const values = Array.from({ length: 101 }, (_, index) => 100 + index);
    assert.deepEqual(proposeBounds(values), { from: 11, to: 289 });
  });

  it("keeps shares to 0 and 1, and what is never negative to 0", () => {
    assert.deepEqual(proposeBounds([0.2, 0.5, 0.9]), { from: 0, to: 1 });
    assert.deepEqual(proposeBounds([2, 5, 9]).from, 0);
    assert.ok(proposeBounds([-2, 5, 9]).from < -2);
  });

  it("holds every value but the outermost, whatever their size and sign", () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), {
      minLength: 20,
      maxLength: 60,
    });
    fc.assert(
      fc.property(numbers, (values) => {
        const { from, to } = proposeBounds(values);
        const sorted = values.toSorted((left, right) => left - right).slice(1, -1);
        assert.ok(sorted.every((value) => value >= from && value <= to));
      }),
    );
  });
});

describe("proposeRates()", () => {
  it("is the measured rate and three standard errors of its dates around it", () => {
    const ofDates = [0.1, 0.2, 0.3, 0.2, 0.2];
    assert.deepEqual(proposeRates([{ rate: 0.2, ofDates }]), { from: 0.105, to: 0.295 });
  });

  it("spans the rates of several processors and never passes the maximum", () => {
    const measured = [0.1, 0.3].map((rate) => ({ rate, ofDates: [rate, rate, rate, rate, rate] }));
    assert.deepEqual(proposeRates(measured, 0.305), { from: 0.09, to: 0.305 });
  });

  it("expects no failure where there was none", () => {
    assert.deepEqual(proposeRates([{ rate: 0, ofDates: [0, 0, 0, 0, 0] }]), { from: 0, to: 0 });
  });
});
