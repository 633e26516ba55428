import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { importState } from "../../../src/github/state/import-state.ts";
import { readArtifactFolder, writeArtifactFolder } from "../../../src/github/state/artifact-folder.ts";
import { assembleWarehouse } from "../../../src/github/state/assemble-warehouse.ts";
import { extractSources, extractState } from "../../../src/github/state/extracts.ts";
import { createTables } from "../../../src/ledger/create-tables.ts";
import { openDuckDb } from "../../../src/warehouse/duckdb.ts";
import { inMemory } from "../../../src/warehouse/duckdb-place.ts";
import { contentOfShop, openShop, readShop, runShop } from "../../run/shop.ts";
import { shopState } from "./shop-state.ts";

describe("a state", () => {
  it("comes back as it was: tables, failures and ledger", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cascade-state-"));
    const runbook = await readShop();
    await using before = await openShop();
    await runShop(before, { runbook });
    const extracts = [...extractSources(runbook), ...extractState(runbook)];
    await writeArtifactFolder(before, folder, { extracts, manifest: shopState });
    const state = await readArtifactFolder("state", folder);
    await using after = await openDuckDb({ path: inMemory });
    await assembleWarehouse(after, runbook, { base: [state], results: [] });
    assert.deepEqual(await contentOfShop(after, runbook), await contentOfShop(before, runbook));
    const again = await runShop(after, { runbook });
    assert.equal(again.plan.totals.units, 0);
    rmSync(folder, { recursive: true, force: true });
  });

  it("is taken over without the tables whose columns have changed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cascade-state-"));
    const runbook = await readShop();
    await using before = await openShop();
    await runShop(before, { runbook });
    await writeArtifactFolder(before, folder, { extracts: extractState(runbook), manifest: shopState });
    const state = await readArtifactFolder("state", folder);
    const processors = runbook.processors.map((processor) =>
      processor.id === "TREND"
        ? { ...processor, columns: [...processor.columns, { name: "more", type: "int64" as const }] }
        : processor,
    );
    await using after = await openDuckDb({ path: inMemory });
    const changed = { ...runbook, processors };
    await createTables(after, changed);
    assert.deepEqual(await importState(after, changed, state), ["shop_analytics.shop_trend"]);
    const count = await after.query({
      sql: "select count(*) as n from shop_analytics.shop_day",
      purpose: "look",
    });
    assert.deepEqual(count, [{ n: 99 }]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("is taken over where an older version had fewer columns", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cascade-state-"));
    const runbook = await readShop();
    await using before = await openShop();
    await runShop(before, { runbook });
    for (const column of ["requested_by", "reason", "started_from"]) {
      const sql = `alter table shop_processing.cascade_runs drop column ${column}`;
      await before.execute([{ sql, purpose: "go back in time" }]);
    }
    const extracts = extractState(runbook);
    await writeArtifactFolder(before, folder, { extracts, manifest: shopState });
    const state = await readArtifactFolder("state", folder);
    await using after = await openDuckDb({ path: inMemory });
    await createTables(after, runbook);
    assert.deepEqual(await importState(after, runbook, state), []);
    const sql = "select count(*) as n, count(reason) as reasons from shop_processing.cascade_runs";
    assert.deepEqual(await after.query({ sql, purpose: "look" }), [{ n: 1, reasons: 0 }]);
    rmSync(folder, { recursive: true, force: true });
  });
});
