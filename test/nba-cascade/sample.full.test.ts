import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { splitStatements } from "../../src/domain/sql-statement.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Parameter, Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";

const folder = join(import.meta.dirname, "../../runbooks/nba-cascade");
const columnTypes: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  int64: "BIGINT",
  float64: "DOUBLE",
  bool: "BOOLEAN",
  date: "DATE",
};

type Sample = {
  readonly prelude: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly steps: readonly { readonly source?: string; readonly scratch?: string; readonly sql: string }[];
  readonly checks: readonly { readonly name: string; readonly sql: string }[];
};
type Source = {
  readonly table: string;
  readonly columns: Readonly<Record<string, string | { readonly type: string }>>;
};

const sample = parse(read("sample.yml")) as Sample;
const tables = sample.steps.flatMap((step) => (step.source === undefined ? [] : [step.source]));

describe("sample season", () => {
  let season: Warehouse;

  before(async () => {
    season = await makeSeason({});
  });
  after(() => season[Symbol.asyncDispose]());

  describe("seed", () => {
    it("makes the same of the same seed, whatever the number of threads, up to the last date", async () => {
      await using part = await makeSeason({ last_date: "2021-11-21" }, { threads: 1 });
      assert.deepEqual(await digests(part), await digests(season, "game_date <= '2021-11-21'"));
    });

    it("makes another season of another seed", async () => {
      await using other = await makeSeason({ seed: 7, last_date: "2021-11-21" });
      const [here, there] = [await digests(season, "game_date <= '2021-11-21'"), await digests(other)];
      assert.deepEqual(
        tables.filter((table) => here[table] === there[table]),
        [],
      );
    });

    it("makes a season alike whether or not others are made with it", async () => {
      const asked = { first_season: 2020, seasons: 2, last_date: "2021-11-21" };
      await using seasons = await makeSeason(asked);
      assert.deepEqual(
        await digests(seasons, "game_date >= '2021-10-19'"),
        await digests(season, "game_date <= '2021-11-21'"),
      );
      assert.deepEqual(
        await query(
          seasons,
          "select count(*) as games from nba_raw.nbac_schedule where game_status = 3 and game_date < '2021-10-19'",
        ),
        [{ games: 1230 }],
      );
    });
  });

  describe("tables", () => {
    it("have the declared columns and types", async () => {
      for (const { table, columns } of tables.map(readSource)) {
        const described = await query(season, `describe ${table}`);
        assert.deepEqual(
          Object.fromEntries(described.map((row) => [row["column_name"], row["column_type"]])),
          Object.fromEntries(
            Object.entries(columns).map(([name, column]) => [
              name,
              columnTypes[typeof column === "string" ? column : column.type],
            ]),
          ),
          table,
        );
      }
    });

    it("pass the checks that stop a sample", async () => {
      for (const { name, sql } of sample.checks) assert.deepEqual(await query(season, read(sql)), [], name);
    });

    it("have unique keys", async () => {
      const keys = {
        nbac_schedule: "game_id",
        nbac_gamebook_player_stats: "game_id, player_lookup",
        nbac_team_boxscore: "game_id, team_abbr",
        bigdataball_play_by_play: "game_id, event_num",
        odds_api_player_points_props: "game_id, player_lookup, bookmaker",
        odds_api_game_lines: "game_id, team_abbr",
        nbac_injury_report: "report_date, game_date, team_abbr, player_lookup",
      };
      for (const [table, key] of Object.entries(keys)) {
        await assertNone(season, `select ${key} from nba_raw.${table} group by ${key} having count(*) > 1`);
      }
    });
  });

  describe("schedule", () => {
    it("has the real season's game dates by month", async () => {
      const months = await query(
        season,
        `select month(game_date) as month, count(distinct game_date) as dates
         from nba_raw.nbac_schedule where game_status = 3 group by 1 order by min(game_date)`,
      );
      assert.deepEqual(
        months.map((row) => [row["month"], row["dates"]]),
        [
          [10, 13],
          [11, 29],
          [12, 30],
          [1, 31],
          [2, 22],
          [3, 31],
          [4, 9],
        ],
      );
      await assertNone(
        season,
        `select * from nba_raw.nbac_schedule where game_status = 3
         and (game_date in ('2021-11-25', '2021-12-24') or game_date not between '2021-10-19' and '2022-04-10')`,
      );
    });

    it("gives 30 teams 82 games, half of them at home, at most one a date", async () => {
      const sides = `select game_date, home_team_abbr as team, 1 as home from nba_raw.nbac_schedule where game_status = 3
        union all select game_date, away_team_abbr, 0 from nba_raw.nbac_schedule where game_status = 3`;
      assert.deepEqual(await query(season, `select count(distinct team) as teams from (${sides})`), [
        { teams: 30 },
      ]);
      await assertNone(
        season,
        `select team from (${sides}) group by team having count(*) <> 82 or sum(home) not between 39 and 43`,
      );
      await assertNone(season, `select team, game_date from (${sides}) group by all having count(*) > 1`);
    });

    it("makes game ids of date, away and home, and dates of one to fifteen games", async () => {
      await assertNone(
        season,
        `select * from nba_raw.nbac_schedule
         where game_id <> strftime(game_date, '%Y%m%d') || '_' || away_team_abbr || '_' || home_team_abbr
         or not regexp_full_match(nba_game_id, '00221[0-9]{5}') or not regexp_full_match(tipoff_et, '[0-9]{2}:[0-9]{2}:00')`,
      );
      await assertNone(
        season,
        "select game_date from nba_raw.nbac_schedule where game_status = 3 group by 1 having count(*) > 15",
      );
    });

    it("keeps put-off games on their December date, without score, and has them played later under another id", async () => {
      const putOff = await query(
        season,
        `select planned.game_date < played.game_date and month(planned.game_date) = 12 as is_later,
           played.game_status as status, planned.home_score as score, played.home_team_abbr = planned.home_team_abbr as same_home
         from nba_raw.nbac_schedule as planned
         join nba_raw.nbac_schedule as played on played.nba_game_id = planned.nba_game_id and played.game_id <> planned.game_id
         where planned.game_status = 1`,
      );
      assert.deepEqual(
        putOff,
        Array.from({ length: 9 }, () => ({ is_later: true, status: 3, score: null, same_home: true })),
      );
    });

    it("has back-to-backs as often as the league", async () => {
      const [row] = await query(
        season,
        `select avg((game_date - before = 1)::int) as share from (
           select game_date, lag(game_date) over (partition by team_abbr order by game_date) as before from nba_raw.nbac_team_boxscore)`,
      );
      assertBetween(row?.["share"], 0.12, 0.24);
    });
  });

  describe("gamebook", () => {
    it("lists 26 to 45 players a game, 8 to 13 active a team, ten starters", async () => {
      await assertNone(
        season,
        `select game_id from nba_raw.nbac_gamebook_player_stats group by game_id
         having count(*) not between 26 and 45 or sum(is_starter::int) <> 10`,
      );
      await assertNone(
        season,
        `select game_id, team_abbr from nba_raw.nbac_gamebook_player_stats group by all
         having sum((player_status = 'active')::int) not between 8 and 13 or sum(is_starter::int) <> 5`,
      );
    });

    it("has statistics for the active and reasons for those who did not play", async () => {
      await assertNone(
        season,
        `select * from nba_raw.nbac_gamebook_player_stats
         where (player_status = 'active') <> (seconds_played is not null) or (player_status = 'active') <> (points is not null)
         or (player_status = 'dnp') <> (dnp_reason is not null) or (is_starter and player_status <> 'active')
         or (plus_minus is null and player_status = 'active' and seconds_played >= 60)`,
      );
      const statuses = await query(
        season,
        "select distinct player_status as status from nba_raw.nbac_gamebook_player_stats order by 1",
      );
      assert.deepEqual(
        statuses.map((row) => row["status"]),
        ["active", "dnp", "inactive"],
      );
    });

    it("names players so that names and lookups are one to one", async () => {
      await assertNone(
        season,
        `select player_lookup from nba_raw.nbac_gamebook_player_stats group by 1
         having count(distinct player_name) > 1 or not regexp_full_match(player_lookup, '[a-z0-9]+')`,
      );
    });

    it("has trades, newcomers in late December, and stars who miss games", async () => {
      const [row] = await query(
        season,
        `with players as (
           select player_lookup, min(game_date) as first_date, count(distinct team_abbr) as teams,
             avg(points) as points, sum((player_status = 'inactive')::int) as missed
           from nba_raw.nbac_gamebook_player_stats group by 1)
         select sum((teams > 1)::int) as traded, sum((first_date between '2021-12-17' and '2021-12-31')::int) as newcomers,
           sum((points >= 18)::int) as stars, sum(case when points >= 18 then missed else 0 end) as missed from players`,
      );
      assertBetween(row?.["traded"], 15, 40);
      assertBetween(row?.["newcomers"], 15, 60);
      assertBetween(row?.["stars"], 25, 65);
      assertBetween(row?.["missed"], 100, 1000);
    });
  });

  describe("box scores", () => {
    it("follow from each other", async () => {
      await assertNone(
        season,
        `select * from nba_raw.nbac_gamebook_player_stats where player_status = 'active' and (
           points <> 2 * fg_makes + three_pt_makes + ft_makes or fg_makes > fg_attempts or three_pt_makes > three_pt_attempts
           or three_pt_attempts > fg_attempts or ft_makes > ft_attempts or total_rebounds <> offensive_rebounds + defensive_rebounds
           or personal_fouls > 6 or least(assists, steals, blocks, turnovers, offensive_rebounds, defensive_rebounds) < 0
           or minutes <> lpad((seconds_played // 60)::varchar, 2, '0') || ':' || lpad((seconds_played % 60)::varchar, 2, '0'))`,
      );
    });

    it("of players add up to the team's, and seconds to its minutes", async () => {
      const counts = [
        "points",
        "fg_makes",
        "fg_attempts",
        "three_pt_makes",
        "three_pt_attempts",
        "ft_makes",
        "ft_attempts",
        "assists",
        "offensive_rebounds",
        "defensive_rebounds",
        "total_rebounds",
        "steals",
        "blocks",
        "turnovers",
        "personal_fouls",
      ];
      const sums = counts.map((name) => `sum(players.${name}) <> any_value(teams.${name})`).join(" or ");
      await assertNone(
        season,
        `select teams.game_id, teams.team_abbr from nba_raw.nbac_team_boxscore as teams
         join nba_raw.nbac_gamebook_player_stats as players using (game_id, team_abbr) group by all
         having ${sums} or sum(seconds_played) <> 60 * any_value(team_minutes)
           or max(seconds_played) > 12 * any_value(team_minutes)`,
      );
    });

    it("are two a game and make the schedule's score, never a tie", async () => {
      await assertNone(
        season,
        `select schedule.game_id from nba_raw.nbac_schedule as schedule
         left join nba_raw.nbac_team_boxscore as teams on teams.game_id = schedule.game_id and schedule.game_status = 3
         group by all having count(teams.game_id) <> case when any_value(game_status) = 3 then 2 else 0 end
           or sum(case when is_home then points end) <> any_value(home_score)
           or sum(case when not is_home then points end) <> any_value(away_score) or any_value(home_score) = any_value(away_score)
           or min(points) < 50 or max(points) > 200`,
      );
      const [overtime] = await query(
        season,
        "select count(*) / 2 as games from nba_raw.nbac_team_boxscore where team_minutes = 265",
      );
      assertBetween(overtime?.["games"], 15, 75);
    });

    it("have plus-minus that add up to five times the margin", async () => {
      await assertNone(
        season,
        `select game_id, team_abbr from nba_raw.nbac_gamebook_player_stats join nba_raw.nbac_schedule using (game_id)
         group by all having sum(plus_minus) <> 5 * any_value(case when is_home then home_score - away_score else away_score - home_score end)`,
      );
    });

    it("are like the league's", async () => {
      const [row] = await query(
        season,
        `select avg(possessions * 240 / team_minutes) as pace, avg(100 * points / possessions) as rating,
           stddev(100 * points / possessions) as spread, sum(ft_makes) / sum(ft_attempts) as free_throws, avg(assists) as assists,
           avg(total_rebounds) as rebounds, avg(blocks) as blocks, avg(steals) as steals
         from (select *, fg_attempts + 0.44 * ft_attempts - offensive_rebounds + turnovers as possessions from nba_raw.nbac_team_boxscore)`,
      );
      assertBetween(row?.["pace"], 97, 103);
      assertBetween(row?.["rating"], 107, 114);
      assertBetween(row?.["spread"], 7, 13);
      assertBetween(row?.["free_throws"], 0.74, 0.81);
      assertBetween(row?.["assists"], 22, 27);
      assertBetween(row?.["rebounds"], 41, 47);
      assertBetween(row?.["blocks"], 3.8, 5.6);
      assertBetween(row?.["steals"], 6.5, 9);
    });
  });

  describe("play-by-play", () => {
    const whole = "(select game_id from nba_raw.bigdataball_play_by_play group by 1 having count(*) > 120)";

    it("has every attempt of every player with its value and distance", async () => {
      await assertNone(
        season,
        `with events as (
           select game_id, player_1_lookup as player_lookup, sum((event_type = 'shot')::int) as shots,
             sum((event_type = 'shot' and shot_made)::int) as makes, sum((shot_type = '3PT')::int) as threes,
             sum((shot_type = 'FT')::int) as throws, sum(points_scored) as points
           from nba_raw.bigdataball_play_by_play group by all)
         select lines.game_id, lines.player_lookup from nba_raw.nbac_gamebook_player_stats as lines
         left join events using (game_id, player_lookup)
         where player_status = 'active' and lines.game_id in ${whole} and (coalesce(shots, 0) <> fg_attempts or coalesce(makes, 0) <> fg_makes
           or coalesce(threes, 0) <> three_pt_attempts or coalesce(throws, 0) <> ft_attempts or coalesce(events.points, 0) <> lines.points)`,
      );
      await assertNone(
        season,
        `select * from nba_raw.bigdataball_play_by_play where (event_type = 'shot') <> (shot_distance is not null)
         or (shot_type = '3PT' and shot_distance < 22) or (shot_type = '2PT' and shot_distance not between 0 and 22)
         or points_scored <> case when not shot_made then 0 when shot_type = 'FT' then 1 when shot_type = '3PT' then 3 else 2 end`,
      );
    });

    it("credits assists to teammates and blocks to opponents, as the box scores count them", async () => {
      await assertNone(
        season,
        `select * from nba_raw.bigdataball_play_by_play as events
         left join nba_raw.nbac_gamebook_player_stats as helpers on helpers.game_id = events.game_id and helpers.player_lookup = events.player_2_lookup
         where (player_2_role is null) <> (player_2_lookup is null) or player_2_lookup = player_1_lookup
         or (player_2_role = 'assist' and (not shot_made or event_type <> 'shot' or helpers.team_abbr <> player_1_team_abbr))
         or (player_2_role = 'block' and (shot_made or event_type <> 'shot' or helpers.team_abbr = player_1_team_abbr))
         or (player_2_role is not null and helpers.player_status is distinct from 'active')`,
      );
      await assertNone(
        season,
        `with helps as (
           select game_id, player_2_lookup as player_lookup, sum((player_2_role = 'assist')::int) as assists,
             sum((player_2_role = 'block')::int) as blocks from nba_raw.bigdataball_play_by_play group by all)
         select game_id, player_lookup from nba_raw.nbac_gamebook_player_stats as lines left join helps using (game_id, player_lookup)
         where player_status = 'active' and game_id in ${whole}
         and (coalesce(helps.assists, 0) <> lines.assists or coalesce(helps.blocks, 0) <> lines.blocks)`,
      );
    });

    it("numbers events in order of play and ends regulation of overtime games tied", async () => {
      await assertNone(
        season,
        `select game_id from (select *, lag(period, 1, 1) over (partition by game_id order by event_seq) as before from nba_raw.bigdataball_play_by_play)
         group by 1 having max(event_seq) <> count(*) or min(event_seq) <> 1 or sum((period < before)::int) > 0 or max(period) > 5`,
      );
      await assertNone(
        season,
        `select game_id from nba_raw.bigdataball_play_by_play join nba_raw.nbac_schedule using (game_id) where game_id in ${whole}
         group by 1 having (sum(case when period > 4 then 0 when player_1_team_abbr = home_team_abbr then points_scored else -points_scored end) = 0)
           <> (max(period) = 5)`,
      );
    });

    it("mixes zones and makes like the league, and has 140 shots a game", async () => {
      const zones = await query(
        season,
        `select case when shot_type = '3PT' then 'three' when shot_distance <= 8 then 'paint' else 'mid' end as zone,
           count(*) / sum(count(*)) over () as share, avg(shot_made::int) as made
         from nba_raw.bigdataball_play_by_play where event_type = 'shot' group by 1 order by 1`,
      );
      const [mid, paint, three] = zones;
      assertBetween(mid?.["share"], 0.1, 0.2);
      assertBetween(mid?.["made"], 0.39, 0.44);
      assertBetween(paint?.["share"], 0.38, 0.5);
      assertBetween(paint?.["made"], 0.56, 0.61);
      assertBetween(three?.["share"], 0.33, 0.45);
      assertBetween(three?.["made"], 0.335, 0.375);
      await assertNone(
        season,
        `select game_id from nba_raw.bigdataball_play_by_play where game_id in ${whole} group by 1 having sum((event_type = 'shot')::int) < 140`,
      );
    });

    it("is missing or broken off for a few games, all after the turn of the year", async () => {
      const games = await query(
        season,
        `select game_date >= '2022-01-01' as is_later, coalesce(events, 0) = 0 as is_missing, count(*) as games
         from nba_raw.nbac_schedule left join (select game_id, count(*) as events from nba_raw.bigdataball_play_by_play group by 1) using (game_id)
         where game_status = 3 and coalesce(events, 0) < 140 group by all order by all`,
      );
      assert.deepEqual(games, [
        { is_later: true, is_missing: false, games: 3 },
        { is_later: true, is_missing: true, games: 3 },
      ]);
    });
  });

  describe("lines and reports", () => {
    it("have two opposite spreads and one total a final game", async () => {
      await assertNone(
        season,
        `select game_id from nba_raw.nbac_schedule left join nba_raw.odds_api_game_lines using (game_id) where game_status = 3
         group by 1 having count(team_abbr) <> 2 or sum(game_spread) <> 0 or min(game_total) <> max(game_total)
         or max(game_spread) > 30 or min(game_total) < 150 or max(game_total) > 280`,
      );
    });

    it("offer points lines on three dates", async () => {
      const dates = await query(
        season,
        `select cast(game_date as varchar) as day, count(distinct player_lookup) >= 10 as is_enough, count(distinct bookmaker) as bookmakers
         from nba_raw.odds_api_player_points_props group by all order by all`,
      );
      assert.deepEqual(
        dates,
        ["2021-10-31", "2021-11-02", "2021-11-08"].map((day) => ({ day, is_enough: true, bookmakers: 3 })),
      );
      await assertNone(
        season,
        "select * from nba_raw.odds_api_player_points_props where points_line % 1 <> 0.5 or points_line not between 2 and 45",
      );
    });

    it("report injuries of the day and the day before, from October 18 to November 21", async () => {
      await assertNone(
        season,
        `select * from nba_raw.nbac_injury_report where game_date - report_date not in (0, 1)
         or report_date not between '2021-10-18' and '2021-11-21' or (player_lookup = '*') <> (injury_status = 'not_submitted')`,
      );
      const statuses = await query(
        season,
        "select distinct injury_status as status from nba_raw.nbac_injury_report order by 1",
      );
      assert.deepEqual(
        statuses.map((row) => row["status"]),
        ["available", "doubtful", "not_submitted", "out", "probable", "questionable"],
      );
    });
  });
});

/** So many seeds are drawn; with `CASCADE_SEEDS=200` more by hand. */
const seeds = Number(process.env["CASCADE_SEEDS"] ?? 60);

describe(`sample seasons of ${seeds} seeds`, () => {
  it("have players without history within every budget, with a margin, and players who never shoot", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    const rates = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      await runSteps(warehouse, { seed, last_date: "2021-12-31" }, "listings");
      rates.push(...(await query(warehouse, failureRates)));
    }
    const bounds: Readonly<Record<string, readonly [number, number]>> = {
      P1: [0.3, 0.8],
      P2: [0.2, 0.45],
      P3: [0.15, 0.24],
      P4: [0.06, 0.14],
    };
    assert.equal(rates.length, 4 * seeds);
    for (const row of rates) {
      const [low, high] = bounds[String(row["period"])] ?? [0, 0];
      assertBetween(row["rate"], low, high);
    }
    assert.deepEqual(
      rates.filter((row) => row["period"] === "P4" && row["without_shot"] === 0),
      [],
    );
  });
});

/** Per period the share of listed players with fewer than five games before the date, or with five and no attempt. */
const failureRates = `
with listed as (
  select distinct game_date, player_lookup from listings
),
played as (
  select player_lookup, game_date, is_shy from listings where player_status = 'active'
),
counted as (
  select listed.game_date, listed.player_lookup, count(played.game_date) as games, coalesce(bool_and(is_shy), false) as is_shy
  from listed left join played on played.player_lookup = listed.player_lookup and played.game_date < listed.game_date
  group by all
)
select
  case when month(game_date) = 12 then 'P4' when day(game_date) <= 4 then 'P1' when day(game_date) <= 14 then 'P2' else 'P3' end as period,
  avg((games < 5 or is_shy)::int) as rate,
  sum((games >= 5 and is_shy)::int) as without_shot
from counted
where month(game_date) >= 11
group by all`;

async function makeSeason(
  parameters: Readonly<Record<string, number | string>>,
  { threads }: { readonly threads?: number } = {},
): Promise<Warehouse> {
  const warehouse = await openDuckDb({ path: inMemory });
  if (threads !== undefined) await query(warehouse, `set threads = ${threads}`);
  await query(warehouse, "create schema nba_raw");
  await runSteps(warehouse, parameters);
  return warehouse;
}

async function runSteps(
  warehouse: Warehouse,
  values: Readonly<Record<string, number | string>>,
  until?: string,
): Promise<void> {
  const parameters = typed({ ...sample.parameters, ...values });
  for (const { text } of splitStatements(read(sample.prelude))) await query(warehouse, text);
  for (const { source, scratch, sql } of sample.steps) {
    const target = source ?? `temporary table ${scratch}`;
    await warehouse.query({
      sql: `create or replace ${source === undefined ? target : `table ${target}`} as\n${read(sql)}`,
      parameters,
      purpose: `run ${sql}`,
    });
    if (scratch === until && until !== undefined) return;
  }
}

function typed(values: Readonly<Record<string, number | string>>): Readonly<Record<string, Parameter>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { type: typeof value === "number" ? "int64" : "string", value },
    ]),
  );
}

/** Rows and an order-free digest of them, per table. */
async function digests(warehouse: Warehouse, where = "true"): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const table of tables) {
    const [row] = await query(
      warehouse,
      `select count(*) || ':' || sum(md5_number_lower(content::varchar)::hugeint) as digest from ${table} as content where ${where}`,
    );
    found[table] = String(row?.["digest"]);
  }
  return found;
}

function query(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  return warehouse.query({ sql, purpose: "look at the sample" });
}

async function assertNone(warehouse: Warehouse, violations: string): Promise<void> {
  assert.deepEqual((await query(warehouse, violations)).slice(0, 3), []);
}

function assertBetween(value: unknown, low: number, high: number): void {
  assert.ok(
    Number(value) >= low && Number(value) <= high,
    `${String(value)} is not between ${low} and ${high}`,
  );
}

function readSource(table: string): Source {
  return parse(read(`sources/${table.replace("nba_raw.", "")}.yml`)) as Source;
}

function read(file: string): string {
  return readFileSync(join(folder, file), "utf8");
}
