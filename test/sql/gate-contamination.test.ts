import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Source } from "../../src/runbook/runbook.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { valuesByDate } from "../../src/sql/gate-contamination.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { validRunbook } from "../runbook/small-runbook.ts";

function sourceWith(column: string): Source {
  const [source] = validRunbook([
    "runbook.yml",
    "    columns: { id: string,",
    `    critical: [{ field: ${column}, valid: "{field} <> ''", exempt: "{field} is null" }]\n    columns: { ${column}: string, id: string,`,
  ]).sources;
  if (source === undefined) throw new Error("A source is declared");
  return source;
}

describe("valuesByDate()", () => {
  it("quotes a field whose name is a word of SQL, and tells people its plain name", () => {
    const source = sourceWith("order");
    assert.match(
      valuesByDate(duckdb, source),
      /not coalesce\("order" is null, false\) and \("order" <> ''\)/,
    );
    assert.match(
      valuesByDate(googlesql, source),
      /not coalesce\(`order` is null, false\) and \(`order` <> ''\)/,
    );
    assert.equal(source.critical[0]?.valid, "order <> ''");
  });
});
