import assert from "node:assert/strict";
import type { HashedColumn } from "../../src/sql/dialect.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { firstTypes, hashedTypes, oddValues, versionsQuery, type OddValue } from "../sql/odd-values.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { evaluate } from "./evaluate.ts";
import { startZetaSql, withoutZetaSql, type ZetaSql } from "./zetasql.ts";

const { after, before, describe, it } = testsThatNeed(withoutZetaSql);

describe("contentHash() in GoogleSQL", () => {
  let zetasql: ZetaSql;
  before(async () => {
    zetasql = await startZetaSql();
  });
  after(async () => zetasql[Symbol.asyncDispose]());

  /** The version of each group of rows, as ZetaSQL's reference implementation evaluates it. */
  async function versionsOf(
    columns: readonly HashedColumn[],
    groups: readonly (readonly (readonly OddValue[])[])[],
  ): Promise<readonly string[]> {
    const sql = versionsQuery(googlesql, columns, groups);
    const rows = await evaluate(zetasql, { sql, parameters: {}, content: [] });
    return rows.map(({ version }) => String(version));
  }

  for (const type of hashedTypes) {
    it(`gives no two values of ${type} one version`, async () => {
      const groups = oddValues[type].map((value) => [[value]]);
      const versions = await versionsOf([{ name: "v", type }], groups);
      assert.equal(versions.length, groups.length);
      assert.deepEqual(
        versions.map((version) => versions.indexOf(version)),
        [...versions.keys()],
      );
    });
  }

  it("tells values of neighbouring columns apart, and does not see the order of rows", async () => {
    const columns: readonly HashedColumn[] = [
      { name: "v", type: "string" },
      { name: "w", type: "float64" },
      { name: "x", type: "float64" },
    ];
    const [first, second] = [
      ["a", "0", "-0"],
      ["a", "-0", "0"],
    ];
    const versions = await versionsOf(columns, [
      [first, second],
      [second, first],
      [first, first],
      [first],
      [second],
    ]);
    assert.equal(versions[0], versions[1]);
    assert.equal(new Set(versions).size, 4);
  });

  it("is the same while its tag stays: change both or none", async () => {
    const columns = firstTypes.map((type, index): HashedColumn => ({ name: `v${index}`, type }));
    const rows = [0, 1, 2].map((index) => firstTypes.map((type) => oddValues[type][index] ?? null));
    assert.deepEqual(
      [googlesql.hashTag, ...(await versionsOf(columns, [rows]))],
      ["bigquery/json-farm-2", "3:5971942011647817927:-5954072624037320779"],
    );
  });
});
