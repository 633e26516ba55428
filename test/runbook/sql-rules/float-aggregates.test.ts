import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unroundedAggregate } from "../../../src/runbook/sql-rules/float-aggregates.ts";

const floats = new Set(["amount", "@factor"]);

/** What stands where the aggregate was found. */
function found(sql: string): string | undefined {
  const offset = unroundedAggregate(sql, "x", floats);
  return offset === undefined ? undefined : sql.slice(offset, offset + 3);
}

describe("unroundedAggregate()", () => {
  for (const sql of [
    "select a, sum(amount) as x from t.u group by a",
    "select avg(u.amount) x from t.u as u",
    "select case when count(*) > 2 then sum(amount) / 2 end as x from t.u",
    "with d as (select avg(amount) as mean from t.u) select d.mean as x, null as y from d",
    "with d as (select sum(n * @factor) as x from t.u), e as (select x from d) select x from e",
    "with d as (select cast(n as float64) as f from t.u) select sum(f) over (order by f) as x from d",
    "select x from (select stddev_pop(n / 3) as x from t.u) as s",
    "with d as (select sum(amount) as x from t.u) select * from d",
    "select 0e0 as x from t.u union all select sum(amount) as x from t.v",
    "select sum(round(amount, 2)) as x from t.u",
    "select [avg(amount)] as x from t.u",
  ]) {
    it(`finds ${sql}`, () => {
      assert.match(found(sql) ?? "nothing", /^(?:sum|avg|std)$/);
    });
  }

  for (const sql of [
    "select sum(n) as x, sum(amount) as y from t.u",
    "select sum(n) / count(*) as x from t.u",
    "select round(sum(amount), 2) as x from t.u",
    "select case when sum(amount) > 3 then 1e0 else 0e0 end as x from t.u",
    "with d as (select avg(amount) as x from t.u), e as (select round(x, 3) as x from d) select x from e",
    "with d as (select avg(amount) as mean from t.u) select round(round(mean, 9) * 1e2) / 1e2 as x from d",
    "select round(mean, 2) as x from (select avg(amount) as mean from t.u) as s",
    "select sum(cast(amount * 100 as int64)) / 100 as x from t.u",
    "select max(amount) as x from t.u",
    "select amount as x from t.u",
  ]) {
    it(`passes ${sql}`, () => assert.equal(found(sql), undefined));
  }
});
