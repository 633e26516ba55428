import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compareRate, decimalOf } from "../../src/domain/rate.ts";

describe("compareRate()", () => {
  it("puts a rate at its limit neither above nor below", () => {
    for (let percent = 0; percent <= 100; percent += 1) {
      assert.equal(compareRate({ part: percent, whole: 100 }, percent / 100), 0, `${percent} of 100`);
    }
  });

  it("tells one row in a million more or less from the limit", () => {
    assert.equal(compareRate({ part: 290_001, whole: 1_000_000 }, 0.29), 1);
    assert.equal(compareRate({ part: 289_999, whole: 1_000_000 }, 0.29), -1);
  });

  it("goes by every decimal that the limit is written with", () => {
    assert.equal(compareRate({ part: 1, whole: 3 }, 0.3333333333333333), 1);
    assert.equal(compareRate({ part: 1, whole: 3 }, 0.3333333333333334), -1);
    assert.equal(compareRate({ part: 1, whole: 10_000_000 }, 1e-7), 0);
  });

  it("takes nothing of nothing for 0", () => {
    assert.equal(compareRate({ part: 0, whole: 0 }, 0.1), 0);
  });

  it("agrees with whole numbers for every limit in ten-thousandths", () => {
    const whole = fc.integer({ min: 1, max: 1_000_000 });
    const limit = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(whole, limit, fc.nat(), (all, parts, seed) => {
        const part = seed % (all + 1);
        assert.equal(
          compareRate({ part, whole: all }, parts / 10_000),
          Math.sign(part * 10_000 - parts * all),
        );
      }),
    );
  });
});

describe("decimalOf()", () => {
  it("gives the digits as they are written", () => {
    assert.deepEqual(decimalOf(0.065), { digits: 65n, decimals: 3 });
    assert.deepEqual(decimalOf(1.5e-9), { digits: 15n, decimals: 10 });
    assert.deepEqual(decimalOf(1e21), { digits: 10n ** 21n, decimals: 0 });
  });
});
