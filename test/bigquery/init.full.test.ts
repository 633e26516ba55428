import assert from "node:assert/strict";
import { initialise } from "../../src/ledger/initialise.ts";
import { createSources, createTables } from "../../src/ledger/create-tables.ts";
import { ownShapes } from "../../src/ledger/runbook-shapes.ts";
import { readShop } from "../run/shop.ts";
import { openEmulated } from "./emulated-shop.ts";
import { mendEmulator } from "./emulator-gaps.ts";
import { startEmulator, withoutEmulator } from "./emulator.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

/** Tables that somebody has made by hand, each otherwise in one thing. */
const byHand = [
  "create schema if not exists `shop_raw`",
  "create schema if not exists `shop_analytics`",
  `create table shop_raw.sales (sale_id string not null, sale_date date not null, shop string not null, amount int64 not null)
partition by sale_date
cluster by sale_id`,
  `create table shop_analytics.shop_day (shop string not null, sale_date date not null, total int64 not null, sales int64 not null)
cluster by shop`,
  `create table shop_analytics.shop_trend (shop string, sale_date date not null, mean_total string)
partition by sale_date
cluster by shop
options (partition_expiration_days = 30)`,
];

describe("cascade init on a BigQuery emulator", () => {
  it("creates everything once, as it compares it afterwards", async () => {
    await using process = await startEmulator();
    await using emulator = await mendEmulator(process.endpoint);
    await using warehouse = await openEmulated(emulator.endpoint);
    const runbook = await readShop();
    const first = await initialise(warehouse, runbook);
    assert.deepEqual(
      first.created.toSorted(),
      ownShapes(runbook)
        .map(({ table }) => table)
        .toSorted(),
    );
    assert.deepEqual([first.added, first.differences], [[], []]);
    assert.deepEqual(await initialise(warehouse, runbook), {
      created: [],
      added: [],
      missing: ["shop_raw.sales does not exist"],
      differences: [],
    });
  });

  it("creates the datasets that are absent and no others: to create one is a right that jobs do not have", async () => {
    await using process = await startEmulator();
    await using emulator = await mendEmulator(process.endpoint);
    await using warehouse = await openEmulated(emulator.endpoint);
    const runbook = await readShop();
    for (const dataset of ["shop_analytics", "shop_processing"]) {
      await warehouse.execute([
        { sql: `create schema if not exists \`${dataset}\``, purpose: "make a dataset" },
      ]);
    }
    const asked = (): readonly string[] =>
      emulator.asked.filter((sql) => /create schema/i.test(sql)).slice(2);
    await createTables(warehouse, runbook);
    await initialise(warehouse, runbook);
    assert.deepEqual(asked(), []);
    for (let time = 0; time < 2; time += 1) await createSources(warehouse, runbook);
    assert.deepEqual(asked(), ["create schema if not exists `shop_raw`"]);
  });

  it("shows how tables of others differ and what mends them, and only adds what they lack", async () => {
    await using process = await startEmulator();
    await using emulator = await mendEmulator(process.endpoint);
    await using warehouse = await openEmulated(emulator.endpoint);
    for (const sql of byHand) await warehouse.execute([{ sql, purpose: "make a table by hand" }]);
    const before = emulator.jobs.length;
    const { differences } = await initialise(warehouse, await readShop());
    const found = differences.map((line) => line.replace(/`.*`/, "…"));
    assert.deepEqual(
      found.filter((line) => !line.startsWith("shop_analytics.shop_trend")),
      [
        "shop_analytics.shop_day: expected partitions by sale_date, found none; copy it into a new table, partitions cannot be altered",
      ],
    );
    const trend = differences.filter((line) => line.startsWith("shop_analytics.shop_trend")).join("\n");
    assert.match(trend, /mean_total: expected FLOAT64, found STRING/);
    assert.match(trend, /shop: expected NOT NULL, found NULLABLE/);
    assert.match(
      trend,
      /found partition_expiration_days 30\S*; its rows will vanish: mend it with `alter table/,
    );
    const changing = emulator.jobs
      .slice(before)
      .filter((sql) => /^\s*(?:drop|alter|delete|truncate)/i.test(sql));
    assert.deepEqual(changing, ["alter table `shop_analytics`.`shop_trend` add column `days` int64"]);
  });
});
