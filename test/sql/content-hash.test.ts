import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { ColumnType } from "../../src/domain/column.ts";
import type { HashedColumn } from "../../src/sql/dialect.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { firstTypes, hashedTypes, oddValues, versionsQuery, type OddValue } from "./odd-values.ts";

type Group = readonly (readonly OddValue[])[];

/** The version of each group of rows, in their order; none of the groups is empty. */
async function versionsOf(
  warehouse: Warehouse,
  columns: readonly HashedColumn[],
  groups: readonly Group[],
): Promise<readonly string[]> {
  const sql = versionsQuery(duckdb, columns, groups);
  const shape = { place: typed.count, version: typed.text };
  return (await queryRows(warehouse, { sql, purpose: "hash" }, shape)).map(({ version }) => version);
}

/** The version of rows of one text, by the arithmetic of JavaScript. */
function versionByHand(rows: readonly (readonly string[])[]): string {
  const hashes = rows.map((row) => {
    const bytes = createHash("md5")
      .update(JSON.stringify(["s", ...row]))
      .digest();
    return { low: bytes.readBigUInt64LE(0), high: bytes.readBigUInt64LE(8) };
  });
  const xor = hashes.reduce((all, { low, high }) => all ^ ((high << 64n) | low), 0n);
  const sum = hashes.reduce((all, { low }) => all + low, 0n);
  return `${rows.length}:${xor}:${sum}`;
}

/** Columns of every type, and groups of rows of their odd values. */
const contents = fc.array(fc.constantFrom(...hashedTypes), { minLength: 1, maxLength: 5 }).chain((types) => {
  const row = fc.tuple(...types.map((type) => fc.constantFrom(...oddValues[type])));
  return fc.record({
    columns: fc.constant(types.map((type, index): HashedColumn => ({ name: `v${index}`, type }))),
    groups: fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 8 }),
  });
});

describe("contentHash() on DuckDB", () => {
  it("gives no two values of a type one version", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    for (const type of hashedTypes) {
      const groups = oddValues[type].map((value) => [[value]]);
      const versions = await versionsOf(warehouse, [{ name: "v", type }], groups);
      assert.equal(new Set(versions).size, groups.length, type);
    }
  });

  it("gives contents one version exactly when they are the same rows, in whatever order", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    await fc.assert(
      fc.asyncProperty(contents, async ({ columns, groups }) => {
        const turned = [...groups, ...groups.map((group) => group.toReversed())];
        const versions = await versionsOf(warehouse, columns, turned);
        const texts = turned.map((group) =>
          group
            .map((row) => JSON.stringify(row))
            .toSorted()
            .join("\n"),
        );
        assert.deepEqual(
          versions.map((version) => versions.indexOf(version)),
          texts.map((text) => texts.indexOf(text)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("tells values of neighbouring columns apart, and types of one text", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const pair: readonly HashedColumn[] = [
      { name: "v", type: "string" },
      { name: "w", type: "string" },
    ];
    const rows = [
      ["a", "bc"],
      ["ab", "c"],
      ["abc", ""],
      ["abc", null],
      [null, "abc"],
    ];
    const versions = await versionsOf(
      warehouse,
      pair,
      rows.map((row) => [row]),
    );
    assert.equal(new Set(versions).size, rows.length);
    const typesOfText: readonly ColumnType[] = ["string", "date"];
    const ofTypes = await Promise.all(
      typesOfText.map((type) => versionsOf(warehouse, [{ name: "v", type }], [[["2024-01-01"]]])),
    );
    assert.notDeepEqual(ofTypes[0], ofTypes[1]);
  });

  it("counts a row as often as it stands", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const groups = [[["a"]], [["a"], ["a"]], [["a"], ["a"], ["a"]], [["a"], ["b"], ["b"]], [["b"], ["b"]]];
    const versions = await versionsOf(warehouse, [{ name: "v", type: "string" }], groups);
    assert.equal(new Set(versions).size, groups.length);
  });

  it("is the decimal digits of count, xor and sum of the rows' hashes, however large the xor is", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const rows = Array.from({ length: 40 }, (_, index) => [`row ${index}`]);
    const groups = [...rows.map((row) => [row]), [["a"], ["a"]]];
    assert.deepEqual(
      await versionsOf(warehouse, [{ name: "v", type: "string" }], groups),
      groups.map((group) => versionByHand(group)),
    );
  });

  it("is the same in every release of the engine while its tag stays: change both or none", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const columns = firstTypes.map((type, index): HashedColumn => ({ name: `v${index}`, type }));
    const most = Math.max(...firstTypes.map((type) => oddValues[type].length));
    const group = Array.from({ length: most }, (_, index) =>
      firstTypes.map((type) => oddValues[type][index] ?? null),
    );
    assert.deepEqual(
      [duckdb.hashTag, ...(await versionsOf(warehouse, columns, [group]))],
      ["duckdb/json-md5-1", "22:52508302477378802852004025873027145762:180102451620116637058"],
    );
  });
});
