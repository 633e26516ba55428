/** Runs one statement; dates come back as `YYYY-MM-DD`, integers and floats as numbers. */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** A row of the tables that the reference reads; each holds the columns named in `readFacts()`. */
export type Fact = Readonly<Record<string, unknown>>;

/** A game of an entity: a row of a per-game table. */
export type Game = Fact & { readonly game_date: string; readonly game_id: string };

/** What the reference reads: raw and phase 3 rows, by the entity that they belong to. */
export type Facts = {
  readonly dates: readonly string[];
  readonly listed: ReadonlyMap<string, readonly string[]>;
  readonly appearances: ReadonlyMap<string, readonly Game[]>;
  readonly boxScores: ReadonlyMap<string, readonly Game[]>;
  readonly playerGames: ReadonlyMap<string, readonly Game[]>;
  readonly defenceGames: ReadonlyMap<string, readonly Game[]>;
  readonly offenceGames: ReadonlyMap<string, readonly Game[]>;
  readonly playerContexts: ReadonlyMap<string, Fact>;
  readonly teamContexts: ReadonlyMap<string, Fact>;
  readonly teams: readonly string[];
};

/** Fewest games of a season that an as-of row needs. */
export const minimumGames = 5;

/** Reads all rows that the reference needs for the game dates of a range. */
export async function readFacts(query: Query, range: { from: string; to: string }): Promise<Facts> {
  const defence = games(await query("select * from nba_analytics.team_defense_game_summary"));
  const box = games(await query("select game_id, game_date, team_abbr from nba_raw.nbac_team_boxscore"));
  const schedule = await query(
    "select game_id, game_date, home_team_abbr, game_status from nba_raw.nbac_schedule",
  );
  const gamebook = games(
    await query(
      "select game_id, game_date, player_lookup, player_status from nba_raw.nbac_gamebook_player_stats",
    ),
  );
  const finals = schedule.filter((game) => game["game_status"] === 3);
  const finalIds = new Set(finals.map((game) => game["game_id"]));
  const dates = [...new Set(finals.map((game) => String(game["game_date"])))];
  return {
    dates: dates.filter((date) => date >= range.from && date <= range.to).toSorted(),
    listed: listPlayers(gamebook.filter((row) => finalIds.has(row.game_id))),
    appearances: groupBy(
      gamebook.filter((row) => row["player_status"] === "active"),
      "player_lookup",
    ),
    boxScores: groupBy(box, "team_abbr"),
    playerGames: groupBy(
      games(await query("select * from nba_analytics.player_game_summary")),
      "player_lookup",
    ),
    defenceGames: groupBy(defence, "defending_team_abbr"),
    offenceGames: groupBy(
      games(await query("select * from nba_analytics.team_offense_game_summary")),
      "team_abbr",
    ),
    playerContexts: indexBy(
      await query("select * from nba_analytics.upcoming_player_game_context"),
      "player_lookup",
      "game_date",
    ),
    teamContexts: indexBy(
      await query("select * from nba_analytics.upcoming_team_game_context"),
      "team_abbr",
      "game_id",
    ),
    teams: [...new Set(schedule.map((game) => String(game["home_team_abbr"])))].toSorted(),
  };
}

/** The games of a list before `date` and in its season, newest first. */
export function gamesBefore(list: readonly Game[] | undefined, date: string): Game[] {
  const season = seasonOf(date);
  return (list ?? [])
    .filter((game) => game.game_date < date && seasonOf(game.game_date) === season)
    .toSorted((left, right) => (newestFirstKey(left) < newestFirstKey(right) ? 1 : -1));
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

/** How many different games a list holds. */
export function countGames(list: readonly Game[]): number {
  return new Set(list.map((game) => game.game_id)).size;
}

/** A required number of a fact. */
export function numberOf(fact: Fact, column: string): number {
  const value = fact[column];
  if (typeof value !== "number") throw new Error(`No number in ${column}: ${JSON.stringify(value)}`);
  return value;
}

/** A number of a fact that may be absent. */
export function numberOrNull(fact: Fact, column: string): number | null {
  return fact[column] === null ? null : numberOf(fact, column);
}

function seasonOf(date: string): number {
  const year = Number(date.slice(0, 4));
  return Number(date.slice(5, 7)) >= 10 ? year : year - 1;
}

function newestFirstKey(game: Game): string {
  return `${game.game_date} ${game.game_id}`;
}

function games(rows: readonly Fact[]): Game[] {
  return rows.map((row) => ({
    ...row,
    game_date: String(row["game_date"]),
    game_id: String(row["game_id"]),
  }));
}

function listPlayers(gamebook: readonly Game[]): Map<string, string[]> {
  const listed = new Map<string, Set<string>>();
  for (const row of gamebook) {
    const players = listed.get(row.game_date) ?? new Set();
    listed.set(row.game_date, players.add(String(row["player_lookup"])));
  }
  return new Map([...listed].map(([date, players]) => [date, [...players]]));
}

function groupBy(rows: readonly Game[], column: string): Map<string, Game[]> {
  const groups = new Map<string, Game[]>();
  for (const row of rows) {
    const key = String(row[column]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function indexBy(rows: readonly Fact[], entity: string, within: string): Map<string, Fact> {
  return new Map(rows.map((row) => [`${String(row[entity])}|${String(row[within])}`, row]));
}
