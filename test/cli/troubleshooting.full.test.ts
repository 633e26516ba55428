import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runIngest } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Decision } from "../../src/triage/decision.ts";
import { typeLine } from "./cascade.ts";
import { onOneCore } from "../one-core.ts";

const range = "--start-date 2021-11-01 --end-date 2021-11-10";

describe("the troubleshooting section of the plan", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-trouble-"));
    const runbook = await readRunbook("nba-cascade");
    if (runbook.sample === undefined) throw new Error("The runbook has no sample");
    {
      await using warehouse = await onOneCore(await openDuckDb({ path: join(folder, "good.duckdb") }));
      const parameters = { last_date: "2021-11-12" };
      await runIngest(warehouse, { runbook, ingest: runbook.sample, from: undefined, parameters });
    }
    const { code } = await typeLine(`cascade run nba-cascade ${range}`, join(folder, "good.duckdb"));
    assert.equal(code, 0);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("too many failures on Nov 5+: shows the gap upstream, and after its repair the commands that fill it", async () => {
    const path = await scene("failures", [
      "create table main.kept as select * from nba_raw.nbac_team_boxscore where game_date = date '2021-11-02'",
      "delete from nba_raw.nbac_team_boxscore where game_date = date '2021-11-02' and team_abbr < 'M'",
    ]);
    const run = await typeLine(`cascade run nba-cascade ${range}`, path);
    assert.equal(run.code, 1);
    assert.equal((await typeLine(`cascade coverage nba-cascade ${range}`, path)).code, 1);

    const { decisions } = await triage(path);
    const first = decisions.find(({ processor }) => processor === "PGS");
    assert.equal(first?.decision, "backfill-upstream-first");
    assert.match(
      first?.path[0] ?? "",
      /^upstream is unsettled \(nba_raw\.nbac_team_boxscore lacks rows on 2021-11-02\)$/,
    );
    assert.match(first?.command ?? "", /^cascade gaps nba-cascade --start-date 2021-11-02 /);
    const shown = await typeLine(first?.command ?? "", path);
    assert.equal(shown.code, 1);
    assert.match(shown.stdout, /nbac_team_boxscore/);
    const recovery = await typeLine(`cascade recover nba-cascade ${range}`, path);
    assert.equal(recovery.code, 1);
    assert.match(recovery.stdout, /left to people/);

    await change(path, [
      "delete from nba_raw.nbac_team_boxscore where game_date = date '2021-11-02'",
      "insert into nba_raw.nbac_team_boxscore select * from main.kept",
      "drop table main.kept",
    ]);
    await typeAll(await triage(path), path);
    await passesAllGates(path);
  });

  it("checkpoint says complete but gaps exist: plans from the tables, so the commands build what is gone", async () => {
    const path = await scene("checkpoint", [
      "delete from nba_precompute.player_shot_zone_analysis where analysis_date between date '2021-11-05' and date '2021-11-06'",
      "delete from nba_analytics.player_game_summary where game_date = date '2021-11-04'",
    ]);
    const gaps = await typeLine(`cascade gaps nba-cascade ${range}`, path);
    assert.equal(gaps.code, 1);
    assert.match(gaps.stdout, /missing/);
    const { decisions } = await triage(path);
    assert.ok(decisions.some(({ path: facts }) => facts.includes("state is missing")));
    await typeAll({ decisions }, path);
    await passesAllGates(path);
  });

  it("contamination detected: names the dates, reruns upstream, then downstream in order", async () => {
    const path = await scene("contamination", [
      "update nba_precompute.team_defense_zone_analysis set paint_pct_allowed_last_15 = null where analysis_date = date '2021-11-09'",
      "update nba_raw.nbac_gamebook_player_stats set personal_fouls = personal_fouls - 1 where game_date = date '2021-11-08' and personal_fouls > 0",
    ]);
    const strict = await typeLine(`cascade contamination nba-cascade ${range} --strict`, path);
    assert.equal(strict.code, 1);
    const { decisions } = await triage(path);
    const order = [...new Set(decisions.filter(isRun).map(({ processor }) => processor))];
    assert.deepEqual(order[0], "PGS");
    assert.ok(order.includes("TDZA") && order.indexOf("TDZA") < order.indexOf("PCF"));
    await typeAll({ decisions }, path);
    await passesAllGates(path);
  });

  it("is what recover does by itself", async () => {
    const path = await scene("recover", [
      "update nba_precompute.team_defense_zone_analysis set paint_pct_allowed_last_15 = 0.5 where analysis_date = date '2021-11-09'",
      "delete from nba_analytics.player_game_summary where game_date = date '2021-11-04'",
    ]);
    assert.equal((await typeLine(`cascade recover nba-cascade ${range}`, path)).code, 0);
    await passesAllGates(path);
  });

  async function scene(name: string, statements: readonly string[]): Promise<string> {
    const path = join(folder, `${name}.duckdb`);
    await copyFile(join(folder, "good.duckdb"), path);
    await change(path, statements);
    return path;
  }
});

function isRun({ decision }: Pick<Decision, "decision">): boolean {
  return decision === "rerun" || decision === "backfill-upstream-first";
}

async function triage(path: string): Promise<{ readonly decisions: readonly Decision[] }> {
  const { stdout: out } = await typeLine(`cascade triage nba-cascade ${range} --json`, path);
  return JSON.parse(out) as { readonly decisions: readonly Decision[] };
}

/** Types every printed command once, in the order printed. */
async function typeAll(
  { decisions }: { readonly decisions: readonly Decision[] },
  path: string,
): Promise<void> {
  const lines = new Set(decisions.filter(isRun).map(({ command }) => command));
  assert.ok(lines.size > 0);
  for (const line of lines) {
    assert.match(line, /^cascade run nba-cascade --processor /);
    await typeLine(line, path);
  }
}

async function passesAllGates(path: string): Promise<void> {
  for (const line of ["gaps", "contamination --strict", "coverage --reconcile", "triage"]) {
    const [name = "", ...flags] = line.split(" ");
    const typed = await typeLine(["cascade", name, "nba-cascade", range, ...flags].join(" "), path);
    assert.equal(typed.code, 0, `${line}\n${typed.stdout}`);
  }
}

async function change(path: string, statements: readonly string[]): Promise<void> {
  await using warehouse = await onOneCore(await openDuckDb({ path }));
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the warehouse" })));
}
