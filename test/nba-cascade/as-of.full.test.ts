import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runStep, withChanges } from "./run-step.ts";
import { openSeason } from "./season.ts";

const date = "2021-12-10";
const tablesBeforeTipOff = ["UTGC", "UPGC", "TDZA", "PSZA", "PCF", "PDC", "MLFS"];

/** Every statistic, score and minute of the date becomes another. */
const otherStatistics = [
  `update nba_raw.nbac_schedule set home_score = away_score, away_score = home_score + 1 where game_date = date '${date}'`,
  `update nba_raw.nbac_gamebook_player_stats set points = points + 30, seconds_played = 60, fg_attempts = 40, turnovers = 9 where game_date = date '${date}'`,
  `update nba_raw.nbac_team_boxscore set points = points + 30, fg_attempts = 60, turnovers = 40 where game_date = date '${date}'`,
  `update nba_analytics.player_game_summary set points = points + 30, seconds_played = 60, usage_rate = 99, has_shot_zones = false, paint_attempts = 30, ft_makes = 9 where game_date = date '${date}'`,
  `update nba_analytics.team_defense_game_summary set defensive_rating = 60, points_allowed = 50, opponent_pace = 80, opp_paint_makes = 1, blocks_paint = 9 where game_date = date '${date}'`,
  `update nba_analytics.team_offense_game_summary set pace = 80, offensive_rating = 60 where game_date = date '${date}'`,
];

const othersPlayed = [
  `update nba_raw.nbac_gamebook_player_stats set player_status = case player_status when 'active' then 'dnp' else 'active' end
   where game_date = date '${date}' and player_status <> 'inactive'`,
];

describe("a row of a date", () => {
  it("stays the same when the date's own games end otherwise, or others play in them", async () => {
    await using season = await openSeason("sample");
    for (const id of tablesBeforeTipOff) {
      const rows = await runStep(season, id, date);
      assert.ok(rows.length > 0);
      for (const changes of [otherStatistics, othersPlayed]) {
        assert.deepEqual(await withChanges(season, changes, () => runStep(season, id, date)), rows, id);
      }
    }
    const later = await runStep(season, "PDC", "2021-12-20");
    assert.notDeepEqual(
      await withChanges(season, otherStatistics, () => runStep(season, "PDC", "2021-12-20")),
      later,
    );
  });
});
