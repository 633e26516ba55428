import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Column } from "../../src/domain/column.ts";
import { columnFindings } from "../../src/sql/column-findings.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";

/** What DuckDB finds in a column of one value, which is given as SQL. */
async function findingOf(column: Column, value: string): Promise<string | undefined> {
  await using warehouse = await openDuckDb({ path: ":memory:" });
  const sql = `select case ${columnFindings(duckdb, [column]).join(" ")} end as finding
from (select cast(${value} as ${duckdb.columnType(column.type)}) as ${column.name}) as stored_row`;
  const rows = await queryRows(warehouse, { sql, purpose: "check" }, { finding: typed.nullable(typed.text) });
  return rows[0]?.finding;
}

describe("columnFindings()", () => {
  it("keeps tiny and huge float bounds, and decimals", async () => {
    const bounds = [1e-7, 5e-324, 0.1, 1e21, 1.7976931348623157e308, -1e-300, 0];
    for (const min of bounds) {
      const column: Column = { name: "amount", type: "float64", min };
      assert.equal(await findingOf(column, `'${min}'`), undefined, String(min));
      assert.equal(await findingOf(column, "'-1.7976931348623157e308'"), `amount is below ${min}`);
    }
  });

  it("keeps integers of 64 bits to the last digit", async () => {
    const most = 9_007_199_254_740_993n;
    const column: Column = { name: "id", type: "int64", max: most };
    assert.equal(await findingOf(column, String(most)), undefined);
    assert.equal(await findingOf(column, String(most + 1n)), `id is above ${most}`);
  });

  it("takes the whole number inside a bound with a fraction", async () => {
    const column: Column = { name: "id", type: "int64", min: 0.5, max: 2.5 };
    assert.deepEqual(await Promise.all(["0", "1", "2", "3"].map((value) => findingOf(column, value))), [
      "id is below 0.5",
      undefined,
      undefined,
      "id is above 2.5",
    ]);
  });

  it("writes literals that GoogleSQL reads as floats", () => {
    const [, , , below = ""] = columnFindings(googlesql, [{ name: "a", type: "float64", min: 1e-7, max: 2 }]);
    assert.match(below, /> 2e0 then/);
  });
});
