import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cascade, shopFolder } from "../cli/cascade.ts";
import { openShop, readShop, runShop } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop, type EmulatedWarehouse } from "./emulated-shop.ts";

const { after, before, describe, it } = testsThatNeed(withoutEmulator);

/** Commands that read, with what is typed behind the runbook. */
const reading: readonly (readonly string[])[] = [
  ["plan"],
  ["status"],
  ["gaps"],
  ["contamination"],
  ["contract"],
  ["coverage", "--reconcile"],
  ["triage"],
  ["trust", "--all"],
  ["why", "TREND", "2024-01-09"],
  [
    "query",
    'select shop, count(*) as days from shop_analytics.shop_day where sale_date <= "2024-01-14" group by 1 order by 1',
  ],
];

/** What differs between engines in what a command prints: names of versions, and who asked when. */
function withoutVersions(json: string, address: string): unknown {
  return JSON.parse(json.replaceAll(address, "W"), (key, value: unknown) =>
    [
      "digest",
      "hashTag",
      "attempt",
      "attemptId",
      "runId",
      "leases",
      "version",
      "at",
      "since",
      "run",
      "lookedAt",
    ].includes(key)
      ? undefined
      : value,
  );
}

describe("commands on BigQuery", () => {
  let folder = "";
  const cloud = "bigquery:test";
  let local = "";
  let shop: EmulatedWarehouse;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-parity-"));
    local = `duckdb:${join(folder, "shop.duckdb")}`;
    const runbook = await readShop();
    shop = await openEmulatedShop(runbook);
    await using own = await openShop(join(folder, "shop.duckdb"));
    for (const warehouse of [own, shop.warehouse]) {
      await runShop(warehouse, { runbook, selection: { range: fortnight } });
      const sql =
        "delete from shop_analytics.shop_day where sale_date = date '2024-01-09' and shop = 'north'";
      await warehouse.execute([{ sql, purpose: "lose a row" }]);
    }
  });
  after(async () => {
    await shop?.[Symbol.asyncDispose]();
    if (folder !== "") await rm(folder, { recursive: true });
  });

  for (const [command = "", ...words] of reading) {
    it(`say what they say on DuckDB: ${command}`, async () => {
      const dates = ["query", "why"].includes(command)
        ? []
        : ["--start-date", fortnight.from, "--end-date", fortnight.to];
      const typed = [command, shopFolder, ...words, ...dates, "--json"];
      const environment = { CASCADE_BIGQUERY_ENDPOINT: shop.emulator.endpoint };
      const [there, here] = [
        await cascade([...typed, "--warehouse", cloud], { environment }),
        await cascade([...typed, "--warehouse", local]),
      ];
      assert.equal(there.code, here.code, there.stderr);
      assert.ok([0, 1].includes(here.code ?? 3), here.stderr);
      assert.deepEqual(withoutVersions(there.stdout, cloud), withoutVersions(here.stdout, local));
    });
  }
});
