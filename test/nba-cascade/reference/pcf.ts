import { numberOf, numberOrNull, type Fact, type Facts } from "./facts.ts";
import { carry, failure, type Outcome, type Outcomes } from "./outcome.ts";
import { clamp, round } from "./rounding.ts";

/** C.8 for one player and date; `shots` and `defences` are the outcomes of C.7 and C.6. */
export function computeCompositeFactors(
  { facts, shots, defences }: { facts: Facts; shots: Outcomes; defences: Outcomes },
  player: string,
  date: string,
): Outcome {
  const context = facts.playerContexts.get(`${player}|${date}`);
  if (context === undefined) return failure("INCOMPLETE_UPSTREAM");
  const profile = shots.get(`${date}|${player}`);
  if (profile?.kind !== "row") return carry(profile);
  const defence = defences.get(`${date}|${String(context["opponent_team_abbr"])}`);
  if (defence?.kind !== "row") return carry(defence);
  const pace = numberOrNull(context, "pace_differential");
  const usage = usageSpike(context);
  if (pace === null || usage === null) return failure("INSUFFICIENT_DATA");
  const fatigue = fatigueScore(context);
  const adjustment = round((fatigue - 100) / 20, 2);
  const mismatch = mismatchScore(profile.row, defence.row);
  const paceScore = round(clamp(pace / 2, -3, 3), 2);
  const total = round(adjustment + mismatch + paceScore + usage, 2);
  const warnings = [
    ...(fatigue < 60 ? ["EXTREME_FATIGUE"] : []),
    ...(Math.abs(mismatch) > 8 ? ["EXTREME_MATCHUP"] : []),
    ...(Math.abs(total) > 8 ? ["EXTREME_TOTAL"] : []),
  ];
  const row = {
    player_lookup: player,
    game_date: date,
    game_id: context["game_id"],
    team_abbr: context["team_abbr"],
    opponent_team_abbr: context["opponent_team_abbr"],
    fatigue_score: fatigue,
    fatigue_adjustment: adjustment,
    shot_zone_mismatch_score: mismatch,
    pace_score: paceScore,
    usage_spike_score: usage,
    total_composite_adjustment: total,
    warning_codes: warnings.join(","),
  };
  return { kind: "row", row };
}

function fatigueScore(context: Fact): number {
  let score = 100;
  if (context["back_to_back"] === true) score -= 15;
  else if ((numberOrNull(context, "days_rest") ?? 0) >= 3) score += 5;
  if (numberOf(context, "games_in_last_7_days") >= 4) score -= 10;
  if (numberOf(context, "minutes_in_last_7_days") > 120) score -= 10;
  if ((numberOrNull(context, "avg_minutes_per_game_last_7") ?? 0) > 35) score -= 8;
  const backToBacks = numberOf(context, "back_to_backs_last_14_days");
  if (backToBacks >= 2) score -= 12;
  else if (backToBacks === 1) score -= 5;
  return clamp(score, 0, 100);
}

function mismatchScore(profile: Fact, defence: Fact): number {
  const zones = ["paint", "mid_range", "three_pt"];
  const primary = profile["primary_scoring_zone"];
  let score = 0;
  if (primary === "balanced") {
    for (const zone of zones) {
      score += numberOf(profile, `${zone}_rate_last_10`) * numberOf(defence, `${zone}_defense_vs_league_avg`);
    }
    score /= 100;
  } else {
    const zone = primary === "perimeter" ? "three_pt" : String(primary);
    const weight = Math.min(1, numberOf(profile, `${zone}_rate_last_10`) / 50);
    score = numberOf(defence, `${zone}_defense_vs_league_avg`) * weight;
  }
  const amplified = Math.abs(round(score, 9)) > 5 ? score * 1.2 : score;
  return round(clamp(amplified, -10, 10), 2);
}

function usageSpike(context: Fact): number | null {
  const projected = numberOrNull(context, "projected_usage_rate");
  const usual = numberOrNull(context, "usage_rate_last_10");
  if (projected === null || usual === null) return null;
  const change = (projected - usual) * 0.3;
  const starsOut = numberOf(context, "star_teammates_out");
  const factor = change > 0 && starsOut >= 2 ? 1.3 : change > 0 && starsOut === 1 ? 1.15 : 1;
  return round(clamp(change * factor, -3, 3), 2);
}
