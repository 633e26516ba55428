import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { incrementalDates } from "../../../src/starter/dbt/incremental-dates.ts";

const isItself = (name: string): boolean => name === "shop.main.days";

describe("incrementalDates()", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'select * from o where day > (select max(day) from "shop"."main"."days") group by 1',
      "select * from o where day between @start_date and @end_date group by 1",
    ],
    [
      "select * from o where o.day >= (select max(day) from shop.main.days) and x",
      "select * from o where o.day between @start_date and @end_date and x",
    ],
    [
      "select * from o where cast(o.at as date) > (select coalesce(max(day), '1900-01-01') from shop.main.days)",
      "select * from o where cast(o.at as date) between @start_date and @end_date",
    ],
    [
      "select * from o where day > coalesce((select max(day) from shop.main.days), date '1900-01-01')",
      "select * from o where day between @start_date and @end_date",
    ],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)}`, () => {
      assert.equal(incrementalDates(text, isItself), expected);
    });
  }

  const kept = [
    "select * from o where day > (select max(day) from shop.main.others)",
    "select * from o where day not in (select day from shop.main.days)",
    "select * from o left join shop.main.days as d on d.day = o.day where d.day is null",
  ];
  for (const text of kept) {
    it(`leaves ${JSON.stringify(text)}`, () => {
      assert.equal(incrementalDates(text, isItself), text);
    });
  }
});
