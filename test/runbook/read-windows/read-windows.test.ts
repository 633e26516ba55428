import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatWindow } from "../../../src/domain/window.ts";
import { readWindows } from "../../../src/runbook/read-windows/read-windows.ts";

const dates = new Map([
  ["shop.orders", "day"],
  ["shop.sums", "day"],
  ["shop.events", "cast(created_at as date)"],
]);

/** Windows of each table as `shop.orders same-date + previous-days: 6`; empty where the text says none surely. */
function said(text: string): readonly string[] {
  return [...readWindows(text, dates)].map(
    ([table, windows]) => `${table.slice(5)} ${windows.map(formatWindow).join(" + ")}`,
  );
}

function ofOrders(condition: string): readonly string[] {
  return said(`select day, sum(amount) as amount from shop.orders where ${condition} group by day`);
}

const week = ["orders same-date + previous-days: 6"];

describe("readWindows()", () => {
  for (const [condition, windows] of [
    ["day between @start_date and @end_date", ["orders same-date"]],
    ["day >= @start_date and day <= @end_date and amount > 0", ["orders same-date"]],
    ["(amount > 0 or amount is null) and (day between @start_date and @end_date)", ["orders same-date"]],
    ["day between @start_date - interval 6 day and @end_date", week],
    ["DAY BETWEEN @start_date - INTERVAL 6 DAY AND @end_date", week],
    ["day between @start_date - interval '6 days' and @end_date", week],
    ["day between cast(@start_date - interval '6' day as date) and @end_date", week],
    ["day between date_sub(@start_date, interval 6 day) and @end_date", week],
    ["day > date_sub(@start_date, interval 1 week) and day < date_add(@end_date, interval 1 day)", week],
    ["day >= @start_date - 6 and @end_date >= day", week],
    ["day + 6 >= @start_date and day <= @end_date", week],
    ["day >= @start_date - interval 7 day and day < @end_date", ["orders previous-days: 7"]],
    ["day < @end_date", ["orders season-to-date"]],
    ["day <= @end_date", ["orders same-date + season-to-date"]],
  ] as const) {
    it(`reads ${windows.join()} in "${condition}"`, () => {
      assert.deepEqual(ofOrders(condition), windows);
    });
  }

  for (const condition of [
    "amount > 0",
    "day >= @start_date",
    "day between @start_date and @end_date + interval 1 day",
    "day between @start_date - interval 1 month and @end_date",
    "day between date_trunc(@start_date, month) and @end_date",
    "day between @end_date - interval 6 day and @end_date",
    "day between @start_date - interval 6 day and @start_date",
    "day between @start_date and @end_date or amount > 5",
    "not (day between @start_date and @end_date)",
    "day not between @start_date and @end_date",
    "case when day <= @end_date and day >= @start_date then true end",
    "other between @start_date and @end_date",
    "day > @end_date and day < @start_date",
  ]) {
    it(`says nothing of "${condition}"`, () => {
      assert.deepEqual(ofOrders(condition), []);
    });
  }

  it("follows joins on dates, with what each side of them bounds", () => {
    const select = "select today.day, past.day from shop.orders as today";
    const dated = "where today.day between @start_date and @end_date";
    const both = ["orders same-date", "sums same-date + previous-days: 6"];
    const between = "on past.day between today.day - interval 6 day and today.day";
    assert.deepEqual(said(`${select} join shop.sums as past ${between} ${dated}`), both);
    assert.deepEqual(said(`${select} left join shop.sums past ${between} and past.x = 1 ${dated}`), both);
    assert.deepEqual(
      said(`${select}, shop.sums as past where ${between.slice(3)} and ${dated.slice(6)}`),
      both,
    );
    assert.deepEqual(
      said(`${select} join shop.sums as past on past.day <= today.day and past.day > today.day - 7 ${dated}`),
      both,
    );
    assert.deepEqual(said(`${select} join shop.orders as past ${between} ${dated}`), week);
    const same = ["orders same-date", "sums same-date"];
    assert.deepEqual(said(`${select} join shop.sums as past using (day, shop) ${dated}`), same);
    assert.deepEqual(
      said(
        "select day from shop.orders join shop.sums using (day) where day between @start_date and @end_date",
      ),
      same,
    );
    assert.deepEqual(said(`${select} join shop.sums as past on past.day < today.day ${dated}`), [
      "orders same-date",
      "sums season-to-date",
    ]);
  });

  it("takes of a left join what its condition says of the rows that it adds", () => {
    const join = "select * from shop.orders as a left join shop.sums as b on b.day = a.day";
    assert.deepEqual(said(`${join} and a.day between @start_date and @end_date`), []);
    assert.deepEqual(said(`${join} and b.day between @start_date and @end_date`), ["sums same-date"]);
  });

  it("follows dates through subqueries and common tables that are read once", () => {
    const both = ["orders same-date", "sums same-date + previous-days: 6"];
    const join = "join shop.sums as p on p.day between d.on_day - interval 6 day and d.on_day";
    const days =
      "select distinct o.day as on_day from shop.orders as o where o.day between @start_date and @end_date";
    assert.deepEqual(said(`with days as (${days}) select d.on_day from days as d ${join}`), both);
    assert.deepEqual(said(`select d.on_day from (${days}) as d ${join}`), both);
    assert.deepEqual(
      said(
        "select * from (select day, shop from shop.orders) as given where day between @start_date and @end_date",
      ),
      ["orders same-date"],
    );
    assert.deepEqual(
      said(
        `with days as (${days}) select * from days as d, days as e, shop.sums as p where p.day = d.on_day`,
      ),
      ["orders same-date"],
    );
    assert.deepEqual(
      said(`select o.day, (select sum(p.x) from shop.sums as p where p.day <= o.day and p.day > o.day - 7) as x
        from shop.orders as o where o.day between @start_date and @end_date`),
      both,
    );
  });

  it("says nothing where a query gives other rows than it reads, or reads more than once", () => {
    const dated = "where day between @start_date and @end_date";
    for (const inner of [
      "select day, sum(x) over (order by day rows 6 preceding) as x from shop.orders",
      "select day, x from shop.orders order by day limit 5",
      "select day from shop.orders union all select day from shop.sums",
      "select day + 1 as day from shop.orders",
      "select max(day) as day from shop.orders group by shop",
    ]) {
      assert.deepEqual(said(`select * from (${inner}) as given ${dated}`), [], inner);
    }
    assert.deepEqual(said(`select * from shop.orders ${dated} union all select * from shop.orders`), []);
    assert.deepEqual(
      said("select * from shop.orders a full join shop.sums b on a.day = b.day where a.day = @start_date"),
      [],
    );
  });

  it("knows a date that is an expression, with and without alias", () => {
    assert.deepEqual(
      said("select * from shop.events where cast(created_at as date) between @start_date and @end_date"),
      ["events same-date"],
    );
    assert.deepEqual(
      said(`select * from shop.orders as o join shop.events as e on cast(e.created_at as date) = o.day
        where o.day between @start_date and @end_date`),
      ["orders same-date", "events same-date"],
    );
  });

  it("reads texts of any depth and length, and such as are no SQL", () => {
    const strange = ["(", ")", "select", "select from where", "with x as (", "select * from (((shop.orders"];
    for (const text of [...strange, "(".repeat(50_000) + ")".repeat(50_000)])
      assert.deepEqual(said(text), []);
    const chain = Array.from({ length: 200 }, (_, index) => `shop.orders as a${index}`).join(", ");
    assert.deepEqual(said(`select * from ${chain}`), []);
  });
});
