import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dollarsOf } from "../../src/domain/query-price.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import {
  openPublicSeason,
  novemberAndDecember,
  read,
  runSeason,
  type PublicSeason,
} from "./public-season.ts";
import { sizeOf, type TableSize } from "./table-sizes.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { withoutPublicSeason } from "./season.ts";

const { after, before, describe, it } = testsThatNeed(withoutPublicSeason);

type Counts = { readonly rows: number } & Readonly<Record<string, number>>;

type PeriodCounts = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly games: number;
  readonly listed: number;
  readonly played: number;
  readonly defences: number;
  readonly players: Counts;
};

/** What the specification of the domain says the real season gives. */
const periods: readonly PeriodCounts[] = [
  {
    id: "P1",
    from: "2021-11-01",
    to: "2021-11-04",
    games: 30,
    listed: 1009,
    played: 637,
    defences: 120,
    players: { rows: 598, EXPECTED_INCOMPLETE: 264, INSUFFICIENT_DATA: 147 },
  },
  {
    id: "P2",
    from: "2021-11-05",
    to: "2021-11-14",
    games: 75,
    listed: 2514,
    played: 1602,
    defences: 300,
    players: { rows: 1753, EXPECTED_INCOMPLETE: 462, INSUFFICIENT_DATA: 298, NO_SHOT_ZONE: 1 },
  },
  {
    id: "P3",
    from: "2021-11-15",
    to: "2021-11-30",
    games: 120,
    listed: 4023,
    played: 2625,
    defences: 450,
    players: { rows: 3180, EXPECTED_INCOMPLETE: 480, INSUFFICIENT_DATA: 352, NO_SHOT_ZONE: 11 },
  },
  {
    id: "P4",
    from: "2021-12-01",
    to: "2021-12-31",
    games: 209,
    listed: 7392,
    played: 4398,
    defences: 900,
    players: { rows: 6071, EXPECTED_INCOMPLETE: 755, INSUFFICIENT_DATA: 557, NO_SHOT_ZONE: 9 },
  },
];

function countsOf({ games, listed, played, defences, players }: PeriodCounts): Record<string, Counts> {
  const teams = { rows: 2 * games };
  return {
    PGS: { rows: played },
    TDGS: teams,
    TOGS: teams,
    UTGC: teams,
    UPGC: { rows: listed },
    TDZA: { rows: defences },
    PSZA: players,
    PCF: players,
    PDC: players,
    MLFS: players,
  };
}

/** Violations of relations between tables, by name; each must have none. */
const relations: Readonly<Record<string, string>> = {
  "a team's players add up to the team": `
    select team.game_id, team.team_abbr from nba_analytics.team_offense_game_summary as team
    join (
      select game_id, team_abbr, sum(points) as points, sum(fg_attempts) as fg, sum(three_pt_attempts) as three,
        sum(ft_attempts) as ft, sum(turnovers) as turnovers, sum(paint_attempts) as paint
      from nba_analytics.player_game_summary group by 1, 2
    ) as players using (game_id, team_abbr)
    where players.points <> team.points_scored or players.fg <> team.fg_attempts or players.ft <> team.ft_attempts
      or players.three <> team.three_pt_attempts or players.turnovers <> team.turnovers or players.paint <> team.team_paint_attempts`,
  "a defence's row is the opponent's offence": `
    select defence.game_id from nba_analytics.team_defense_game_summary as defence
    full join nba_analytics.team_offense_game_summary as offence
      on offence.game_id = defence.game_id and offence.team_abbr = defence.opponent_team_abbr
    where offence.game_id is null or defence.game_id is null or defence.points_allowed <> offence.points_scored
      or defence.opponent_pace <> offence.pace or defence.opp_paint_attempts <> offence.team_paint_attempts`,
  "ten starters and one winner a game": `
    select game_id from nba_analytics.player_game_summary
    group by 1 having count(case when is_starter then 1 end) <> 10 or count(distinct case when win_flag then team_abbr end) <> 1`,
  "a window holds all earlier games": `
    select zones.player_lookup from nba_precompute.player_shot_zone_analysis as zones
    where games_in_sample_10 <> least(10, (
      select count(*) from nba_raw.nbac_gamebook_player_stats as played
      where played.player_lookup = zones.player_lookup and played.player_status = 'active' and played.game_date < zones.analysis_date))`,
  "who has features has a cache, factors, zones and a context": `
    select * from (
      (select player_lookup, game_date from nba_predictions.ml_feature_store_v2
       except select player_lookup, cache_date from nba_precompute.player_daily_cache)
      union all (select player_lookup, cache_date from nba_precompute.player_daily_cache
       except select player_lookup, game_date from nba_precompute.player_composite_factors)
      union all (select player_lookup, game_date from nba_precompute.player_composite_factors
       except select player_lookup, analysis_date from nba_precompute.player_shot_zone_analysis)
      union all (select player_lookup, analysis_date from nba_precompute.player_shot_zone_analysis
       except select player_lookup, game_date from nba_analytics.upcoming_player_game_context))`,
  "the two teams of a game have opposite lines": `
    select game_id from nba_analytics.upcoming_team_game_context
    group by 1 having count(*) <> 2 or sum(game_spread) <> 0 or count(distinct game_total) <> 1 or count(case when home_game then 1 end) <> 1`,
};

describe("the cascade on the public season", () => {
  let season: PublicSeason;
  let warehouse: Warehouse;
  before(async () => {
    season = await openPublicSeason();
    warehouse = await season.openBuilt();
  });
  it("has the sizes that the documentation of BigQuery reckons with, and what they cost", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/bigquery.md"), "utf8");
    const plain = text.replaceAll(/\| [a-z -]+ (?=[\d.]+ MB \|)/g, "| * ");
    for (const line of await sizesAsWritten(warehouse, season.runbook)) {
      assert.ok(plain.includes(line), `the documentation says "${line}"`);
    }
    const costs = [...text.matchAll(/(\d+) × (\d+) MB(?: \+ ([\d.]+) GB)? = ([\d.]+) GB \| \$([\d.]+) \|/g)];
    assert.equal(costs.length, 2);
    for (const [line, cells, each, more = "0", total, dollars] of costs) {
      const gigabytes = (Number(cells) * Number(each)) / 1000 + Number(more);
      assert.equal(gigabytes.toFixed(1), total, line);
      assert.equal(dollarsOf(gigabytes * 1e9).toFixed(2), dollars, line);
    }
  });

  after(async () => {
    await warehouse[Symbol.asyncDispose]();
    await season[Symbol.asyncDispose]();
  });

  it("runs ten processors over 59 game dates and the lead-in of three", async () => {
    const ledger = `${season.runbook.ledger}.cascade_partitions`;
    const attempts = await read(
      warehouse,
      `select status, count(*) as partitions, count(distinct processor_name) as processors from ${ledger} group by 1`,
    );
    assert.deepEqual(attempts, [{ status: "committed", partitions: 10 * 59 + 3 * 13, processors: 10 }]);
  });

  for (const period of periods) {
    it(`has the rows and failures of the specification in ${period.id}`, async () => {
      const found: Record<string, Counts> = {};
      for (const processor of season.runbook.processors)
        found[processor.id] = await countPeriod(processor, period);
      assert.deepEqual(found, countsOf(period));
    });
  }

  async function countPeriod(
    { id, table, dateColumn }: Processor,
    { from, to }: PeriodCounts,
  ): Promise<Counts> {
    const between = `between date '${from}' and date '${to}'`;
    const [rows] = await read(warehouse, `select count(*) as n from ${table} where ${dateColumn} ${between}`);
    const failures = await read(
      warehouse,
      `select failure_category, count(*) as n from nba_processing.precompute_failures
       where processor_name = '${id}' and analysis_date ${between} group by 1`,
    );
    const byCategory = failures.map((row) => [String(row["failure_category"]), Number(row["n"])]);
    return { rows: Number(rows?.["n"]), ...Object.fromEntries(byCategory) };
  }

  it("gives every expected entity of every date exactly one outcome, and nobody else one", async () => {
    for (const processor of season.runbook.processors) {
      assert.deepEqual(await unaccounted(processor), [], processor.id);
    }
  });

  /** Entities of a processor that have no outcome, more than one, or one that nobody expects. */
  async function unaccounted({ id, table, dateColumn, entity, population }: Processor): Promise<unknown> {
    const entityId = entity.map((column) => `cast(${column} as varchar)`).join(" || '|' || ");
    return warehouse.query({
      sql: `select analysis_date, entity_id, sum(expected) as expected, sum(found) as found
from (
  select analysis_date, entity_id, 1 as expected, 0 as found from (${population?.sql.text}) as population
  union all
  select ${dateColumn}, ${entityId}, 0, 1 from ${table} where ${dateColumn} between @start_date and @end_date
  union all
  select analysis_date, entity_id, 0, 1 from nba_processing.precompute_failures
  where processor_name = '${id}' and analysis_date between @start_date and @end_date
) as side
group by 1, 2
having sum(expected) <> 1 or sum(found) <> 1`,
      parameters: {
        start_date: { type: "date", value: novemberAndDecember.from },
        end_date: { type: "date", value: novemberAndDecember.to },
      },
      purpose: `account for ${id}`,
    });
  }

  for (const [name, violations] of Object.entries(relations)) {
    it(`keeps that ${name}`, async () => {
      assert.deepEqual(await read(warehouse, violations), []);
    });
  }

  it("answers the query of the backfill plan as it is written", async () => {
    const rows = await read(
      warehouse,
      `SELECT processor_name, failure_category, COUNT(*) AS failures
       FROM nba_processing.precompute_failures
       WHERE analysis_date BETWEEN '2021-12-01' AND '2021-12-31'
       GROUP BY processor_name, failure_category ORDER BY 1, 3 DESC`,
    );
    assert.deepEqual(
      rows.filter((row) => row["processor_name"] === "PSZA"),
      [
        { processor_name: "PSZA", failure_category: "EXPECTED_INCOMPLETE", failures: 755 },
        { processor_name: "PSZA", failure_category: "INSUFFICIENT_DATA", failures: 557 },
        { processor_name: "PSZA", failure_category: "NO_SHOT_ZONE", failures: 9 },
      ],
    );
  });

  it("finds nothing to do the second time", async () => {
    const again = await runSeason(warehouse, season.runbook);
    assert.deepEqual([again.plan.totals.units, again.plan.totals.upToDate], [0, 10 * 59 + 3 * 13]);
    assert.equal(again.isClean, true);
  });
});

/** The figures of docs/bigquery.md that come from the season's tables, as it writes them. */
async function sizesAsWritten(warehouse: Warehouse, runbook: Runbook): Promise<readonly string[]> {
  const groups = [
    { name: `${runbook.sources.length} raw`, tables: runbook.sources },
    { name: `${runbook.processors.length} computed`, tables: runbook.processors },
  ];
  const lines: string[] = [];
  for (const { name, tables } of groups) {
    const sizes: TableSize[] = [];
    for (const { table, columns } of tables) sizes.push(await sizeOf(warehouse, table, columns));
    const rows = sizes.reduce((sum, size) => sum + size.rows, 0);
    const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
    const largest = Math.max(...sizes.map((size) => size.bytes));
    lines.push(
      `| ${name} | ${rows.toLocaleString("en-US")} | ${megabytes(bytes)} | * ${megabytes(largest)} |`,
    );
  }
  const [failures] = await read(warehouse, "select count(*) as n from nba_processing.precompute_failures");
  lines.push(`| failures | ${Number(failures?.["n"]).toLocaleString("en-US")} |`);
  return lines;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
