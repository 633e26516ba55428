import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import { faultDate, type FaultCase } from "./fault-case.ts";

const schedule = "nba_raw.nbac_schedule";
const gamebook = "nba_raw.nbac_gamebook_player_stats";
const box = "nba_raw.nbac_team_boxscore";
const playByPlay = "nba_raw.bigdataball_play_by_play";
const lines = "nba_raw.odds_api_game_lines";
const onDate = "game_date = '2021-12-10'";

/** Faults in the raw tables: after the run, or before a run that does not notice. */
export const faultsInRaw: readonly FaultCase[] = [
  {
    kind: "raw correction after the run",
    sql: `update ${gamebook} set steals = steals + 1 where game_id = '{game}' and player_lookup = '{player}'`,
    found: { contamination: "blocked" },
    cause: `^${gamebook} 2021-12-10: changed since PGS 2021-12-10 was built`,
    exitCode: 1,
  },
  {
    kind: "late upstream rewrite",
    sql: `update ${playByPlay} set event_num = event_num + 1000 where game_id = '{game}'`,
    found: { contamination: "blocked" },
    cause: `^${playByPlay} 2021-12-10: changed since PGS 2021-12-10 was built`,
    exitCode: 1,
  },
  {
    kind: "stale upstream: repaired without what reads it",
    sql: `update ${playByPlay} set shot_distance = 12 where game_id = '{game}' and shot_distance < 4`,
    run: { processors: ["PGS", "TDGS", "TOGS"], dates: [faultDate as CalendarDate] },
    found: { contamination: "blocked" },
    cause: "^PGS 2021-12-10: changed since UPGC 2021-12-11 was built",
    exitCode: 1,
  },
  {
    kind: "empty day that should be full",
    sql: [gamebook, box, playByPlay, lines].map((table) => `delete from ${table} where ${onDate}`).join(";"),
    run: "all",
    found: { gaps: "blocked", contamination: "blocked" },
    cause: `^${gamebook} 2021-12-10: no row, and the calendar expects some`,
    exitCode: 1,
  },
  {
    kind: "schedule table absent",
    sql: `drop table ${schedule}`,
    found: { gaps: "check-failed", contract: "check-failed", budget: "check-failed" },
    cause: `${schedule} does not exist`,
    exitCode: 3,
  },
  {
    kind: "schedule that lost a day",
    sql: `delete from ${schedule} where ${onDate}`,
    run: "all",
    found: { coverage: "passed", contract: "blocked", contamination: "blocked" },
    cause: `^${schedule} and .* 2021-12-10: box scores belong to final games`,
    headline: "nbac_schedule.* 2021-12-10: box scores belong to final games",
    exitCode: 1,
  },
  {
    kind: "postponed game, not run again",
    sql: `update ${schedule} set game_status = 1, home_score = null, away_score = null where game_id = '{game}'`,
    found: { coverage: "check-failed", contamination: "check-failed" },
    cause: `^${schedule} 2021-12-10: changed since PGS 2021-12-10 was built`,
    exitCode: 3,
  },
  {
    kind: "postponed game with left-over rows",
    sql: `update ${schedule} set game_status = 1, home_score = null, away_score = null where game_id = '{game}'`,
    run: "all",
    found: { contract: "blocked" },
    cause: `^${schedule} and ${gamebook} and ${box} 2021-12-10: box scores belong to final games.*{game}: .* does not have as final`,
    headline: "nbac_schedule, nbac_gamebook_player_stats, .* 2021-12-10: box scores belong to final",
    exitCode: 1,
  },
  {
    kind: "one team missing in the box scores of a day",
    sql: `delete from ${box} where game_id = '{game}' and team_abbr = '{team}'`,
    run: "all",
    found: { gaps: "blocked", contract: "blocked", budget: "blocked" },
    cause: `^${box} 2021-12-10: only 17 rows`,
    exitCode: 1,
  },
  {
    kind: "one team missing in the gamebook of a day",
    sql: `delete from ${gamebook} where game_id = '{game}' and team_abbr = '{team}'`,
    run: "all",
    found: { contract: "blocked" },
    cause: `${gamebook} and ${box} 2021-12-10: players in the gamebook add up to the box score .*{game}\\|{team}: no player`,
    headline: "nbac_gamebook_player_stats.* 2021-12-10: players in the gamebook add up to",
    exitCode: 1,
  },
  {
    kind: "mid-season trade written into the past",
    sql: `update ${gamebook} set team_abbr = case team_abbr when 'BOS' then 'LAL' else 'BOS' end where game_date = '{before}' and player_lookup = '{player}'`,
    run: "all",
    found: { contract: "blocked" },
    cause: `${gamebook} and ${box} {before}: players in the gamebook add up to the box score`,
    headline: "nbac_gamebook_player_stats.* {before}: players in the gamebook add up to",
    exitCode: 1,
  },
  {
    kind: "four copies of team games",
    sql: `insert into ${box} select * from ${box}, range(3) as copies(n) where ${onDate}`.replace(
      "select *",
      "select nbac_team_boxscore.*",
    ),
    run: "all",
    found: { contract: "blocked" },
    cause: `^${box} 2021-12-10: the key stands more than once \\(18 times`,
    exitCode: 1,
  },
  {
    kind: "minutes not parsed",
    sql: `update ${gamebook} set seconds_played = null where ${onDate} and player_status = 'active'`,
    run: "all",
    found: { contamination: "blocked", budget: "blocked" },
    cause: `^${gamebook} 2021-12-10: seconds_played: \\d+ of \\d+ rows break`,
    exitCode: 1,
  },
  {
    kind: "key-format mismatch in a join: player",
    sql: `update ${playByPlay} set player_1_lookup = upper(player_1_lookup) where ${onDate}`,
    run: "all",
    found: { contamination: "blocked", contract: "blocked" },
    cause: `^${gamebook} and ${playByPlay} 2021-12-10: shooters are in the gamebook .*20211210_[A-Z_]+\\|[A-Z]+: not active`,
    headline: "bigdataball_play_by_play.* 2021-12-10: shooters are in the gamebook",
    exitCode: 1,
  },
  {
    kind: "key-format mismatch in a join: game",
    sql: `update ${playByPlay} set game_id = '20211210_' || substr(game_id, 14, 3) || '_' || substr(game_id, 10, 3) where ${onDate}`,
    run: "all",
    found: { contract: "blocked", contamination: "blocked" },
    cause: `${playByPlay}.* 2021-12-10: sh(ots|ooters) .*20211210_`,
    headline: "bigdataball_play_by_play.* 2021-12-10: sh(ots|ooters) ",
    exitCode: 1,
  },
  {
    kind: "wrong time zone day",
    sql: [gamebook, box, playByPlay]
      .map((table) => `update ${table} set game_date = game_date + 1 where game_id = '{game}'`)
      .join(";"),
    run: "all",
    found: { contamination: "blocked", contract: "blocked" },
    cause: `^${gamebook} 2021-12-11: game_id: \\d+ of \\d+ rows break`,
    exitCode: 1,
  },
  {
    kind: "numeric overflow",
    sql: `update ${box} set fg_makes = 9223372036854775807 where game_id = '{game}' and team_abbr = '{team}'`,
    found: { contract: "blocked", contamination: "check-failed" },
    cause: `^${box} 2021-12-10: fg_makes is above 150 .*first {game}\\|{team}`,
    exitCode: 3,
  },
  {
    kind: "plausible-number poison in raw, run again",
    sql: `update ${gamebook} set points = points + 2, fg_makes = fg_makes + 1, fg_attempts = fg_attempts + 1 where game_id = '{game}' and player_lookup = '{player}'`,
    run: "all",
    found: { contract: "blocked", contamination: "blocked" },
    cause: `${gamebook} and ${box} 2021-12-10: players in the gamebook add up to the box score .*{game}\\|{team}: \\d+ points of players`,
    headline: "nbac_gamebook_player_stats.* 2021-12-10: players in the gamebook add up to",
    exitCode: 1,
  },
  {
    kind: "play-by-play of one game lost",
    sql: `delete from ${playByPlay} where game_id = '{game}'`,
    run: "all",
    found: { contract: "blocked", contamination: "blocked" },
    cause: `^${box} and ${playByPlay} 2021-12-10: shots in the play-by-play are those of the box score .*{game}\\|.*: 0 of`,
    headline: "bigdataball_play_by_play.* 2021-12-10: shots in the play-by-play are those",
    exitCode: 1,
  },
  {
    kind: "a line with one side wrong",
    sql: `update ${lines} set game_spread = game_spread - 4 where game_id = '{game}' and team_abbr = '{team}'`,
    run: "all",
    found: { contamination: "blocked", contract: "blocked" },
    cause: `^${lines} 2021-12-10: mean spread: `,
    exitCode: 1,
  },
  {
    kind: "score that contradicts itself",
    sql: `update ${schedule} set home_score = away_score where game_id = '{game}'`,
    run: "all",
    found: { contamination: "blocked", budget: "blocked" },
    cause: `^${schedule} 2021-12-10: home_score: 1 of \\d+ rows break`,
    exitCode: 1,
  },
];
