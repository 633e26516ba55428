import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  normalizeSql,
  parameterNamesOf,
  renameParameters,
  tableReferencesOf,
  tablesOf,
  tokenizeSql,
} from "../../src/domain/sql-tokens.ts";

/** Pieces of SQL that are easy to take for one another, in any order. */
const sqlText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        '"',
        "`",
        "--",
        "/*",
        "*/",
        "\n",
        " ",
        "@name",
        "$",
        ".",
        "1.5",
        "1e9",
        ",",
        "(",
        ")",
      ),
      fc.constantFrom("select", "from", "join", "with", "as", "a.b", "||", "::", "<=", "é", "x1"),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(""));

describe("tokenizeSql()", () => {
  it("loses no character", () => {
    fc.assert(
      fc.property(sqlText, (text) => {
        const tokens = tokenizeSql(text);
        assert.equal(tokens.map((token) => token.text).join(""), text);
        for (const token of tokens)
          assert.equal(text.slice(token.offset, token.offset + token.text.length), token.text);
      }),
    );
  });

  it("tells strings, comments, quoted names, numbers, parameters and words apart", () => {
    const tokens = tokenizeSql(`x1 'it''s' "a ""b" \`c\` 1.5e-3 .5 @day --end\n/* @no */ ||`);
    const kinds = tokens.filter(({ kind }) => kind !== "space").map(({ kind, text }) => `${kind} ${text}`);
    assert.deepEqual(kinds, [
      "word x1",
      "string 'it''s'",
      'quoted "a ""b"',
      "quoted `c`",
      "number 1.5e-3",
      "number .5",
      "parameter @day",
      "comment --end",
      "comment /* @no */",
      "symbol ||",
    ]);
  });

  it("reads an unfinished string or comment to the end", () => {
    assert.deepEqual(
      ["'open", "/* open", '"open'].map((text) => tokenizeSql(text).length),
      [1, 1, 1],
    );
  });
});

describe("normalizeSql()", () => {
  it("is the same after another time", () => {
    fc.assert(
      fc.property(sqlText, (text) => {
        const once = normalizeSql(text);
        fc.pre(!/['"`]|\/\*/.test(text));
        assert.equal(normalizeSql(once), once);
      }),
    );
  });

  it("does not see layout and comments", () => {
    assert.equal(
      normalizeSql("select a,b -- why\nfrom\tx.y /* all */"),
      normalizeSql("select a , b from x . y"),
    );
  });

  it("keeps white space and comment signs in strings", () => {
    assert.equal(normalizeSql("select  'a  -- b'"), "select 'a  -- b'");
  });

  it("keeps apart what only a comment separates", () => {
    assert.equal(normalizeSql("select/**/a"), "select a");
  });
});

describe("parameterNamesOf()", () => {
  it("names each parameter once, in order of first use", () => {
    assert.deepEqual(parameterNamesOf("@b + @a + @b"), ["b", "a"]);
  });

  it("does not look into strings, comments and quoted names", () => {
    assert.deepEqual(parameterNamesOf(`'@a' "@b" -- @c\n/* @d */ @e`), ["e"]);
  });
});

describe("renameParameters()", () => {
  it("changes parameters and nothing else", () => {
    assert.equal(renameParameters("x = @day and y = '@day' -- @day"), "x = $day and y = '@day' -- @day");
  });

  it("keeps the length of every text", () => {
    fc.assert(fc.property(sqlText, (text) => renameParameters(text).length === text.length));
  });
});

describe("tablesOf()", () => {
  it("finds tables after from, join and commas, in order and once", () => {
    const sql =
      "select 1 from a.b as x, c.d join e.f on x.i = f.i, g.h left join a.b using (i, j) where x.y = 1";
    assert.deepEqual(tablesOf(sql), ["a.b", "c.d", "e.f", "g.h"]);
  });

  it("looks into subqueries, lateral joins and joins in parentheses", () => {
    const sql =
      "select (select max(x) from a.b) from (select 1 from c.d) as s, (e.f join g.h on true), lateral (select 1 from i.j)";
    assert.deepEqual(tablesOf(sql), ["a.b", "c.d", "e.f", "g.h", "i.j"]);
  });

  it("leaves out common table expressions, functions and fields of an alias", () => {
    const sql =
      "with c as (select 1 from a.b), d as (select 1 from c) select 1 from d, unnest(c.list) as u, a.b as t, t.items";
    assert.deepEqual(tablesOf(sql), ["a.b"]);
  });

  it("is not misled by from in expressions", () => {
    const sql =
      "select extract(year from t.day), trim(both from t.name), a is distinct from t.x, 'from q.z' from a.b as t -- from y.w";
    assert.deepEqual(tablesOf(sql), ["a.b"]);
  });

  it("sees both sides of a union", () => {
    assert.deepEqual(tablesOf("select x, y.z from a.b as y union all select u, v.w from c.d as v"), [
      "a.b",
      "c.d",
    ]);
  });
});

describe("tableReferencesOf()", () => {
  it("gives names of any number of parts with their offsets", () => {
    assert.deepEqual(tableReferencesOf('select 1 from orders join "p"."q".r'), [
      { name: "orders", offset: 14, end: 20 },
      { name: "p.q.r", offset: 26, end: 35 },
    ]);
  });

  it("takes a name of several parts for a table though a common table has its first part", () => {
    const sql = 'with raw as (select 1 from a.b) select 1 from raw, raw.secrets, "raw.other"';
    assert.deepEqual(
      tableReferencesOf(sql).map(({ name }) => name),
      ["a.b", "raw.secrets", "raw.other"],
    );
  });
});
