import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dayOf } from "../../src/domain/calendar-date.ts";
import { runGates } from "../../src/gates/run-gates.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { openSmallSeason, smallFortnight } from "../nba-cascade/small-season.ts";
import { wallEffects } from "../run/shop.ts";
import { openEmulatedCopy, resultsOf } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const range = smallFortnight;

/** What the last gates say, with all that their commands show as JSON. */
function lastVerdicts(warehouse: Warehouse, runbook: Runbook): ReturnType<typeof runGates> {
  const last = runbook.gates.filter(({ after }) => after.includes("MLFS"));
  return runGates(warehouse, { runbook, range, today: dayOf(new Date()) }, last);
}

describe("nba-cascade on a BigQuery emulator", { skip: withoutEmulator }, () => {
  it("leaves over a fortnight, in chunks and resumed, the rows, failures and verdicts of one run on DuckDB", async () => {
    const runbook = await readRunbook("nba-cascade");
    await using local = await openSmallSeason(runbook);
    await using season = await openEmulatedCopy(runbook, local);
    const { isClean } = await runBackfill(local, { runbook, selection: { range } }, wallEffects());
    assert.equal(isClean, true);
    const { warehouse } = season;

    const summaries = { range, processors: ["PGS", "TDGS", "TOGS"], chunkDays: 10 };
    const first = await runBackfill(
      warehouse,
      { runbook, selection: summaries, concurrency: 2 },
      wallEffects(),
    );
    assert.equal(first.isClean, true);
    assert.deepEqual(
      first.plan.cells.map(({ processor }) => processor),
      ["PGS", "PGS", "TDGS", "TDGS", "TOGS", "TOGS"],
    );
    const rest = await runBackfill(warehouse, { runbook, selection: { range } }, wallEffects());
    assert.equal(rest.isClean, true);
    assert.deepEqual(
      rest.plan.cells.map(({ processor }) => processor),
      ["UTGC", "UPGC", "TDZA", "PSZA", "PCF", "PDC", "MLFS"],
    );

    const again = await runBackfill(warehouse, { runbook, selection: { range } }, wallEffects());
    assert.equal(again.plan.totals.units, 0);

    const expected = await resultsOf(local, runbook, "2021-10-01");
    assert.deepEqual(await resultsOf(warehouse, runbook, "2021-10-01"), expected);
    for (const [id, rows] of Object.entries(expected)) assert.ok(rows.length > 0, `${id} has no rows`);
    assert.deepEqual(await lastVerdicts(warehouse, runbook), await lastVerdicts(local, runbook));
  });
});
