import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();

describe("cascade new on the raw tables of a season", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-season-"));
    process.chdir(folder);
    await cascade(["sample", "nba-cascade", "--warehouse", "duckdb:season.duckdb"]);
    const { code, stderr } = await cascade(["new", "season", "--from", "duckdb:season.duckdb"]);
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("lints clean and runs green on seven tables and 175 dates", async () => {
    const lint = await cascade(["lint", "season"]);
    assert.deepEqual([lint.code, lint.stdout], [0, ""]);
    const { code, stdout, stderr } = await cascade(["run", "season"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Passed: season 2021-10-18 to 2022-04-10/);
    assert.match(stderr, /1,225 dates of 7 processors to do/);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [
      "a row twice",
      "insert into nba_raw.nbac_schedule select * from nba_raw.nbac_schedule where game_date = date '2021-12-01' limit 1",
      /nbac_schedule 2021-12-01: the key stands more than once/,
    ],
    [
      "points below 0",
      "update nba_raw.nbac_team_boxscore set points = -points where game_date = date '2021-12-02' and team_abbr = (select min(team_abbr) from nba_raw.nbac_team_boxscore where game_date = date '2021-12-02')",
      /nbac_team_boxscore 2021-12-02: points is below 0/,
    ],
  ];
  for (const [what, sql, expected] of wrong) {
    it(`finds ${what} afterwards`, async () => {
      await copyFile("season.duckdb", "kept.duckdb");
      await execute(sql);
      const { code, stdout, stderr } = await cascade(["run", "season"]);
      await copyFile("kept.duckdb", "season.duckdb");
      assert.equal(code, 1);
      assert.match(stdout + stderr, expected);
    });
  }
});

async function execute(sql: string): Promise<void> {
  await using warehouse = await openDuckDb({ path: "season.duckdb" });
  await warehouse.execute([{ sql, purpose: "put in something wrong" }]);
}
