import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { portableSql } from "../../src/starter/portable-sql.ts";

const kept = { quote: '"', rename: (): undefined => undefined };

describe("portableSql()", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["select a::date from t", "select cast(a as date) from t"],
    ["select t.a::numeric(10, 2) as b", "select cast(t.a as numeric(10, 2)) as b"],
    ["select sum(a + 1)::int64 from t", "select cast(sum(a + 1) as int64) from t"],
    ["select (a + 1)::text::date", "select cast(cast((a + 1) as text) as date)"],
    ["select x in (1, 2)::bool", "select x in cast((1, 2) as bool)"],
    ["select '2024-01-01'::date", "select cast('2024-01-01' as date)"],
    ["select cast(a as date)::string", "select cast(cast(a as date) as string)"],
    ['select "Day" from "t"', "select Day from t"],
    ['select "order" from t', 'select "order" from t'],
    ["select 0.5 * a, 1e3, 2", "select 0.5e0 * a, 1e3, 2"],
    ["select '1.5 ::', 1 -- 2.5::\n;", "select '1.5 ::', 1 -- 2.5::"],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(portableSql(text, kept), expected);
    });
  }

  it("takes double quotes for texts where backticks hold names", () => {
    const text = 'select `Day`, "a b", "it\'s" from `t` where x = "c"';
    assert.equal(
      portableSql(text, { ...kept, quote: "`" }),
      "select Day, 'a b', \"it's\" from t where x = 'c'",
    );
  });

  it("gives tables the names that are given for theirs, however they are written, and leaves common tables", () => {
    const text =
      'with own as (select * from "shop"."main"."orders") select * from own join orders as o on true';
    assert.equal(
      portableSql(text, {
        quote: '"',
        rename: (name) => (name.endsWith("orders") ? "raw.orders" : undefined),
      }),
      "with own as (select * from raw.orders) select * from own join raw.orders as o on true",
    );
  });
});
