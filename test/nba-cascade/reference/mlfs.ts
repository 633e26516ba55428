import { numberOf, numberOrNull, type Fact, type Facts } from "./facts.ts";
import { carry, failure, type Outcome, type Outcomes } from "./outcome.ts";
import { clamp, meanOf, round } from "./rounding.ts";

type Feature = { readonly name: string; readonly value: number; readonly source: keyof typeof weights };

const weights = { phase4: 100, calculated: 100, phase3: 75, default: 40 } as const;

const riskOfStatus: Readonly<Record<string, number>> = {
  out: 3,
  doubtful: 3,
  questionable: 2,
  probable: 1,
  available: 0,
  not_listed: 0,
};

/** C.10 for one player and date, from the facts and the outcomes of C.6 to C.9. */
export function computeFeatures(
  inputs: { facts: Facts; shots: Outcomes; factors: Outcomes; forms: Outcomes; defences: Outcomes },
  player: string,
  date: string,
): Outcome {
  const context = inputs.facts.playerContexts.get(`${player}|${date}`);
  if (context === undefined) return failure("INCOMPLETE_UPSTREAM");
  const opponent = String(context["opponent_team_abbr"]);
  const gameId = String(context["game_id"]);
  const shots = inputs.shots.get(`${date}|${player}`);
  if (shots?.kind !== "row") return carry(shots);
  const factors = inputs.factors.get(`${date}|${player}`);
  if (factors?.kind !== "row") return carry(factors);
  const form = inputs.forms.get(`${date}|${player}`);
  if (form?.kind !== "row") return carry(form);
  const defence = inputs.defences.get(`${date}|${opponent}`);
  if (defence?.kind !== "row") return carry(defence);
  const ownTeam = inputs.facts.teamContexts.get(`${String(context["team_abbr"])}|${gameId}`);
  const otherTeam = inputs.facts.teamContexts.get(`${opponent}|${gameId}`);
  if (ownTeam === undefined || otherTeam === undefined) return failure("INCOMPLETE_UPSTREAM");
  const rows = { context, shots: shots.row, factors: factors.row, form: form.row, defence: defence.row };
  const features = listFeatures({ ...rows, ownTeam, otherTeam });
  const score = round(
    meanOf(features, (feature) => weights[feature.source]),
    2,
  );
  const row = {
    player_lookup: player,
    game_date: date,
    game_id: gameId,
    team_abbr: context["team_abbr"],
    opponent_team_abbr: opponent,
    is_home: context["home_game"],
    feature_version: "v1_baseline_25",
    feature_count: 25,
    features: features.map((feature) => round(feature.value, 4)),
    feature_names: features.map((feature) => feature.name),
    feature_sources: features.map((feature) => feature.source),
    feature_quality_score: score,
    quality_tier: score >= 95 ? "high" : score >= 90 ? "medium" : "low",
  };
  return { kind: "row", row };
}

type Inputs = Readonly<
  Record<"context" | "shots" | "factors" | "form" | "defence" | "ownTeam" | "otherTeam", Fact>
>;

function listFeatures(inputs: Inputs): Feature[] {
  const { context, shots, factors, form, defence } = inputs;
  return [
    copy(form, "points_avg_last_5"),
    copy(form, "points_avg_last_10"),
    copy(form, "points_avg_season"),
    copy(form, "points_std_last_10"),
    copy(form, "games_in_last_7_days"),
    copy(factors, "fatigue_score"),
    copy(factors, "shot_zone_mismatch_score"),
    copy(factors, "pace_score"),
    copy(factors, "usage_spike_score"),
    restAdvantage(inputs),
    injuryRisk(context),
    { name: "recent_trend", value: step(numberOf(form, "points_trend_last_5"), 2, 5), source: "calculated" },
    minutesChange(form),
    { name: "opponent_def_rating", value: numberOf(defence, "defensive_rating_last_15"), source: "phase4" },
    copy(defence, "opponent_pace"),
    given("home_away", context["home_game"] === true ? 1 : 0),
    given("back_to_back", context["back_to_back"] === true ? 1 : 0),
    given("star_teammates_out", numberOf(context, "star_teammates_out")),
    share("pct_paint", numberOf(shots, "paint_rate_last_10")),
    share("pct_mid_range", numberOf(shots, "mid_range_rate_last_10")),
    share("pct_three", numberOf(shots, "three_pt_rate_last_10")),
    orDefault("pct_free_throw", capped(numberOrNull(form, "ft_points_share_last_10")), 0.15),
    orDefault("team_pace_last_10", numberOrNull(form, "team_pace_last_10"), 100),
    orDefault("team_off_rating_last_10", numberOrNull(form, "team_off_rating_last_10"), 112),
    winShare(inputs.ownTeam),
  ];
}

function copy(fact: Fact, name: string): Feature {
  return { name, value: numberOf(fact, name), source: "phase4" };
}

function given(name: string, value: number): Feature {
  return { name, value, source: "phase3" };
}

function share(name: string, percent: number): Feature {
  return { name, value: percent / 100, source: "phase4" };
}

function restAdvantage({ context, otherTeam }: Inputs): Feature {
  const theirs = numberOrNull(otherTeam, "days_rest");
  if (theirs === null) return { name: "rest_advantage", value: 0, source: "default" };
  const value = clamp(numberOf(context, "days_rest") - theirs, -2, 2);
  return { name: "rest_advantage", value, source: "calculated" };
}

function injuryRisk(context: Fact): Feature {
  const status = context["injury_status"];
  if (context["on_inactive_list"] === true) return { name: "injury_risk", value: 3, source: "phase3" };
  if (typeof status !== "string") return { name: "injury_risk", value: 0, source: "default" };
  return { name: "injury_risk", value: riskOfStatus[status] ?? Number.NaN, source: "phase3" };
}

function minutesChange(form: Fact): Feature {
  const ratio = numberOrNull(form, "minutes_change_ratio");
  if (ratio === null) return { name: "minutes_change", value: 0, source: "default" };
  return { name: "minutes_change", value: step(ratio, 0.1, 0.2), source: "calculated" };
}

function winShare(team: Fact): Feature {
  if (numberOf(team, "games_played_season") < 5)
    return { name: "team_win_pct", value: 0.5, source: "default" };
  return { name: "team_win_pct", value: numberOf(team, "team_win_pct"), source: "phase3" };
}

function orDefault(name: string, value: number | null, otherwise: number): Feature {
  return value === null ? { name, value: otherwise, source: "default" } : { name, value, source: "phase4" };
}

function capped(share: number | null): number | null {
  return share === null ? null : Math.min(share, 0.5);
}

/** -2 to 2: how far a value lies beyond two thresholds, with its sign. */
function step(value: number, small: number, large: number): number {
  const size = Math.abs(value) >= large ? 2 : Math.abs(value) >= small ? 1 : 0;
  return size === 0 ? 0 : Math.sign(value) * size;
}
