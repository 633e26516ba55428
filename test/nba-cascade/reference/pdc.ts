import { countGames, gamesBefore, numberOf, type Fact, type Facts, type Game } from "./facts.ts";
import { carry, failure, historyFailure, type Outcome, type Outcomes } from "./outcome.ts";
import { meanOf, round, sumOf } from "./rounding.ts";

/** C.9 for one player and date; `shots` and `factors` are the outcomes of C.7 and C.8. */
export function computeDailyCache(
  { facts, shots, factors }: { facts: Facts; shots: Outcomes; factors: Outcomes },
  player: string,
  date: string,
): Outcome {
  const context = facts.playerContexts.get(`${player}|${date}`);
  if (context === undefined) return failure("INCOMPLETE_UPSTREAM");
  const history = gamesBefore(facts.playerGames.get(player), date);
  const played = countGames(gamesBefore(facts.appearances.get(player), date));
  const tooFew = historyFailure(history.length, played);
  if (tooFew !== undefined) return tooFew;
  const profile = shots.get(`${date}|${player}`);
  if (profile?.kind !== "row") return carry(profile);
  const adjustment = factors.get(`${date}|${player}`);
  if (adjustment?.kind !== "row") return carry(adjustment);
  const teamGames = gamesBefore(facts.offenceGames.get(String(context["team_abbr"])), date).slice(0, 10);
  const row = {
    player_lookup: player,
    cache_date: date,
    games_played_season: history.length,
    early_season_flag: history.length < 10,
    ...pointsColumns(history),
    ...minutesColumns(history),
    ...shootingColumns(history.slice(0, 10)),
    usage_rate_season: seasonUsage(history),
    team_pace_last_10: meanOrNull(teamGames, "pace"),
    team_off_rating_last_10: meanOrNull(teamGames, "offensive_rating"),
    ...pick(context, [
      "game_id",
      "team_abbr",
      "usage_rate_last_10",
      "days_rest",
      "games_in_last_7_days",
      "games_in_last_14_days",
      "minutes_in_last_7_days",
      "minutes_in_last_14_days",
      "back_to_backs_last_14_days",
    ]),
    ...pick(profile.row, [
      "primary_scoring_zone",
      "paint_rate_last_10",
      "three_pt_rate_last_10",
      "assisted_rate_last_10",
    ]),
    ...pick(adjustment.row, ["fatigue_score", "total_composite_adjustment"]),
  };
  return { kind: "row", row };
}

function pointsColumns(history: readonly Game[]): Fact {
  const last10 = history.slice(0, 10);
  const squares = sumOf(last10, (game) => (numberOf(game, "points") - meanPoints(last10)) ** 2);
  return {
    points_avg_last_5: round(meanPoints(history.slice(0, 5)), 2),
    points_avg_last_10: round(meanPoints(last10), 2),
    points_avg_season: round(meanPoints(history), 2),
    points_std_last_10: round(Math.sqrt(squares / (last10.length - 1)), 3),
    points_trend_last_5: round(meanPoints(history.slice(0, 3)) - meanPoints(history.slice(3, 5)), 2),
  };
}

function meanPoints(games: readonly Game[]): number {
  return meanOf(games, (game) => numberOf(game, "points"));
}

function minutesColumns(history: readonly Game[]): Fact {
  const recent = meanSeconds(history.slice(0, 5));
  const season = meanSeconds(history);
  return {
    minutes_avg_last_5: round(recent / 60, 2),
    minutes_avg_last_10: round(meanSeconds(history.slice(0, 10)) / 60, 2),
    minutes_avg_season: round(season / 60, 2),
    minutes_change_ratio: season === 0 ? null : round((recent - season) / season, 4),
  };
}

function meanSeconds(games: readonly Game[]): number {
  return meanOf(games, (game) => numberOf(game, "seconds_played"));
}

function shootingColumns(last10: readonly Game[]): Fact {
  function total(column: string): number {
    return sumOf(last10, (game) => numberOf(game, column));
  }
  const attempts = total("fg_attempts") + 0.44 * total("ft_attempts");
  const points = total("points");
  return {
    ts_pct_last_10: attempts === 0 ? null : round(points / (2 * attempts), 3),
    ft_points_share_last_10: points === 0 ? null : round(total("ft_makes") / points, 4),
  };
}

function seasonUsage(history: readonly Game[]): number {
  const games = history.filter((game) => game["usage_rate"] !== null);
  const weighted = sumOf(games, (game) => numberOf(game, "usage_rate") * numberOf(game, "seconds_played"));
  return round(weighted / sumOf(games, (game) => numberOf(game, "seconds_played")), 2);
}

function meanOrNull(games: readonly Game[], column: string): number | null {
  return games.length === 0
    ? null
    : round(
        meanOf(games, (game) => numberOf(game, column)),
        2,
      );
}

function pick(fact: Fact, columns: readonly string[]): Fact {
  return Object.fromEntries(columns.map((column) => [column, fact[column]]));
}
