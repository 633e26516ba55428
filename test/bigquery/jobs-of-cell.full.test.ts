import assert from "node:assert/strict";
import { addDays } from "../../src/domain/calendar-date.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { readShop, stepText, wallEffects, withStep } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop, type EmulatedWarehouse } from "./emulated-shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

/**
 * What a cell reads again before it commits: a job per upstream table in its windows, one for the calendar, and one for
 * failures where they are read.
 */
const readAgain = { DAY: 2, TREND: 3, SCORE: 5 };

/** What an audit of a large cell takes, and what it takes to see that there is nothing to audit. */
const [auditing, reading] = [10, 1];

/** The job that compares with what the same definition and inputs gave before, where a date was attempted before. */
const comparing = 1;

/** What one cell did: dates by what became of them, and the jobs that it sent. */
type CountedCell = { readonly dates: Readonly<Record<string, number>>; readonly jobs: number };

/** The shop, where some dates of a processor have a row without its first value. */
function failingOn(
  runbook: Runbook,
  id: string,
  { value, dates }: { value: string; dates: string },
): Runbook {
  const step = `select * replace (if(sale_date in (${dates}), null, ${value}) as ${value})
from (
${stepText(runbook, id)}
) as sound_outcome`;
  return withStep(runbook, id, step);
}

/** Runs some days of the shop anew and counts the jobs of each cell, by processor. */
async function countJobs(
  { warehouse, emulator }: EmulatedWarehouse,
  runbook: Runbook,
  {
    days,
    processors,
    skipAudit = true,
  }: { readonly days: number; readonly processors: readonly string[]; readonly skipAudit?: boolean },
): Promise<Record<string, CountedCell>> {
  const cells: Record<string, CountedCell> = {};
  let before = 0;
  const effects = {
    ...wallEffects(),
    emit(event: Parameters<ReturnType<typeof wallEffects>["emit"]>[0]) {
      if (event.kind === "cell-started") before = emulator.jobs.length;
      if (event.kind !== "cell-ended") return;
      const kinds = Map.groupBy(event.result.outcomes, ({ kind }) => kind);
      const dates = Object.fromEntries([...kinds].map(([kind, own]) => [kind, own.length]));
      cells[event.cell.processor] = { dates, jobs: emulator.jobs.length - before };
    },
  };
  const range = { from: fortnight.from, to: addDays(fortnight.from, days - 1) };
  await runBackfill(
    warehouse,
    { runbook, selection: { range, processors, force: true }, skipAudit },
    effects,
  );
  return cells;
}

describe("the jobs of a cell on BigQuery", () => {
  it("are as many for a month as for a day, and fewer where nothing is free", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const all = ["DAY", "TREND", "SCORE"];
    const day = await countJobs(shop, runbook, { days: 1, processors: ["DAY"] });
    assert.deepEqual(day, { DAY: { dates: { committed: 1 }, jobs: 4 + readAgain.DAY } });
    const month = await countJobs(shop, runbook, { days: 31, processors: ["DAY"] });
    assert.deepEqual(month, { DAY: { dates: { committed: 29 }, jobs: 4 + readAgain.DAY + comparing } });
    const late = failingOn(runbook, "DAY", { value: "total", dates: "date '2024-01-08'" });
    const both = failingOn(late, "TREND", { value: "mean_total", dates: "date '2024-01-06'" });
    assert.deepEqual(await countJobs(shop, both, { days: 10, processors: all }), {
      DAY: { dates: { committed: 9, failed: 1 }, jobs: 4 + readAgain.DAY + comparing },
      TREND: { dates: { committed: 7, failed: 1, blocked: 2 }, jobs: 4 + readAgain.TREND },
      SCORE: { dates: { committed: 6, blocked: 4 }, jobs: 4 + readAgain.SCORE },
    });
    const first = failingOn(runbook, "DAY", { value: "total", dates: "date '2024-01-01'" });
    const none = await countJobs(shop, first, { days: 1, processors: all });
    assert.deepEqual(none["SCORE"], { dates: { blocked: 1 }, jobs: 3 });
    const raise = "div(total, if(sale_date = date '2024-01-02', 0, 1))";
    const broken = withStep(
      runbook,
      "DAY",
      `select * replace (${raise} as total) from (\n${stepText(runbook, "DAY")}\n) as sound_outcome`,
    );
    const bisected = await countJobs(shop, broken, { days: 3, processors: ["DAY"] });
    assert.deepEqual(bisected["DAY"]?.dates, { committed: 2, failed: 1 });
  });

  it("leave no stage once they have committed", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const failing = failingOn(runbook, "DAY", { value: "total", dates: "date '2024-01-02'" });
    await countJobs(shop, failing, { days: 3, processors: ["DAY", "TREND"] });
    const created = shop.emulator.jobs.flatMap((sql) => [
      ...sql.matchAll(/create table if not exists (\S+_cascade_stage_\S+)/g),
    ]);
    assert.equal(created.length, 2);
    for (const [, table = ""] of created) {
      const looking = shop.warehouse.query({
        sql: `select count(*) as rows_left from ${table} as left_over`,
        purpose: "look",
      });
      await assert.rejects(looking, /not found/i, table);
    }
  });

  it("are a few more where a new definition is audited, and the same afterwards", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const asked = { days: 31, processors: ["DAY"], skipAudit: false };
    const [first, second] = [await countJobs(shop, runbook, asked), await countJobs(shop, runbook, asked)];
    const own = 4 + readAgain.DAY;
    assert.deepEqual([first["DAY"]?.jobs, second["DAY"]?.jobs], [own + auditing, own + reading + comparing]);
  });
});
