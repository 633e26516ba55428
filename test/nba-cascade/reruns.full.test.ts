import assert from "node:assert/strict";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Window } from "../../src/domain/window.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import type { RunResult } from "../../src/run/run-backfill.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { outcomesOf, stepText, withStep } from "../run/shop.ts";
import {
  openPublicSeason,
  change,
  contentByDate,
  failuresByDate,
  novemberAndDecember,
  read,
  runSeason,
  type PublicSeason,
} from "./public-season.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { withoutPublicSeason } from "./season.ts";

const { after, before, describe, it } = testsThatNeed(withoutPublicSeason);

type Versions = ReadonlyMap<string, string>;

let season: PublicSeason;

/** What all tables and the failures hold, by table or processor, and date. */
async function versionsOf(warehouse: Warehouse): Promise<Versions> {
  const { sources, processors, ledger } = season.runbook;
  const tables = await contentByDate(warehouse, [...sources, ...processors]);
  return new Map([...tables, ...(await failuresByDate(warehouse, ledger))]);
}

/** Two points more for whoever scored most in the first game of November 20, in every raw table that says so. */
async function changeOneGame(warehouse: Warehouse): Promise<void> {
  const [row] = await read(
    warehouse,
    `select player_stats.game_id, player_lookup, team_abbr, team_abbr = home_team_abbr as is_home
     from nba_raw.nbac_gamebook_player_stats as player_stats join nba_raw.nbac_schedule using (game_id)
     where player_stats.game_date = date '2021-11-20' and player_status = 'active'
     order by game_id, points desc, player_lookup limit 1`,
  );
  assert.ok(row);
  const ofGame = `game_id = '${String(row["game_id"])}'`;
  const side = row["is_home"] === true ? "home_score" : "away_score";
  await change(
    warehouse,
    `update nba_raw.nbac_gamebook_player_stats set points = points + 2, fg_makes = fg_makes + 1, fg_attempts = fg_attempts + 1
     where ${ofGame} and player_lookup = '${String(row["player_lookup"])}'`,
    `update nba_raw.nbac_team_boxscore set points = points + 2, fg_makes = fg_makes + 1, fg_attempts = fg_attempts + 1
     where ${ofGame} and team_abbr = '${String(row["team_abbr"])}'`,
    `update nba_raw.nbac_schedule set ${side} = ${side} + 2 where ${ofGame}`,
  );
}

/** Dates by processor of which something changed inside a window that the processor declares. */
function readersOf(
  runbook: Runbook,
  dates: readonly string[],
  { before, now }: { before: Versions; now: Versions },
) {
  function isChanged(key: string): boolean {
    return before.get(key) !== now.get(key);
  }
  function isAffected(processor: Processor, date: string): boolean {
    return processor.reads.some(({ table, window, failures }) => {
      const upstream = runbook.processors.find((candidate) => candidate.table === table);
      return dates
        .filter((other) => isInside(window, date, other))
        .some(
          (other) =>
            isChanged(`${table} ${other}`) || (failures && isChanged(`${upstream?.id} failures ${other}`)),
        );
    });
  }
  const affected = runbook.processors.map((processor): [string, readonly string[]] => [
    processor.id,
    dates.filter((date) => isAffected(processor, date) && isSelected(processor, date)),
  ]);
  return Object.fromEntries(affected.filter(([, found]) => found.length > 0));
}

function isSelected(processor: Processor, date: string): boolean {
  return date >= novemberAndDecember.from || processor.leadIn;
}

/** Whether `other` lies in the window of `date`; both are dates of one season. */
function isInside(window: Window, date: string, other: string): boolean {
  if (window.kind === "same-date") return other === date;
  const days = (Date.parse(date) - Date.parse(other)) / 86_400_000;
  return days > 0 && (window.kind !== "previous-days" || days <= window.days);
}

function sortedDates(outcomes: Record<string, readonly string[]>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(outcomes).map(([id, dates]) => [id, dates.toSorted()]));
}

async function gameDates(warehouse: Warehouse): Promise<readonly string[]> {
  const rows = await read(
    warehouse,
    "select distinct game_date from nba_raw.nbac_schedule where game_status = 3 order by 1",
  );
  return rows.map((row) => String(row["game_date"]));
}

async function runChunks(warehouse: Warehouse, to: string, chunkDays?: number): Promise<RunResult> {
  const range = { from: novemberAndDecember.from, to: to as CalendarDate };
  return runSeason(warehouse, season.runbook, { range, ...(chunkDays === undefined ? {} : { chunkDays }) });
}

describe("another run on the public season", () => {
  before(async () => {
    season = await openPublicSeason();
  });
  after(() => season[Symbol.asyncDispose]());

  it("recomputes what reads a changed game inside a declared window, nothing else, and equals a rebuild in chunks of 7 days", async () => {
    await using warehouse = await season.openBuilt();
    const dates = await gameDates(warehouse);
    const before = await versionsOf(warehouse);
    await changeOneGame(warehouse);
    const result = await runSeason(warehouse, season.runbook);
    const now = await versionsOf(warehouse);
    const expected = readersOf(season.runbook, dates, { before, now });
    assert.deepEqual(sortedDates(outcomesOf(result, "committed")), expected);
    assert.deepEqual(expected["PGS"], ["2021-11-20"]);
    assert.ok(result.plan.totals.units > Object.values(expected).flat().length, "cut off early");

    await using rebuilt = await season.openRaw();
    await changeOneGame(rebuilt);
    const { cells } = await runChunks(rebuilt, novemberAndDecember.to, 7);
    assert.ok(cells.length > 60, `${cells.length} cells`);
    assert.deepEqual(await versionsOf(rebuilt), now);
  });

  it("recomputes what carries a failure whose category changed, although no row did", async () => {
    await using warehouse = await season.openBuilt();
    const before = await versionsOf(warehouse);
    const other = withStep(
      season.runbook,
      "PSZA",
      `select * replace (case when failure_category = 'NO_SHOT_ZONE' and analysis_date = date '2021-11-16'
         then 'INSUFFICIENT_DATA' else failure_category end as failure_category) from (${stepText(season.runbook, "PSZA")})`,
    );
    const committed = outcomesOf(await runSeason(warehouse, other), "committed");
    assert.equal(committed["PSZA"]?.length, 59, "its definition changed");
    const now = await versionsOf(warehouse);
    const changed = [...now].filter(([key, version]) => before.get(key) !== version).map(([key]) => key);
    assert.deepEqual(changed.toSorted(), [
      "MLFS failures 2021-11-16",
      "PCF failures 2021-11-16",
      "PDC failures 2021-11-16",
      "PSZA failures 2021-11-16",
    ]);
    const { PSZA: _, ...carriers } = committed;
    assert.deepEqual(carriers, { PCF: ["2021-11-16"], PDC: ["2021-11-16"], MLFS: ["2021-11-16"] });
  });

  it("names a partition that was deleted by hand although the ledger says done", async () => {
    await using warehouse = await season.openBuilt();
    const before = await versionsOf(warehouse);
    await change(
      warehouse,
      "delete from nba_precompute.team_defense_zone_analysis where analysis_date = date '2021-12-03'",
    );
    const state = await readState(warehouse, season.runbook, novemberAndDecember);
    const plan = planBackfill(season.runbook, state, { range: novemberAndDecember });
    const cell = plan.cells.find(({ processor }) => processor === "TDZA");
    assert.deepEqual([...(cell?.reasons ?? [])], [["2021-12-03", { kind: "missing" }]]);
    const result = await runSeason(warehouse, season.runbook);
    assert.deepEqual(outcomesOf(result, "committed"), { TDZA: ["2021-12-03"] });
    assert.deepEqual(await versionsOf(warehouse), before);
  });

  it("leaves the same tables and failures for chunks of a day as for the whole", async () => {
    await using whole = await season.openRaw();
    await runChunks(whole, "2021-11-07");
    await using chunked = await season.openRaw();
    await runChunks(chunked, "2021-11-07", 1);
    assert.deepEqual(await versionsOf(chunked), await versionsOf(whole));
  });

  it("leaves the same when everything is forced again", async () => {
    await using warehouse = await season.openBuilt();
    const before = await versionsOf(warehouse);
    const result = await runSeason(warehouse, season.runbook, { force: true });
    assert.equal(outcomesOf(result, "committed")["MLFS"]?.length, 59);
    assert.deepEqual(await versionsOf(warehouse), before);
  });
});
