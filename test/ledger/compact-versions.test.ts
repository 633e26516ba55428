import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { compactVersions } from "../../src/ledger/compact-versions.ts";
import { createTables } from "../../src/ledger/create-tables.ts";
import { createVersionMemory } from "../../src/ledger/version-memory.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop, readShop } from "../run/shop.ts";

const store = "shop_processing.cascade_versions";
const tables = ["shop_raw.sales", "shop_analytics.shop_day"];
const tags = ["a/1", "a/2"];

const records = fc.array(
  fc.record(
    {
      table: fc.constantFrom(...tables),
      date: fc.integer({ min: 1, max: 3 }).map((number) => `2024-01-0${number}`),
      tag: fc.constantFrom(...tags),
      version: fc.constantFrom("v1", "v2", "v3"),
      modified: fc.integer({ min: 1, max: 3 }),
      second: fc.integer({ min: 0, max: 9 }),
    },
    { noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 30 },
);

type Kept = {
  readonly table: string;
  readonly date: string;
  readonly tag: string;
  readonly version: string;
  readonly modified: number;
  readonly second: number;
};

/** What `recordedVersions` gives of records: of each table, date and tag the one recorded last. */
function answer(rows: readonly Kept[]): readonly Kept[] {
  const ranked = rows.toSorted(
    (left, right) =>
      right.second - left.second || right.modified - left.modified || (left.version < right.version ? -1 : 1),
  );
  const groups = Map.groupBy(ranked, ({ table, date, tag }) => [table, date, tag].join());
  return [...groups]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, own]) => own.slice(0, 1));
}

async function kept(warehouse: Warehouse): Promise<readonly Kept[]> {
  const rows = await warehouse.query({
    sql: `select table_name, cast(analysis_date as string) as date, hash_tag, version, last_modified,
  extract(second from recorded_at) as second from ${store}`,
    purpose: "read all records",
  });
  return rows.map((row) => ({
    table: String(row["table_name"]),
    date: String(row["date"]),
    tag: String(row["hash_tag"]),
    version: String(row["version"]),
    modified: Number(row["last_modified"]),
    second: Number(row["second"]),
  }));
}

describe("compactVersions()", () => {
  it("leaves every answer as it was, and one record of each where no two are of one instant", async () => {
    await using warehouse = await openShop();
    await createTables(warehouse, await readShop());
    await fc.assert(
      fc.asyncProperty(records, async (rows) => {
        const values = rows.map(
          ({ table, date, tag, version, modified, second }, place) =>
            `('${table}', date '${date}', ${place}, ${modified}, '${tag}', '${version}', timestamp '2024-02-01 00:00:0${second}')`,
        );
        await warehouse.execute([
          { sql: `delete from ${store}`, purpose: "empty" },
          {
            sql: `insert into ${store} (table_name, analysis_date, row_count, last_modified, hash_tag, version, recorded_at)
values ${values.join(", ")}`,
            purpose: "record",
          },
        ]);
        await compactVersions(warehouse, "shop_processing", { ...createVersionMemory(), superseded: 1000 });
        const left = await kept(warehouse);
        assert.deepEqual(answer(left), answer(rows));
        const seconds = new Map(
          answer(rows).map((row) => [[row.table, row.date, row.tag].join(), row.second]),
        );
        const newest = rows.filter(
          ({ table, date, tag, second }) => seconds.get([table, date, tag].join()) === second,
        );
        assert.equal(left.length, newest.length);
      }),
      { numRuns: 25 },
    );
  });

  it("asks nothing before enough is superseded, by number and beside what counts", async () => {
    await using warehouse = await openShop();
    await warehouse.execute([{ sql: `drop table ${store}`, purpose: "nothing to compact" }]);
    const memory = createVersionMemory();
    await compactVersions(warehouse, "shop_processing", { ...memory, superseded: 999 });
    await assert.rejects(compactVersions(warehouse, "shop_processing", { ...memory, superseded: 1000 }), {
      code: "statement-failed",
    });
  });
});
