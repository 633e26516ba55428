import { countGames, gamesBefore, numberOf, type Facts, type Game } from "./facts.ts";
import { failure, historyFailure, type Outcome } from "./outcome.ts";
import { round, sumOf } from "./rounding.ts";

/** C.7 for one player and date. */
export function computeShotZones(facts: Facts, player: string, date: string): Outcome {
  const history = gamesBefore(facts.playerGames.get(player), date);
  const played = countGames(gamesBefore(facts.appearances.get(player), date));
  const tooFew = historyFailure(history.length, played);
  if (tooFew !== undefined) return tooFew;
  const last10 = history.slice(0, 10);
  const last20 = history.slice(0, 20);
  const zoned10 = last10.filter((game) => game["has_shot_zones"] === true);
  const zoned20 = last20.filter((game) => game["has_shot_zones"] === true);
  const shots = totalShots(zoned10);
  if (shots === 0) return failure("NO_SHOT_ZONE");
  const made = total(zoned10, "assisted_fg_makes") + total(zoned10, "unassisted_fg_makes");
  const paintRate = round((100 * total(zoned10, "paint_attempts")) / shots, 2);
  const midRangeRate = round((100 * total(zoned10, "mid_range_attempts")) / shots, 2);
  const threeRate = round((100 * total(zoned10, "zone_three_attempts")) / shots, 2);
  const long = last20.length >= 15;
  const row = {
    player_lookup: player,
    analysis_date: date,
    games_in_sample_10: last10.length,
    games_in_sample_20: last20.length,
    games_with_zones_10: zoned10.length,
    total_shots_last_10: shots,
    paint_rate_last_10: paintRate,
    mid_range_rate_last_10: midRangeRate,
    three_pt_rate_last_10: threeRate,
    paint_pct_last_10: ratio(total(zoned10, "paint_makes"), total(zoned10, "paint_attempts"), 3),
    mid_range_pct_last_10: ratio(total(zoned10, "mid_range_makes"), total(zoned10, "mid_range_attempts"), 3),
    three_pt_pct_last_10: ratio(total(zoned10, "zone_three_makes"), total(zoned10, "zone_three_attempts"), 3),
    paint_attempts_per_game: ratio(total(zoned10, "paint_attempts"), zoned10.length, 2),
    mid_range_attempts_per_game: ratio(total(zoned10, "mid_range_attempts"), zoned10.length, 2),
    three_pt_attempts_per_game: ratio(total(zoned10, "zone_three_attempts"), zoned10.length, 2),
    assisted_rate_last_10: ratio(100 * total(zoned10, "assisted_fg_makes"), made, 2),
    unassisted_rate_last_10: ratio(100 * total(zoned10, "unassisted_fg_makes"), made, 2),
    paint_rate_last_20: long ? ratio(100 * total(zoned20, "paint_attempts"), totalShots(zoned20), 2) : null,
    paint_pct_last_20: long
      ? ratio(total(zoned20, "paint_makes"), total(zoned20, "paint_attempts"), 3)
      : null,
    primary_scoring_zone: primaryZone(paintRate, threeRate, midRangeRate),
    data_quality_tier: last10.length >= 10 ? "high" : last10.length >= 7 ? "medium" : "low",
  };
  return { kind: "row", row };
}

function primaryZone(paint: number, three: number, midRange: number): string {
  if (paint >= 40) return "paint";
  if (three >= 40) return "perimeter";
  return midRange >= 35 ? "mid_range" : "balanced";
}

function totalShots(games: readonly Game[]): number {
  return (
    total(games, "paint_attempts") + total(games, "mid_range_attempts") + total(games, "zone_three_attempts")
  );
}

function total(games: readonly Game[], column: string): number {
  return sumOf(games, (game) => numberOf(game, column));
}

function ratio(part: number, whole: number, decimals: number): number | null {
  return whole === 0 ? null : round(part / whole, decimals);
}
