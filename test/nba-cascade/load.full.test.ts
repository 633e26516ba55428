import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Fault } from "../../src/errors.ts";
import { runIngest, type IngestResult } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import type { Ingest } from "../../src/runbook/ingest.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { publicFolder, withoutPublicSeason } from "./season.ts";

const { after, before, describe, it } = testsThatNeed(withoutPublicSeason);
const publicFiles = publicFolder.pathname;

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-load-"));
});
after(() => rm(folder, { recursive: true, force: true }));

describe("the load of the public season", () => {
  it("fills every raw table", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    const { tables } = await load(warehouse, publicFiles);
    assert.deepEqual(Object.fromEntries(tables.map(({ table, rows }) => [table, rows])), {
      "nba_raw.nbac_schedule": 527,
      "nba_raw.nbac_gamebook_player_stats": 18_060,
      "nba_raw.nbac_team_boxscore": 1054,
      "nba_raw.bigdataball_play_by_play": 114_737,
      "nba_raw.odds_api_player_points_props": 347,
      "nba_raw.odds_api_game_lines": 1054,
      "nba_raw.nbac_injury_report": 3702,
    });
  });

  it("reports what it left out, and nothing else that is wrong", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    const { findings } = await load(warehouse, publicFiles);
    assert.deepEqual(
      findings
        .filter(({ check }) => check !== "rows loaded")
        .map(({ finding, occurrences }) => [finding, occurrences]),
      [
        ["play_by_play: attempts that stand twice", 2],
        ["player_props: higher of two lines, or a line again", 1],
        ["appearances of 0:00", 3],
        ["appearances without plus-minus", 8],
      ],
    );
  });

  it("knows who played, who sat and who was inactive on a date", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    await load(warehouse, publicFiles);
    assert.deepEqual(
      await read(
        warehouse,
        `select game_date, count(distinct game_id) as games,
           count(case when player_status = 'active' then 1 end) as active,
           count(case when player_status = 'dnp' then 1 end) as dnp,
           count(case when player_status = 'inactive' then 1 end) as inactive
         from nba_raw.nbac_gamebook_player_stats
         where game_date in (date '2021-11-01', date '2021-12-31')
         group by game_date
         order by game_date`,
      ),
      [
        { game_date: "2021-11-01", games: 9, active: 187, dnp: 55, inactive: 62 },
        { game_date: "2021-12-31", games: 10, active: 219, dnp: 44, inactive: 133 },
      ],
    );
  });

  it("gives both teams of a game mirrored lines, the favourite a negative one", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    await load(warehouse, publicFiles);
    assert.deepEqual(
      await read(
        warehouse,
        `select team_abbr, game_spread, game_total from nba_raw.odds_api_game_lines
         where game_id = '20211019_BKN_MIL' order by team_abbr`,
      ),
      [
        { team_abbr: "BKN", game_spread: 1.5, game_total: 233.5 },
        { team_abbr: "MIL", game_spread: -1.5, game_total: 233.5 },
      ],
    );
  });

  for (const broken of [
    {
      title: "two players with one lookup",
      file: "player_id_crosswalk",
      select:
        "select * replace (case when bref_player_id = 'foxde01' then 'P.J. Tucker' else nba_player_name end as nba_player_name) from original",
      message: /one lookup per player[\s\S]*"pjtucker" of foxde01, tuckepj01/,
    },
    {
      title: "minutes that are no MM:SS",
      file: "bref_player_box",
      select:
        "select * replace (case when game = '202110190MIL' then '31.5' else mp end as mp) from original where reason is null",
      message: /required values are there[\s\S]*nbac_gamebook_player_stats, active\.seconds_played/,
    },
    {
      title: "a score that is not the schedule's",
      file: "schedule",
      select: `select * replace ("h.s" + case when gid = '0022100001' then 1 else 0 end as "h.s") from original`,
      message: /box scores add up[\s\S]*points are not the score of the schedule \(1\)/,
    },
    {
      title: "a game that the schedule has twice",
      file: "schedule",
      select: "select * from original union all select * from original where gid = '0022100001'",
      message: /keys are unique/,
    },
  ]) {
    it(`stops on ${broken.title} and leaves the tables as they were`, async () => {
      await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
      const from = await folderWith(warehouse, broken);
      await assert.rejects(
        load(warehouse, from),
        (error) =>
          error instanceof Fault && error.code === "load-failed" && broken.message.test(error.message),
      );
      assert.deepEqual(await read(warehouse, "select count(*) as games from nba_raw.nbac_schedule"), [
        { games: 0 },
      ]);
    });
  }

  it("reports a final game with one team box row and loads the rest", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    const from = await folderWith(warehouse, {
      file: "team_game_log",
      select: `select * from original where not ("GAME_ID" = '0022100001' and "TEAM_ABBREVIATION" = 'BKN')`,
    });
    const { findings } = await load(warehouse, from);
    assert.ok(findings.some(({ finding }) => finding === "20211019_BKN_MIL: 1 team box rows"));
  });

  it("reports a shot without distance and names that belong to nobody", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    await folderWith(warehouse, {
      file: "shots",
      select: `select * from original where not ("GAME_ID" = 22100001 and "GAME_EVENT_ID" in (select min("GAME_EVENT_ID") from original where "GAME_ID" = 22100001))`,
    });
    const from = await folderWith(warehouse, {
      file: "injury_report",
      select: `select * replace (case when "playerName" = 'Irving, Kyrie' then 'Nobody, Known' else "playerName" end as "playerName") from original`,
      keep: true,
    });
    const { findings } = await load(warehouse, from);
    const texts = new Set(findings.map(({ finding }) => finding));
    assert.ok(texts.has("20211019_BKN_MIL: shots without distance"));
    assert.ok(texts.has('injury report: "knownnobody" of BKN is not in the crosswalk'));
  });
});

async function loadOf(): Promise<Ingest> {
  const { load: ingest } = await readRunbook("runbooks/nba-cascade");
  assert.ok(ingest);
  return ingest;
}

async function load(warehouse: Warehouse, from: string): Promise<IngestResult> {
  const runbook = await readRunbook("runbooks/nba-cascade");
  return runIngest(warehouse, { runbook, ingest: await loadOf(), from, parameters: {} });
}

async function read(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  return warehouse.query({ sql, purpose: "read what was loaded" });
}

/** A folder with the public files of which one is replaced by what `select` makes of it (as `original`). */
async function folderWith(
  warehouse: Warehouse,
  change: { readonly file: string; readonly select: string; readonly keep?: boolean },
): Promise<string> {
  const target = join(folder, "files");
  if (change.keep !== true) await linkPublicFiles(target);
  const path = join(target, `${change.file}.parquet`);
  await unlink(path);
  await warehouse.execute([
    {
      sql: `copy (with original as (from read_parquet('${publicFiles}${change.file}.parquet')) ${change.select}) to '${path}' (format parquet)`,
      purpose: "write the changed file",
    },
  ]);
  return target;
}

async function linkPublicFiles(target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  const names = (await readdir(publicFiles)).filter((name) => name.endsWith(".parquet"));
  await Promise.all(names.map((name) => symlink(resolve(publicFiles, name), join(target, name))));
}
