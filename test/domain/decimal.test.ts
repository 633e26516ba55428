import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decimalType, digitsOf, fitDecimal, parseDecimalType } from "../../src/domain/decimal.ts";

describe("parseDecimalType()", () => {
  it("reads what people write in one way", () => {
    const read = ["numeric", "numeric(12)", "numeric(12,2)", "numeric( 12 , 2 )"].map(parseDecimalType);
    assert.deepEqual(read, ["numeric(38, 9)", "numeric(12, 0)", "numeric(12, 2)", "numeric(12, 2)"]);
  });

  it("refuses more digits than both engines hold, and more behind the point than there are", () => {
    const read = ["numeric(39, 2)", "numeric(0, 0)", "numeric(2, 3)", "decimal(2, 1)"].map(parseDecimalType);
    assert.deepEqual(read, [undefined, undefined, undefined, undefined]);
  });
});

describe("fitDecimal()", () => {
  it("writes every digit of the scale and loses none", () => {
    const fitted = ["12.5", "-0.05", "7", "0.00", "-0", "1.25e1", "125e-1", "1e3"].map((text) =>
      fitDecimal("numeric(6, 2)", text),
    );
    assert.deepEqual(fitted, ["12.50", "-0.05", "7.00", "0.00", "0.00", "12.50", "12.50", "1000.00"]);
  });

  it("is undefined for what the type cannot hold, and for what is no number", () => {
    const lost = ["0.005", "10000", "1e-3", "1e-30", "x", "", "NaN", "1e9"];
    assert.deepEqual(
      lost.map((text) => fitDecimal("numeric(6, 2)", text)),
      lost.map(() => undefined),
    );
  });

  it("gives back the unscaled integer of every value that fits", () => {
    const types = fc
      .integer({ min: 1, max: 38 })
      .chain((precision) =>
        fc.record({ precision: fc.constant(precision), scale: fc.integer({ min: 0, max: precision }) }),
      );
    const values = types.chain((digits) =>
      fc.record({
        digits: fc.constant(digits),
        unscaled: fc.bigInt({
          min: -(10n ** BigInt(digits.precision)) + 1n,
          max: 10n ** BigInt(digits.precision) - 1n,
        }),
      }),
    );
    fc.assert(
      fc.property(values, ({ digits, unscaled }) => {
        const type = decimalType(digits);
        const fitted = fitDecimal(type, `${unscaled}e-${digits.scale}`);
        assert.equal(BigInt((fitted ?? "lost").replace(".", "")), unscaled);
        assert.deepEqual(digitsOf(type), { ...digits });
      }),
    );
  });
});
