import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { runRelation, runStep, withChanges } from "./run-step.ts";
import { openSeason, type Season } from "./season.ts";

const date = "2021-12-10";
const carried = ["EXPECTED_INCOMPLETE", "INSUFFICIENT_DATA", "NO_SHOT_ZONE", "INCOMPLETE_UPSTREAM"];

describe("a row that cannot exist", () => {
  let season: Season;
  let player = "";
  let opponent = "";
  let game = "";

  before(async () => {
    season = await openSeason("sample");
    const [row] = await query(
      `select rows_of_date.player_lookup, rows_of_date.opponent_team_abbr, rows_of_date.game_id
       from nba_predictions.ml_feature_store_v2 as rows_of_date
       join nba_precompute.player_daily_cache as form using (player_lookup)
       where rows_of_date.game_date = date '${date}' and form.cache_date = date '${date}' and form.games_played_season > 12
       order by 1`,
    );
    [player, opponent, game] = [row?.["player_lookup"], row?.["opponent_team_abbr"], row?.["game_id"]].map(
      String,
    ) as [string, string, string];
    await query("create table nba_processing.failures as select * from nba_processing.precompute_failures");
    await query("drop view nba_processing.precompute_failures");
    await query("alter table nba_processing.failures rename to precompute_failures");
  });

  after(() => season[Symbol.asyncDispose]());

  async function query(sql: string): Promise<readonly Row[]> {
    return season.warehouse.query({ sql, purpose: "prepare" });
  }

  /** The entity's category and reason after changes; every other column must be NULL when there is one. */
  async function failureAfter(id: string, entity: string, changes: readonly string[]): Promise<string> {
    const rows = await withChanges(season, changes, () => runStep(season, id, date));
    const row = rows.find((candidate) => Object.values(candidate)[0] === entity);
    assert.ok(row, `${entity} has an outcome`);
    const { failure_category: category, failure_reason: reason, ...columns } = row;
    if (category === null) return "none";
    const values = Object.values(columns).filter((value) => value !== null);
    assert.equal(values.length, 2, "a failure holds its key only");
    assert.equal(typeof reason, "string");
    return `${String(category)}: ${String(reason)}`;
  }

  function keepGames(count: number): string {
    return `delete from nba_analytics.player_game_summary where player_lookup = '${player}' and game_date < date '${date}' and game_id not in (
       select game_id from nba_analytics.player_game_summary where player_lookup = '${player}' and game_date < date '${date}' order by game_date limit ${count})`;
  }
  function playNoGame(): string {
    return `update nba_raw.nbac_gamebook_player_stats set player_status = 'dnp' where player_lookup = '${player}' and game_date < date '${date}'`;
  }
  function dropShots(): string {
    return `delete from nba_precompute.player_shot_zone_analysis where player_lookup = '${player}' and analysis_date = date '${date}'`;
  }
  function dropFactors(): string {
    return `delete from nba_precompute.player_composite_factors where player_lookup = '${player}' and game_date = date '${date}'`;
  }
  function dropForm(): string {
    return `delete from nba_precompute.player_daily_cache where player_lookup = '${player}' and cache_date = date '${date}'`;
  }
  function dropDefence(): string {
    return `delete from nba_precompute.team_defense_zone_analysis where team_abbr = '${opponent}' and analysis_date = date '${date}'`;
  }
  function dropContext(): string {
    return `delete from nba_analytics.upcoming_player_game_context where player_lookup = '${player}' and game_date = date '${date}'`;
  }
  function dropTeam(): string {
    return `delete from nba_analytics.upcoming_team_game_context where game_id = '${game}' and team_abbr = '${opponent}'`;
  }

  it("blames the upstream when games are missing there", async () => {
    for (const id of ["PSZA", "PDC"]) {
      const found = await failureAfter(id, player, [keepGames(3)]);
      assert.match(
        found,
        /^INCOMPLETE_UPSTREAM: player_game_summary has 3 of the \d\d games played in nbac_gamebook_player_stats/,
      );
    }
    const team = `delete from nba_analytics.team_defense_game_summary where defending_team_abbr = '${opponent}' and game_date > date '2021-10-26'`;
    assert.match(
      await failureAfter("TDZA", opponent, [team]),
      /^INCOMPLETE_UPSTREAM: team_defense_game_summary has \d of the \d\d games in nbac_team_boxscore/,
    );
  });

  it("tells few games from none", async () => {
    const idle = playNoGame();
    for (const id of ["PSZA", "PDC"]) {
      assert.match(
        await failureAfter(id, player, [idle, keepGames(4)]),
        /^EXPECTED_INCOMPLETE: player_game_summary holds 4 of the 5/,
      );
      assert.match(
        await failureAfter(id, player, [idle, keepGames(0)]),
        /^INSUFFICIENT_DATA: no game this season/,
      );
      assert.equal(await failureAfter(id, player, [idle, keepGames(5)]), "none");
    }
  });

  it("needs an attempt with a zone", async () => {
    const noZones =
      "set has_shot_zones = false, paint_attempts = null, mid_range_attempts = null, zone_three_attempts = null";
    const players = `update nba_analytics.player_game_summary ${noZones} where player_lookup = '${player}'`;
    assert.match(await failureAfter("PSZA", player, [players]), /^NO_SHOT_ZONE: .* last 10 games, 0 of them/);
    const teams = `update nba_analytics.team_defense_game_summary set opp_mid_range_attempts = 0, opp_mid_range_makes = 0 where defending_team_abbr = '${opponent}'`;
    assert.match(await failureAfter("TDZA", opponent, [teams]), /^NO_SHOT_ZONE: /);
  });

  it("is an error of the processor when values are impossible", async () => {
    const makes = `update nba_analytics.player_game_summary set paint_makes = 50 where player_lookup = '${player}'`;
    assert.match(
      await failureAfter("PSZA", player, [makes]),
      /^PROCESSING_ERROR: player_game_summary gives more makes/,
    );
    const status = `update nba_analytics.upcoming_player_game_context set on_inactive_list = false, injury_status = 'odd' where player_lookup = '${player}'`;
    assert.match(await failureAfter("MLFS", player, [status]), /^PROCESSING_ERROR: a feature is NULL/);
  });

  it("carries the category of the absent input, an error as INCOMPLETE_UPSTREAM", async () => {
    const cases = [
      { id: "PCF", upstream: "PSZA", entity: player, drop: dropShots() },
      { id: "PCF", upstream: "TDZA", entity: opponent, drop: dropDefence() },
      { id: "PDC", upstream: "PSZA", entity: player, drop: dropShots() },
      { id: "PDC", upstream: "PCF", entity: player, drop: dropFactors() },
      { id: "MLFS", upstream: "PSZA", entity: player, drop: dropShots() },
      { id: "MLFS", upstream: "PCF", entity: player, drop: dropFactors() },
      { id: "MLFS", upstream: "PDC", entity: player, drop: dropForm() },
      { id: "MLFS", upstream: "TDZA", entity: opponent, drop: dropDefence() },
    ];
    for (const { id, upstream, entity, drop } of cases) {
      for (const category of carried) {
        const found = await failureAfter(id, player, [drop, fail(upstream, entity, category)]);
        assert.match(
          found,
          new RegExp(`^${category}: no row .*, ${category}: for a test$`),
          `${id} without ${upstream}`,
        );
      }
      const error = await failureAfter(id, player, [drop, fail(upstream, entity, "PROCESSING_ERROR")]);
      assert.match(
        error,
        /^INCOMPLETE_UPSTREAM: no row .*, PROCESSING_ERROR: for a test$/,
        `${id} without ${upstream}`,
      );
      assert.match(
        await failureAfter(id, player, [drop]),
        /^INCOMPLETE_UPSTREAM: no row .*, no failure either$/,
      );
    }
  });

  it("needs the contexts of the date", async () => {
    for (const id of ["PCF", "PDC", "MLFS"]) {
      assert.equal(
        await failureAfter(id, player, [dropContext(), dropShots(), fail("PSZA", player, "NO_SHOT_ZONE")]),
        "INCOMPLETE_UPSTREAM: no row in upcoming_player_game_context",
      );
    }
    assert.equal(
      await failureAfter("MLFS", player, [dropTeam()]),
      `INCOMPLETE_UPSTREAM: no row of ${opponent} for game ${game} in upcoming_team_game_context`,
    );
    for (const column of ["pace_differential", "projected_usage_rate", "usage_rate_last_10"]) {
      const change = `update nba_analytics.upcoming_player_game_context set ${column} = null where player_lookup = '${player}'`;
      assert.equal(
        await failureAfter("PCF", player, [change]),
        `INSUFFICIENT_DATA: upcoming_player_game_context has no ${column}`,
      );
    }
  });

  it("is not made for a hole in a long history, which the relation finds", async () => {
    const hole = `delete from nba_analytics.player_game_summary where player_lookup = '${player}' and game_date < date '${date}' and game_id in (
      select max(game_id) from nba_analytics.player_game_summary where player_lookup = '${player}' and game_date < date '${date}')`;
    async function replace(): Promise<readonly Row[]> {
      const rows = await runStep(season, "PDC", date);
      const found = rows.find((row) => row["player_lookup"] === player);
      await query(`update nba_precompute.player_daily_cache set games_played_season = ${Number(found?.["games_played_season"])}
                   where player_lookup = '${player}' and cache_date = date '${date}'`);
      return runRelation(season, { processor: "PDC", relation: "window complete", date });
    }
    assert.deepEqual(await withChanges(season, [], replace), []);
    const violations = await withChanges(season, [hole], replace);
    assert.deepEqual(
      violations.map((row) => row["entity_id"]),
      [player],
    );
  });

  it("has a category that raw bears out", async () => {
    for (const id of ["TDZA", "PSZA", "PDC"]) {
      const relation = "failure conditions hold in raw";
      assert.deepEqual(await runRelation(season, { processor: id, relation, date }), []);
      const wrong = `update nba_processing.precompute_failures set failure_category = 'NO_SHOT_ZONE'
        where failure_category = 'EXPECTED_INCOMPLETE' and processor_name = '${id}'`;
      const claim = fail(id, id === "TDZA" ? opponent : player, "EXPECTED_INCOMPLETE");
      const violations = await withChanges(season, [wrong, claim], () =>
        runRelation(season, { processor: id, relation, date }),
      );
      assert.ok(violations.length > 0, id);
    }
    for (const id of ["PCF", "MLFS"]) {
      const relation = "failures are carried";
      assert.deepEqual(await runRelation(season, { processor: id, relation, date }), []);
      const wrong = `update nba_processing.precompute_failures set failure_category = 'NO_SHOT_ZONE'
        where failure_category = 'EXPECTED_INCOMPLETE' and processor_name = '${id}'`;
      const violations = await withChanges(season, [wrong], () =>
        runRelation(season, { processor: id, relation, date }),
      );
      assert.ok(violations.length > 0, id);
    }
  });
});

/** Records a failure, as if the upstream had one. */
function fail(processor: string, entity: string, category: string): string {
  return `insert into nba_processing.precompute_failures (processor_name, analysis_date, entity_id, failure_category, failure_reason)
   values ('${processor}', date '${date}', '${entity}', '${category}', 'for a test')`;
}
