import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "../../src/domain/calendar-date.ts";
import { runGates } from "../../src/gates/run-gates.ts";
import type { Selection } from "../../src/plan/plan.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { openSmallSeason, smallFortnight } from "../nba-cascade/small-season.ts";
import { wallEffects } from "../run/shop.ts";
import { billedFor } from "./billed-tables.ts";
import { openEmulatedCopy, resultsOf, type EmulatedWarehouse } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { openWriteClock } from "./write-clock.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutEmulator);

const range = smallFortnight;
const since = "2021-10-01";

/** A run, and what BigQuery would bill for its start and for each of its cells, in bytes. */
type BilledRun = RunResult & { readonly start: number; readonly cellCosts: Readonly<Record<string, number>> };

async function runBilled(
  { warehouse, emulator }: EmulatedWarehouse,
  runbook: Runbook,
  selection: Selection,
): Promise<BilledRun> {
  const datasets = new Set(
    [...runbook.sources, ...runbook.processors].map(({ table }) => table.split(".")[0] ?? ""),
  );
  datasets.add(runbook.ledger);
  const cellCosts: Record<string, number> = {};
  let from = emulator.jobs.length;
  let start: number | undefined;
  function billed(): number {
    const cost = billedFor(emulator.jobs.slice(from), datasets);
    from = emulator.jobs.length;
    return cost;
  }
  const effects = {
    ...wallEffects(),
    emit(event: Parameters<ReturnType<typeof wallEffects>["emit"]>[0]) {
      if (event.kind === "cell-started") start ??= billed();
      if (event.kind === "cell-ended") cellCosts[event.cell.processor] = billed();
    },
  };
  const result = await runBackfill(warehouse, { runbook, selection, skipAudit: true }, effects);
  return { ...result, start: start ?? billed(), cellCosts };
}

/** What the last gates say, with all that their commands show as JSON. */
function lastVerdicts(warehouse: Warehouse, runbook: Runbook): ReturnType<typeof runGates> {
  const last = runbook.gates.filter(({ after: ran }) => ran.includes("MLFS"));
  return runGates(warehouse, { runbook, range, today: dayOf(new Date()) }, last);
}

function processorsOf({ plan }: RunResult): readonly string[] {
  return plan.cells.map(({ processor }) => processor);
}

describe("nba-cascade on a BigQuery emulator", () => {
  let runbook: Runbook;
  let local: Warehouse;
  let season: EmulatedWarehouse;
  let rest: BilledRun;
  before(async () => {
    runbook = await readRunbook("nba-cascade");
    local = await openSmallSeason(runbook);
    season = await openEmulatedCopy(runbook, local, openWriteClock());
  });
  after(async () => {
    await season[Symbol.asyncDispose]();
    await local[Symbol.asyncDispose]();
  });

  it("runs two cells of each summary side by side, then what is left, then nothing", async () => {
    const { warehouse } = season;
    const summaries = { range, processors: ["PGS", "TDGS", "TOGS"], chunkDays: 10 };
    const request = { runbook, selection: summaries, concurrency: 2, skipAudit: true };
    const first = await runBackfill(warehouse, request, wallEffects());
    assert.equal(first.isClean, true);
    assert.deepEqual(processorsOf(first), ["PGS", "PGS", "TDGS", "TDGS", "TOGS", "TOGS"]);
    rest = await runBilled(season, runbook, { range });
    assert.equal(rest.isClean, true);
    assert.deepEqual(processorsOf(rest), ["UTGC", "UPGC", "TDZA", "PSZA", "PCF", "PDC", "MLFS"]);
    const again = await runBackfill(
      warehouse,
      { runbook, selection: { range }, skipAudit: true },
      wallEffects(),
    );
    assert.equal(again.plan.totals.units, 0);
  });

  it("leaves the rows, failures and verdicts of one run on DuckDB", async () => {
    const whole = await runBackfill(local, { runbook, selection: { range }, skipAudit: true }, wallEffects());
    assert.equal(whole.isClean, true);
    const expected = await resultsOf(local, runbook, since);
    for (const [id, rows] of Object.entries(expected)) assert.ok(rows.length > 0, `${id} has no rows`);
    assert.deepEqual(await resultsOf(season.warehouse, runbook, since), expected);
    const verdicts = await lastVerdicts(season.warehouse, runbook);
    assert.ok(verdicts.every(({ status }) => status !== "check-failed"));
    assert.deepEqual(verdicts, await lastVerdicts(local, runbook));
  });

  it("is billed for the tables that its jobs name, as the documentation says", () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/bigquery.md"), "utf8");
    const costs = Object.values(rest.cellCosts).map(inMegabytes);
    const measured = `${Math.min(...costs)} to ${Math.max(...costs)} MB`;
    assert.ok(text.includes(`a cell from UTGC to MLFS is billed ${measured}`), measured);
    assert.ok(text.includes(`which reads the state, ${inMegabytes(rest.start)} MB.`), String(rest.start));
    const [ofCell = 0, ofStart = 0] = [...text.matchAll(/: at most (\d+) MB\./g)].map(([, most]) =>
      Number(most),
    );
    assert.ok(Math.max(...costs) <= ofCell);
    assert.ok(inMegabytes(rest.start) <= ofStart);
  });
});

function inMegabytes(bytes: number): number {
  return bytes / 1e6;
}
