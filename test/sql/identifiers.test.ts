import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { quoteText } from "../../src/sql/identifiers.ts";
import { inMemory, openDuckDb } from "../../src/warehouse/duckdb.ts";

describe("quoteText()", () => {
  it("gives DuckDB back what was quoted", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    for (const text of ["it's", "back\\slash", "two\nlines", "'; drop table t; --"]) {
      const [row] = await warehouse.query({
        sql: `select ${quoteText("duckdb", text)} as text`,
        purpose: "quote",
      });
      assert.equal(row?.["text"], text);
    }
  });

  it("escapes for GoogleSQL, where a doubled quote is two strings", () => {
    assert.equal(quoteText("googlesql", "it's\\"), "'it\\'s\\\\'");
  });
});
