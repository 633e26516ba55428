import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findDialectDifferences } from "../../../src/runbook/sql-rules/find-differences.ts";

const margin = new Set(["margin"]);

describe("findDialectDifferences()", () => {
  it("passes what both engines read alike", () => {
    const sql = `
      select cast(round(a / b) as int64), 0.44e0 * c, 10, x || 'it is', sum(case when d then 1 else 0 end),
        row_number() over (partition by e order by f desc, margin nulls last) as rank
      from g.h as t join unnest(t.items) as item on true -- "0.5" concat(
      where y = '0.5 \`x\` "y"' order by f`;
    assert.deepEqual(findDialectDifferences(sql, margin), []);
  });

  it("finds decimals without exponent", () => {
    assert.deepEqual(found("0.44 * x + .5"), ["0: 0.44 is a", "11: .5 is a"]);
  });

  it("finds backticks and double quotes", () => {
    assert.deepEqual(found('`a` "b"'), ["0: Backticks are no", "4: Double quotes hold"]);
  });

  it("finds escapes in strings", () => {
    assert.deepEqual(found("'it''s' '\\d' ''"), ["0: A backslash or", "8: A backslash or"]);
  });

  it("finds the cast operator", () => {
    assert.deepEqual(found("x::int64"), ["1: BigQuery has no"]);
  });

  it("finds filter clauses, but no column of that name", () => {
    assert.deepEqual(found("sum(x) FILTER (WHERE y), filter (z)"), ["7: BigQuery has no"]);
  });

  it("finds array literals under unnest", () => {
    assert.deepEqual(found("from unnest([1, 2]) as x"), ["5: unnest([...]) names its"]);
  });

  it("finds concat, but no column of that name", () => {
    assert.deepEqual(found("concat(a, b), t.concat"), ["0: concat leaves out"]);
  });

  it("finds nullable columns in order by that do not say where NULL goes", () => {
    assert.deepEqual(found("over (partition by a order by t.margin desc, b)"), ['30: "margin" may be']);
    assert.deepEqual(found("order by abs(margin), margin nulls first limit 3"), []);
  });

  it("finds casts of quotients and float literals to int64", () => {
    assert.deepEqual(found("cast((a + b) / 2 as int64)"), ["0: A cast of"]);
    assert.deepEqual(found("cast(sum(1e0) as int64)"), ["0: A cast of"]);
  });

  it("passes casts of what is whole already, and casts to other types", () => {
    assert.deepEqual(
      found("cast(floor(a / b) as int64), cast(a / b as float64), cast(count(*) as int64)"),
      [],
    );
  });
});

/** Findings as offset and the first three words of the message. */
function found(sql: string): readonly string[] {
  return findDialectDifferences(sql, margin)
    .toSorted((left, right) => left.offset - right.offset)
    .map(({ offset, message }) => `${offset}: ${message.split(" ").slice(0, 3).join(" ")}`);
}
