import assert from "node:assert/strict";
import { duckdb } from "../../src/sql/duckdb.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";

describe("quoteText()", () => {
  it("gives DuckDB back what was quoted", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    for (const text of ["it's", "back\\slash", "two\nlines", "'; drop table t; --"]) {
      const [row] = await warehouse.query({
        sql: `select ${duckdb.quoteText(text)} as text`,
        purpose: "quote",
      });
      assert.equal(row?.["text"], text);
    }
  });

  it("escapes for GoogleSQL, where a doubled quote is two strings", () => {
    assert.equal(googlesql.quoteText("it's\\"), "'it\\'s\\\\'");
  });
});
