import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TableId } from "../../src/domain/table-id.ts";
import { initialise } from "../../src/ledger/initialise.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { layoutDrift, type TableLayout } from "../../src/ledger/table-layouts.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { TableShape } from "../../src/sql/dialect.ts";
import { openShop, readShop, shopRange, testEffects } from "../run/shop.ts";

describe("initialise()", () => {
  it("adds what a ledger of an older version lacks, which nothing runs on before", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    await initialise(warehouse, runbook);
    for (const column of ["units", "policy"]) {
      const sql = `alter table shop_processing.cascade_runs drop column ${column}`;
      await warehouse.execute([{ sql, purpose: "make it older" }]);
    }
    await assert.rejects(readState(warehouse, runbook, shopRange), {
      code: "schema-drift",
      hint: /run `cascade init`, which adds what they lack/,
    });
    const { created, added, differences } = await initialise(warehouse, runbook);
    assert.deepEqual([created, differences], [[], []]);
    assert.deepEqual(added, ["shop_processing.cascade_runs.units", "shop_processing.cascade_runs.policy"]);
    const result = await runBackfill(warehouse, { runbook, selection: { range: shopRange } }, testEffects());
    assert.equal(result.isClean, true);
  });

  it("alters no type, and drops nothing", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    await initialise(warehouse, runbook);
    const sql = "alter table shop_processing.calendar alter column season type varchar";
    await warehouse.execute([{ sql, purpose: "change a type" }]);
    const again = await initialise(warehouse, runbook);
    assert.deepEqual(again, {
      created: [],
      added: [],
      missing: [],
      differences: ["shop_processing.calendar.season: expected BIGINT, found VARCHAR"],
    });
    await assert.rejects(readState(warehouse, runbook, shopRange), {
      code: "schema-drift",
      hint: /Alter the tables/,
    });
  });
});

describe("layoutDrift()", () => {
  const shape: TableShape = {
    table: "shop.visits" as TableId,
    description: undefined,
    columns: [
      { name: "day", type: "date" },
      { name: "note", type: "string", nullable: "nobody wrote one" },
      { name: "tags", type: "array<string>" },
    ],
    partitionBy: "day",
    cluster: ["a", "b", "c", "d", "e"],
  };
  const same: TableLayout = {
    partitionBy: "day",
    cluster: ["a", "b", "c", "d"],
    nullable: new Set(["note", "tags"]),
    expiries: new Map(),
  };

  it("says nothing of a table that lies as it would be created", () => {
    assert.deepEqual(layoutDrift(shape, same), []);
  });

  const cases: readonly (readonly [string, Partial<TableLayout>, RegExp])[] = [
    ["another partition", { partitionBy: "month" }, /expected partitions by day, found month; copy it/],
    ["no partition", { partitionBy: undefined }, /expected partitions by day, found none/],
    [
      "clusters in another order",
      { cluster: ["b", "a", "c", "d"] },
      /found b, a, c, d; mend it with `bq update/,
    ],
    [
      "a required column that takes NULL",
      { nullable: new Set(["day", "note", "tags"]) },
      /day: expected NOT NULL/,
    ],
    ["a column that refuses NULL", { nullable: new Set(["tags"]) }, /alter column note drop not null/],
    [
      "an expiry",
      { expiries: new Map([["partition_expiration_days", "60.0"]]) },
      /found partition_expiration_days 60.0; its rows will vanish/,
    ],
  ];
  for (const [what, changed, said] of cases) {
    it(`tells ${what}, once`, () => {
      const lines = layoutDrift(shape, { ...same, ...changed });
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", said);
    });
  }
});
