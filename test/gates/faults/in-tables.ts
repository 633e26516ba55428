import type { FaultCase } from "./fault-case.ts";

const psza = "nba_precompute.player_shot_zone_analysis";
const pdc = "nba_precompute.player_daily_cache";
const pgs = "nba_analytics.player_game_summary";
const togs = "nba_analytics.team_offense_game_summary";
const upgc = "nba_analytics.upcoming_player_game_context";
const tdza = "nba_precompute.team_defense_zone_analysis";
const mlfs = "nba_predictions.ml_feature_store_v2";

/** Faults in the tables that the cascade made, after it ran. */
export const faultsInTables: readonly FaultCase[] = [
  {
    kind: "missing date",
    sql: `delete from ${psza} where analysis_date = '2021-12-10'`,
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked", budget: "blocked" },
    cause: "^PSZA 2021-12-10: \\d+ of \\d+ expected have neither row nor failure, first [a-z]+",
    exitCode: 1,
  },
  {
    kind: "missing entity",
    sql: `delete from ${upgc} where game_date = '2021-12-10' and player_lookup = '{player}'`,
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked" },
    cause: "^UPGC 2021-12-10: 1 of \\d+ expected have neither row nor failure, first {player}",
    exitCode: 1,
  },
  {
    kind: "one team missing in one day",
    sql: `delete from ${togs} where game_id = '{game}' and team_abbr = '{team}'`,
    found: { gaps: "blocked", coverage: "blocked", contract: "blocked" },
    cause: "^TOGS 2021-12-10: 1 of 18 expected have neither row nor failure, first {game}\\|{team}",
    exitCode: 1,
  },
  {
    kind: "truncated partition",
    sql: `delete from ${pgs} where game_date = '2021-12-10' and team_abbr > 'M'`,
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked" },
    cause: "^PGS 2021-12-10: \\d+ of \\d+ expected have neither row nor failure",
    exitCode: 1,
  },
  {
    kind: "duplicate rows",
    sql: `insert into ${pgs} select * from ${pgs} where game_id = '{game}'`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^PGS 2021-12-10: the key stands more than once .*first {game}\\|",
    exitCode: 1,
  },
  {
    kind: "swapped dates",
    sql: `update ${togs} set game_date = case game_date when '2021-12-10' then date '2021-12-11' else date '2021-12-10' end
where game_date in ('2021-12-10', '2021-12-11')`,
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked" },
    cause:
      "^TOGS 2021-12-10: 18 of 18 expected have neither row nor failure, 12 are there that nobody expects",
    headline:
      "TOGS 2021-12-10 to 2021-12-11: 18 of 18 expected have neither row nor failure, 12 are there that nobody expects",
    exitCode: 1,
  },
  {
    kind: "repeated day",
    sql: `delete from ${tdza} where analysis_date = '2021-12-10';
insert into ${tdza} select * replace (date '2021-12-10' as analysis_date) from ${tdza} where analysis_date = '2021-12-09'`,
    found: { contamination: "blocked" },
    cause: "^TDZA 2021-12-10: all 30 rows repeat those of 2021-12-09",
    exitCode: 1,
  },
  {
    kind: "rows on an off-day",
    sql: `insert into ${tdza} select * replace (date '2021-11-25' as analysis_date) from ${tdza} where analysis_date = '2021-12-10'`,
    found: { coverage: "blocked" },
    cause: "^TDZA 2021-11-25: 30 rows or failures on a day off the calendar",
    exitCode: 1,
  },
  {
    kind: "row that nobody expects",
    sql: `insert into ${psza} select * replace ('ghostplayer' as player_lookup) from ${psza} where analysis_date = '2021-12-10' and player_lookup = '{player}'`,
    found: { coverage: "blocked", contract: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: 1 are there that nobody expects, first ghostplayer",
    exitCode: 1,
  },
  {
    kind: "NULL poison",
    sql: `update ${psza} set paint_rate_last_10 = null where analysis_date = '2021-12-10' and player_lookup < 'd'`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: paint_rate_last_10 is NULL but required",
    exitCode: 1,
  },
  {
    kind: "NULL in a key",
    sql: `update ${pgs} set player_lookup = null where game_id = '{game}' and player_lookup = '{player}'`,
    found: { gaps: "blocked", contract: "blocked" },
    cause: "^PGS 2021-12-10: player_lookup is NULL but required",
    exitCode: 1,
  },
  {
    kind: "plausible-number poison in one row",
    sql: `update ${pdc} set points_avg_season = points_avg_season + 0.5 where cache_date = '2021-12-10' and player_lookup = '{player}'`,
    found: { contamination: "blocked", budget: "blocked" },
    cause: "^PDC 2021-12-10: its rows are not those that were committed",
    exitCode: 1,
  },
  {
    kind: "plausible-number poison in a whole day",
    sql: `update ${togs} set pace = pace + 0.5, possessions = possessions + 0.5 where game_date = '2021-12-10'`,
    found: { contamination: "blocked", contract: "blocked" },
    cause: "^TOGS 2021-12-10: its rows are not those that were committed",
    exitCode: 1,
  },
  {
    kind: "wrong unit",
    sql: `update ${pgs} set minutes_played = seconds_played where game_date = '2021-12-10'`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^PGS 2021-12-10: minutes_played is above 65",
    exitCode: 1,
  },
  {
    kind: "non-finite number",
    sql: `update ${pdc} set points_avg_last_10 = 'nan' where cache_date = '2021-12-10' and player_lookup = '{player}'`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^PDC 2021-12-10: points_avg_last_10 is not a finite number .*first {player}\\|2021-12-10",
    exitCode: 1,
  },
  {
    kind: "non-finite element",
    sql: `update ${mlfs} set features = list_concat(features[1:3], ['infinity'::double], features[5:25])
where game_date = '2021-12-10' and player_lookup = '{player}'`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^MLFS 2021-12-10: features holds no finite number .*first {player}\\|2021-12-10",
    exitCode: 1,
  },
  {
    kind: "table absent",
    sql: `drop table ${pdc}`,
    found: { gaps: "blocked", contract: "check-failed", contamination: "check-failed" },
    cause: "^PDC: .*player_daily_cache: the table does not exist",
    exitCode: 3,
  },
  {
    kind: "schema drift: column missing",
    sql: "alter table nba_precompute.player_composite_factors drop column pace_score",
    found: { contract: "blocked", gaps: "passed", coverage: "passed", contamination: "check-failed" },
    cause: 'player_composite_factors: the column "pace_score" is missing',
    exitCode: 2,
  },
  {
    kind: "schema drift: column renamed",
    sql: `alter table ${upgc} rename column days_rest to rest_days`,
    found: { contract: "blocked", coverage: "passed", contamination: "check-failed" },
    cause: 'upcoming_player_game_context: the column "days_rest" is missing',
    exitCode: 2,
  },
  {
    kind: "schema drift: type changed",
    sql: "alter table nba_raw.nbac_team_boxscore alter column points type varchar",
    found: { contract: "blocked", contamination: "blocked", budget: "passed" },
    cause: "nbac_team_boxscore.points: expected BIGINT, found VARCHAR",
    exitCode: 2,
  },
];
