import assert from "node:assert/strict";
import fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import {
  openPublicSeason,
  change,
  contentByDate,
  failuresByDate,
  read,
  runSeason,
  type PublicSeason,
} from "./public-season.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { withoutPublicSeason } from "./season.ts";

const { after, before, describe, it } = testsThatNeed(withoutPublicSeason);

const beforeTipOff = ["UTGC", "UPGC", "TDZA", "PSZA", "PCF", "PDC", "MLFS"];
const afterTheGame = ["PGS", "TDGS", "TOGS"];
const statistics = {
  gamebook:
    "points, assists, turnovers, fg_makes, fg_attempts, three_pt_makes, three_pt_attempts, ft_makes, ft_attempts, blocks, steals",
  team: "points, turnovers, fg_makes, fg_attempts, three_pt_makes, three_pt_attempts, ft_makes, ft_attempts, offensive_rebounds",
};

/** A day of November or December, and a number from which the changes follow. */
const changes = fc.record({
  date: fc.constantFrom(...daysOfGames()),
  salt: fc.integer({ min: 1, max: 1_000_000 }),
});

describe("a row of a date", () => {
  let season: PublicSeason;
  before(async () => {
    season = await openPublicSeason();
  });
  after(() => season[Symbol.asyncDispose]());

  /** Content of each processor on a date, rows and failures. */
  async function contentOn(warehouse: Warehouse, date: string): Promise<Record<string, string>> {
    const { processors, ledger } = season.runbook;
    const [rows, failures] = [
      await contentByDate(warehouse, processors),
      await failuresByDate(warehouse, ledger),
    ];
    return Object.fromEntries(
      processors.map(({ id, table }) => [
        id,
        `${rows.get(`${table} ${date}`)} ${failures.get(`${id} failures ${date}`)}`,
      ]),
    );
  }

  /** Changes a day's raw rows, runs that day again, and asserts which tables of the day changed. */
  async function assertNoLeak(date: string, statements: readonly string[]): Promise<void> {
    await using warehouse = await season.openBuilt();
    const earlier = await contentOn(warehouse, date);
    await change(warehouse, ...statements);
    const result = await runSeason(warehouse, season.runbook, {
      range: { from: date as CalendarDate, to: date as CalendarDate },
    });
    const ran = result.cells.filter(({ outcomes }) => outcomes.some(({ kind }) => kind === "committed"));
    assert.ok(ran.length >= beforeTipOff.length, "the day has been computed again");
    const failed = result.cells.flatMap(({ outcomes }) =>
      outcomes.filter(({ kind }) => kind !== "committed"),
    );
    assert.deepEqual(failed, []);
    const now = await contentOn(warehouse, date);
    for (const id of beforeTipOff) assert.equal(now[id], earlier[id], `${id} ${date}`);
    for (const id of afterTheGame) assert.notEqual(now[id], earlier[id], `${id} ${date}`);
  }

  it("knows nothing of the day's statistics, scores and minutes", async () => {
    await fc.assert(
      fc.asyncProperty(changes, ({ date, salt }) => assertNoLeak(date, otherStatistics(date, salt))),
      { seed: 2021, numRuns: 3, endOnFailure: true },
    );
  });

  it("knows nothing of the day's points, when box, team and score agree on them", async () => {
    await fc.assert(
      fc.asyncProperty(changes, ({ date, salt }) => assertNoLeak(date, otherPoints(date, salt))),
      { seed: 2022, numRuns: 2, endOnFailure: true },
    );
  });

  it("does not know who of the listed players played on the day", async () => {
    await fc.assert(
      fc.asyncProperty(changes, ({ date, salt }) => assertNoLeak(date, othersPlayed(date, salt))),
      { seed: 2023, numRuns: 3, endOnFailure: true },
    );
  });

  it("knows the points of a player's last ten games", async () => {
    await fc.assert(
      fc.asyncProperty(changes, async ({ date, salt }) => {
        await using warehouse = await season.openBuilt();
        const [player, later] = await playerListedAgain(warehouse, { date, salt });
        const [earlier] = await contextOf(warehouse, player, later);
        assert.ok(earlier);
        await change(
          warehouse,
          `update nba_raw.nbac_gamebook_player_stats set points = points + 2, fg_makes = fg_makes + 1, fg_attempts = fg_attempts + 1
           where game_date = date '${date}' and player_lookup = '${player}'`,
        );
        const range = { from: date as CalendarDate, to: later as CalendarDate };
        await runSeason(warehouse, season.runbook, { range, processors: ["PGS", "UPGC"] });
        assert.notDeepEqual(
          await contextOf(warehouse, player, later),
          [earlier],
          `${player} ${date} ${later}`,
        );
      }),
      { seed: 2024, numRuns: 3, endOnFailure: true },
    );
  });
});

/** A player of the day and the date of his next game, for which he is listed. */
async function playerListedAgain(
  warehouse: Warehouse,
  { date, salt }: { readonly date: string; readonly salt: number },
): Promise<[string, string]> {
  const rows = await read(
    warehouse,
    `select played.player_lookup, min(listed.game_date) as later
     from nba_raw.nbac_gamebook_player_stats as played
     join nba_raw.nbac_gamebook_player_stats as listed
       on listed.player_lookup = played.player_lookup and listed.game_date > played.game_date
     where played.game_date = date '${date}' and played.player_status = 'active' and played.seconds_played > 300
     group by 1 order by hash(played.player_lookup || '${salt}') limit 1`,
  );
  const [row] = rows;
  assert.ok(row);
  return [String(row["player_lookup"]), String(row["later"])];
}

async function contextOf(warehouse: Warehouse, player: string, date: string): Promise<readonly unknown[]> {
  return read(
    warehouse,
    `select * from nba_analytics.upcoming_player_game_context where player_lookup = '${player}' and game_date = date '${date}'`,
  );
}

/** Every number of the day's box scores, every minute, score and shot becomes another, and nothing agrees any more. */
function otherStatistics(date: string, salt: number): readonly string[] {
  function changed(columns: string, key: string): string {
    return columns
      .split(", ")
      .map(
        (column) =>
          `${column} = ${column} + ${column.endsWith("makes") ? 0 : 2} + hash('${column}', ${key}, ${salt}) % 2`,
      )
      .join(", ");
  }
  const onDay = `where game_date = date '${date}'`;
  return [
    `update nba_raw.nbac_gamebook_player_stats set ${changed(statistics.gamebook, "player_lookup")}, seconds_played = seconds_played + 1 + hash(player_lookup, ${salt}) % 600 ${onDay} and player_status = 'active'`,
    `update nba_raw.nbac_team_boxscore set ${changed(statistics.team, "team_abbr")} ${onDay}`,
    `update nba_raw.nbac_schedule set home_score = away_score + 1 + ${salt} % 20, away_score = home_score ${onDay}`,
    `update nba_raw.bigdataball_play_by_play set shot_distance = 1 + hash(event_seq, ${salt}) % 30 ${onDay} and shot_distance is not null`,
  ];
}

/** Each active player makes some free throws more; team boxes and the schedule follow. */
function otherPoints(date: string, salt: number): readonly string[] {
  const onDay = `game_date = date '${date}'`;
  const extra = `(hash(player_lookup, ${salt}) % 4)`;
  const ofTeam = `(select sum(${extra})::bigint from nba_raw.nbac_gamebook_player_stats as player where player.player_status = 'active' and player.game_id = changed.game_id and player.team_abbr =`;
  return [
    `update nba_raw.nbac_gamebook_player_stats set points = points + ${extra}, ft_makes = ft_makes + ${extra}, ft_attempts = ft_attempts + ${extra}
     where ${onDay} and player_status = 'active'`,
    `update nba_raw.nbac_team_boxscore as changed set points = points + ${ofTeam} changed.team_abbr), ft_makes = ft_makes + ${ofTeam} changed.team_abbr), ft_attempts = ft_attempts + ${ofTeam} changed.team_abbr)
     where ${onDay}`,
    `update nba_raw.nbac_schedule as changed set home_score = home_score + ${ofTeam} changed.home_team_abbr), away_score = away_score + ${ofTeam} changed.away_team_abbr)
     where ${onDay}`,
  ];
}

/** About half of the day's active players sat, and about half of those who sat played ten minutes. */
function othersPlayed(date: string, salt: number): readonly string[] {
  const half = `game_date = date '${date}' and hash(player_lookup, ${salt}) % 2 = 0`;
  return [
    `update nba_raw.nbac_gamebook_player_stats
     set player_status = case player_status when 'active' then 'dnp' else 'active' end, seconds_played = 600
     where ${half} and player_status in ('active', 'dnp')`,
    `update nba_raw.nbac_team_boxscore set turnovers = turnovers + 1, offensive_rebounds = offensive_rebounds + 2 where game_date = date '${date}'`,
  ];
}

function daysOfGames(): readonly string[] {
  const days = Array.from({ length: 60 }, (_, day) =>
    new Date(Date.UTC(2021, 10, 1 + day)).toISOString().slice(0, 10),
  );
  return days.filter((day) => day !== "2021-11-25" && day !== "2021-12-24");
}
