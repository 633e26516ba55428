import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ColumnType } from "../../src/domain/column.ts";
import { parseExactJson } from "../../src/domain/exact-json.ts";
import { fitValue } from "../../src/domain/fit-value.ts";

function fit(type: ColumnType, json: string): string | undefined {
  return fitValue(type, parseExactJson(json));
}

describe("fitValue()", () => {
  for (const [type, json, text] of [
    ["int64", "9223372036854775807", "9223372036854775807"],
    ["int64", "-9223372036854775808", "-9223372036854775808"],
    ["int64", "-0", "0"],
    ["int64", "2.0", "2"],
    ["int64", "1e3", "1000"],
    ["float64", "0.1", "0.1"],
    ["float64", "5e-324", "5e-324"],
    ["float64", "-0.0", "-0.0"],
    ["float64", "3", "3"],
    ["string", '"Ü\\n"', '"Ü\\n"'],
    ["bool", "true", "true"],
    ["date", '"2024-02-29"', '"2024-02-29"'],
    ["date", '"2024-02-29T00:00:00.000"', '"2024-02-29"'],
    ["timestamp", '"2024-02-29T23:59:59.123456Z"', '"2024-02-29 23:59:59.123456"'],
    ["timestamp", '"2024-02-29 23:59:59.5"', '"2024-02-29 23:59:59.500000"'],
    ["timestamp", '"2024-02-29 23:59:59.000000000"', '"2024-02-29 23:59:59"'],
    ["timestamp", '"2024-03-01T01:30:00+02:00"', '"2024-02-29 23:30:00"'],
    ["timestamp", '"2024-02-29 12:00:00+00"', '"2024-02-29 12:00:00"'],
    ["timestamp", '"2024-02-29"', '"2024-02-29 00:00:00"'],
    ["array<int64>", "[1, 2.0]", "[1,2]"],
    ["array<string>", "[]", "[]"],
    ["int64", "null", "null"],
  ] as const) {
    it(`writes ${json} as ${type} in one way`, () => {
      assert.equal(fit(type, json), text);
    });
  }

  for (const [type, json] of [
    ["int64", "2.5"],
    ["int64", "9223372036854775808"],
    ["int64", "9007199254740993.0"],
    ["int64", "1e30"],
    ["int64", '"2"'],
    ["int64", "true"],
    ["float64", '"0.1"'],
    ["float64", "1e400"],
    ["float64", "1e-400"],
    ["float64", "9007199254740993"],
    ["string", "1"],
    ["int64", "10000000000000000000000000000000000000000"],
    ["string", "{}"],
    ["string", String.raw`"a\ud800b"`],
    ["bool", "1"],
    ["bool", '"true"'],
    ["date", '"2024-02-29 12:00:00"'],
    ["date", '"2023-02-29"'],
    ["date", '"20240229"'],
    ["date", "20240229"],
    ["timestamp", '"2024-02-29 24:00:00"'],
    ["timestamp", '"2024-02-29 12:00:00.1234567"'],
    ["timestamp", "1709164800"],
    ["date", '"infinity"'],
    ["date", '"0999-12-31"'],
    ["date", '"10000-01-01"'],
    ["timestamp", '"-infinity"'],
    ["timestamp", '"9999-12-31T23:30:00-02:00"'],
    ["timestamp", '"1000-01-01T00:30:00+02:00"'],
    ["datetime", '"infinity"'],
    ["time", '"24:00:00"'],
    ["string", "[1]"],
    ["bool", '"t"'],
    ["array<int64>", "[1, 2.5]"],
    ["array<int64>", "1"],
  ] as const) {
    it(`refuses ${json} as ${type}`, () => {
      assert.equal(fit(type, json), undefined);
    });
  }

  it("keeps every int64 and every finite float", () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(fc.property(int64, (value) => assert.equal(fit("int64", String(value)), String(value))));
    const float = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(float, (value) =>
        assert.ok(Object.is(Number(fit("float64", Object.is(value, -0) ? "-0.0" : String(value))), value)),
      ),
    );
  });
});

describe("fitValue() of other types", () => {
  const fitted: readonly (readonly [type: ColumnType, json: string, text: string | undefined])[] = [
    ["numeric(12, 2)", "12.5", "12.50"],
    ["numeric(12, 2)", '"12.5"', "12.50"],
    ["numeric(12, 2)", "12.505", undefined],
    ["numeric(12, 2)", "true", undefined],
    ["datetime", '"2024-01-31"', '"2024-01-31 00:00:00"'],
    ["datetime", '"2024-01-31T10:00:00.5"', '"2024-01-31 10:00:00.500000"'],
    ["datetime", '"2024-01-31T10:00:00Z"', undefined],
    ["datetime", '"2024-01-31 10:00:00+01"', undefined],
    ["time", '"10:00"', '"10:00:00"'],
    ["time", '"10:00:00.5"', '"10:00:00.500000"'],
    ["time", '"25:00"', undefined],
    ["json", '{"a":[1.0,null]}', '{"a":[1.0,null]}'],
    ["bytes", '"YQ=="', '"YQ=="'],
    ["bytes", "1", undefined],
  ];
  for (const [type, json, text] of fitted) {
    it(`holds ${json} as ${type}: ${text ?? "no"}`, () => {
      assert.equal(fitValue(type, parseExactJson(json)), text);
    });
  }
});
