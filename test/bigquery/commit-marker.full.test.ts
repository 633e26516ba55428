import assert from "node:assert/strict";
import { Fault } from "../../src/errors.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { quoteTable } from "../../src/sql/identifiers.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { readShop, wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop } from "./emulated-shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

/** The warehouse, where something happens between the writing of partitions and the marker. */
function beforeMarker(warehouse: Warehouse, happens: (session: Warehouse) => Promise<void>): Warehouse {
  return {
    ...warehouse,
    async execute(statements) {
      for (const statement of statements) {
        if (isMarker(statement)) await happens(warehouse);
        await warehouse.execute([statement]);
      }
    },
    session: async (labels) => beforeMarker(await warehouse.session(labels), happens),
  };
}

function isMarker({ purpose }: Statement): boolean {
  return purpose.startsWith("append ");
}

const selection = { range: { from: fortnight.from, to: fortnight.from }, processors: ["DAY"] };

describe("the commit marker on BigQuery", () => {
  it("reads no column of the partitions but their date, and nothing of the stage", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const first = shop.emulator.jobs.length;
    await runBackfill(shop.warehouse, { runbook, selection, skipAudit: true }, wallEffects());
    const jobs = shop.emulator.jobs.slice(first);
    const markers = jobs.filter((sql) => /^insert into \S*cascade_partitions/i.test(sql.trim()));
    assert.equal(markers.length, 1);
    assert.doesNotMatch(markers[0] ?? "", /farm_fingerprint|from \S*_cascade_stage_/i);
    const merging = jobs.filter((sql) => /\bmerge\b/i.test(sql) && /_cascade_stage_/.test(sql));
    assert.equal(merging.length, 1);
  });

  it("stands for nothing where the partitions hold other rows than were written", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const day = runbook.processors.find(({ id }) => id === "DAY");
    assert.ok(day !== undefined);
    const table = quoteTable(shop.warehouse.dialect, day.table);
    const losing = beforeMarker(shop.warehouse, (session) =>
      session.execute([{ sql: `delete from ${table} where true`, purpose: "lose rows" }]),
    );
    await assert.rejects(
      runBackfill(losing, { runbook, selection, skipAudit: true }, wallEffects()),
      (cause) => cause instanceof Fault && cause.code === "write-mismatch",
    );
    const again = await runBackfill(shop.warehouse, { runbook, selection, skipAudit: true }, wallEffects());
    assert.deepEqual(
      again.cells.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind)),
      ["committed"],
    );
  });
});
