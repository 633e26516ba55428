import { countGames, daysBetween, gamesBefore, numberOf, type Facts, type Game } from "./facts.ts";
import { failure, historyFailure, type Outcome } from "./outcome.ts";
import { meanOf, round, sumOf } from "./rounding.ts";

const zones = [
  {
    name: "paint",
    label: "paint",
    shots: "opp_paint",
    points: "points_in_paint_allowed",
    blocks: "blocks_paint",
    league: 0.58,
  },
  {
    name: "mid_range",
    label: "mid_range",
    shots: "opp_mid_range",
    points: "mid_range_points_allowed",
    blocks: "blocks_mid_range",
    league: 0.41,
  },
  {
    name: "three_pt",
    label: "perimeter",
    shots: "opp_zone_three",
    points: "three_pt_points_allowed",
    blocks: "blocks_three_pt",
    league: 0.355,
  },
] as const;

type Zone = (typeof zones)[number];

/** C.6 for one team and date. */
export function computeTeamDefence(facts: Facts, team: string, date: string): Outcome {
  const history = gamesBefore(facts.defenceGames.get(team), date);
  const played = countGames(gamesBefore(facts.boxScores.get(team), date));
  const tooFew = historyFailure(history.length, played);
  if (tooFew !== undefined) return tooFew;
  const sample = history.slice(0, 15);
  const withZones = sample.filter((game) => game["has_shot_zones"] === true);
  if (zones.some((zone) => attempts(withZones, zone) === 0)) return failure("NO_SHOT_ZONE");
  const league = leagueAverages(facts, date);
  const row: Record<string, unknown> = {
    team_abbr: team,
    analysis_date: date,
    games_in_sample: sample.length,
    games_with_zones: withZones.length,
    league_avg_source: league === undefined ? "default" : "computed",
    defensive_rating_last_15: round(
      meanOf(sample, (game) => numberOf(game, "defensive_rating")),
      2,
    ),
    opponent_points_per_game: round(
      meanOf(sample, (game) => numberOf(game, "points_allowed")),
      2,
    ),
    opponent_pace: round(
      meanOf(sample, (game) => numberOf(game, "opponent_pace")),
      2,
    ),
    data_quality_tier: sample.length >= 15 ? "high" : sample.length >= 10 ? "medium" : "low",
  };
  const versusLeague = zones.map((zone, index) => {
    const average = league?.[index] ?? zone.league;
    Object.assign(row, zoneColumns(withZones, zone, average));
    return { label: zone.label, value: Number(row[`${zone.name}_defense_vs_league_avg`]) };
  });
  const values = versusLeague.map((zone) => zone.value);
  row["strongest_zone"] = versusLeague.find((zone) => zone.value === Math.min(...values))?.label;
  row["weakest_zone"] = versusLeague.find((zone) => zone.value === Math.max(...values))?.label;
  return { kind: "row", row };
}

function zoneColumns(games: readonly Game[], zone: Zone, league: number): Record<string, number> {
  function perGame(column: string): number {
    return round(sumOf(games, (game) => numberOf(game, column)) / games.length, 2);
  }
  const share = makes(games, zone) / attempts(games, zone);
  return {
    [`${zone.name}_pct_allowed_last_15`]: round(share, 3),
    [`${zone.name}_attempts_allowed_per_game`]: perGame(`${zone.shots}_attempts`),
    [`${zone.name}_points_allowed_per_game`]: perGame(zone.points),
    [`${zone.name}_blocks_per_game`]: perGame(zone.blocks),
    [`${zone.name}_defense_vs_league_avg`]: round((share - league) * 100, 2),
  };
}

/** The league's share per zone over the 30 days before a date; undefined when fewer than 10 teams have 5 games. */
function leagueAverages(facts: Facts, date: string): number[] | undefined {
  const teams = facts.teams
    .map((team) =>
      gamesBefore(facts.defenceGames.get(team), date).filter(
        (game) => game["has_shot_zones"] === true && daysBetween(game.game_date, date) <= 30,
      ),
    )
    .filter((games) => games.length >= 5);
  if (teams.length < 10) return undefined;
  return zones.map((zone) => meanOf(teams, (games) => makes(games, zone) / attempts(games, zone)));
}

function attempts(games: readonly Game[], zone: Zone): number {
  return sumOf(games, (game) => numberOf(game, `${zone.shots}_attempts`));
}

function makes(games: readonly Game[], zone: Zone): number {
  return sumOf(games, (game) => numberOf(game, `${zone.shots}_makes`));
}
