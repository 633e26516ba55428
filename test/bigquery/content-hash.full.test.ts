import assert from "node:assert/strict";
import type { ColumnType } from "../../src/domain/column.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { hashedTypes, oddValues, versionsQuery, type OddValue } from "../sql/odd-values.ts";
import { readShop } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { openEmulatedShop } from "./emulated-shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

/** Floats that the emulator cannot read, or not tell apart; ZetaSQL evaluates them in `test/zetasql`. */
const unreadable = new Set<string | null>(["nan", "inf", "-inf", "-0"]);

/** Whether BigQuery can store a value, and the emulator read its literal. */
function isStorable(type: ColumnType, value: OddValue): boolean {
  if (!type.startsWith("array")) return !Array.isArray(value) && !unreadable.has(String(value));
  return Array.isArray(value) && !value.some((element) => element === null || unreadable.has(element));
}

describe("contentHash() on the emulator", () => {
  it("gives no two values one version, of those that BigQuery can store", async () => {
    await using shop = await openEmulatedShop(await readShop());
    for (const type of hashedTypes) {
      const stored = oddValues[type].filter((value) => isStorable(type, value));
      const groups = stored.map((value) => [[value]]);
      const sql = versionsQuery(googlesql, [{ name: "v", type }], groups);
      const rows = await shop.warehouse.query({ sql, purpose: "hash" });
      const versions = rows.map(({ version }) => version);
      assert.deepEqual(
        versions.map((version) => versions.indexOf(version)),
        [...stored.keys()],
        type,
      );
    }
  });
});
