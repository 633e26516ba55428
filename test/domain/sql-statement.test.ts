import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { plainSql, statementOffsets, unendedOffset, unendedSql } from "../../src/domain/sql-statement.ts";
import { meaningfulTokens } from "../../src/domain/sql-tokens.ts";

describe("plainSql()", () => {
  it("reads what editors leave as an engine would", () => {
    assert.equal(
      plainSql("\uFEFFselect 1,\r\n\u00A0 2\r from\u200Bt -- c\r\n"),
      "select 1,\n  2\n from t -- c\n",
    );
  });

  it("leaves strings and quoted names as they are, and plain text as it is", () => {
    assert.equal(plainSql("select 'a\u00A0b', \"c\u00A0d\""), "select 'a\u00A0b', \"c\u00A0d\"");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
        assert.equal(plainSql(text), text);
      }),
    );
  });
});

describe("unendedSql()", () => {
  it("takes away the semicolons that end the statement, wherever comments stand", () => {
    assert.equal(unendedSql("select 1;\n"), "select 1\n");
    assert.equal(unendedSql("select ';' ; -- a; b\n;/* ; */"), "select ';'  -- a; b\n/* ; */");
    assert.equal(unendedSql("select 1"), "select 1");
  });

  it("changes nothing that means something", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const kept = meaningfulTokens(text).map((token) => token.text);
        const end = kept.findLastIndex((own) => own !== ";") + 1;
        const left = meaningfulTokens(unendedSql(text)).map((token) => token.text);
        assert.deepEqual(left.slice(0, end).join(" "), kept.slice(0, end).join(" "));
      }),
    );
  });
});

describe("statementOffsets()", () => {
  it("finds each statement, and none in comments and between semicolons", () => {
    assert.deepEqual(statementOffsets("-- nothing\n;;\n"), []);
    assert.deepEqual(statementOffsets("select 1;; -- x\n"), [0]);
    assert.deepEqual(statementOffsets("select 1;\nselect ';'"), [0, 10]);
  });
});

describe("unendedOffset()", () => {
  it("finds what nothing ends", () => {
    for (const text of ["select 'a", 'select "a', "select `a", "select /* a", "select /*/"]) {
      assert.equal(unendedOffset(text), 7, text);
    }
    for (const text of ["select 'a'", 'select "a"', "select /* a */", "select -- '", ""]) {
      assert.equal(unendedOffset(text), undefined, text);
    }
  });
});
