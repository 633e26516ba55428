import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runIngest } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import type { Decision } from "../../src/triage/decision.ts";
import { cascade, type Ending } from "./cascade.ts";
import { keepWarehouse, type KeptWarehouse } from "./kept-warehouse.ts";

const range = "--start-date 2021-11-01 --end-date 2021-11-10";

describe("the troubleshooting section of the plan", () => {
  let folder: string;
  let kept: KeptWarehouse;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-trouble-"));
    kept = await keepWarehouse(join(folder, "season.duckdb"), { isSeason: true });
    const runbook = await readRunbook("nba-cascade");
    if (runbook.sample === undefined) throw new Error("The runbook has no sample");
    const parameters = { last_date: "2021-11-12" };
    await runIngest(kept.warehouse, { runbook, ingest: runbook.sample, from: undefined, parameters });
    const { code } = await type(`cascade run nba-cascade ${range}`);
    assert.equal(code, 0);
    await kept.save(join(folder, "good.duckdb"));
  });
  after(async () => {
    await kept[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it("too many failures on Nov 5+: shows the gap upstream, and after its repair the commands that fill it", async () => {
    await trouble([
      "create table main.kept as select * from nba_raw.nbac_team_boxscore where game_date = date '2021-11-02'",
      "delete from nba_raw.nbac_team_boxscore where game_date = date '2021-11-02' and team_abbr < 'M'",
    ]);
    const run = await type(`cascade run nba-cascade ${range}`);
    assert.equal(run.code, 1);
    assert.equal((await type(`cascade coverage nba-cascade ${range}`)).code, 1);

    const { decisions } = await triage();
    const first = decisions.find(({ processor }) => processor === "PGS");
    assert.equal(first?.decision, "backfill-upstream-first");
    assert.match(
      first?.path[0] ?? "",
      /^upstream is unsettled \(nba_raw\.nbac_team_boxscore lacks rows on 2021-11-02\)$/,
    );
    assert.match(first?.command ?? "", /^cascade gaps nba-cascade --start-date 2021-11-02 /);
    const shown = await type(first?.command ?? "");
    assert.equal(shown.code, 1);
    assert.match(shown.stdout, /nbac_team_boxscore/);
    const recovery = await type(`cascade recover nba-cascade ${range}`);
    assert.equal(recovery.code, 1);
    assert.match(recovery.stdout, /left to people/);

    await change([
      "delete from nba_raw.nbac_team_boxscore where game_date = date '2021-11-02'",
      "insert into nba_raw.nbac_team_boxscore select * from main.kept",
      "drop table main.kept",
    ]);
    await typeAll(await triage());
    await passesAllGates();
  });

  it("checkpoint says complete but gaps exist: plans from the tables, so the commands build what is gone", async () => {
    await trouble([
      "delete from nba_precompute.player_shot_zone_analysis where analysis_date between date '2021-11-05' and date '2021-11-06'",
      "delete from nba_analytics.player_game_summary where game_date = date '2021-11-04'",
    ]);
    const gaps = await type(`cascade gaps nba-cascade ${range}`);
    assert.equal(gaps.code, 1);
    assert.match(gaps.stdout, /missing/);
    const { decisions } = await triage();
    assert.ok(decisions.some(({ path: facts }) => facts.includes("state is missing")));
    await typeAll({ decisions });
    await passesAllGates();
  });

  it("contamination detected: names the dates, reruns upstream, then downstream in order", async () => {
    await trouble([
      "update nba_precompute.team_defense_zone_analysis set paint_pct_allowed_last_15 = null where analysis_date = date '2021-11-09'",
      "update nba_raw.nbac_gamebook_player_stats set personal_fouls = personal_fouls - 1 where game_date = date '2021-11-08' and personal_fouls > 0",
    ]);
    const strict = await type(`cascade contamination nba-cascade ${range} --strict`);
    assert.equal(strict.code, 1);
    const { decisions } = await triage();
    const order = [...new Set(decisions.filter(isRun).map(({ processor }) => processor))];
    assert.deepEqual(order[0], "PGS");
    assert.ok(order.includes("TDZA") && order.indexOf("TDZA") < order.indexOf("PCF"));
    await typeAll({ decisions });
    await passesAllGates();
  });

  it("is what recover does by itself", async () => {
    await trouble([
      "update nba_precompute.team_defense_zone_analysis set paint_pct_allowed_last_15 = 0.5 where analysis_date = date '2021-11-09'",
      "delete from nba_analytics.player_game_summary where game_date = date '2021-11-04'",
    ]);
    assert.equal((await type(`cascade recover nba-cascade ${range}`)).code, 0);
    await passesAllGates();
  });

  /** The season as it was run, and what happened to it. */
  async function trouble(statements: readonly string[]): Promise<void> {
    await kept.restore(join(folder, "good.duckdb"));
    await change(statements);
  }

  function change(statements: readonly string[]): Promise<void> {
    return kept.warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the warehouse" })));
  }

  /** Types a line as it is printed, on the season. */
  function type(line: string): Promise<Ending> {
    const [program, ...args] = line.split(" ");
    assert.equal(program, "cascade", line);
    const warehouse = `duckdb:${join(folder, "season.duckdb")}`;
    return cascade([...args, "--warehouse", warehouse], { openPlace: kept.openPlace });
  }

  async function triage(): Promise<{ readonly decisions: readonly Decision[] }> {
    const { stdout: out } = await type(`cascade triage nba-cascade ${range} --json`);
    return JSON.parse(out) as { readonly decisions: readonly Decision[] };
  }

  /** Types every printed command once, in the order printed. */
  async function typeAll({ decisions }: { readonly decisions: readonly Decision[] }): Promise<void> {
    const lines = new Set(decisions.filter(isRun).map(({ command }) => command));
    assert.ok(lines.size > 0);
    for (const line of lines) {
      assert.match(line, /^cascade run nba-cascade --processor /);
      await type(line);
    }
  }

  async function passesAllGates(): Promise<void> {
    for (const line of ["gaps", "contamination --strict", "coverage --reconcile", "triage"]) {
      const [name = "", ...flags] = line.split(" ");
      const typed = await type(["cascade", name, "nba-cascade", range, ...flags].join(" "));
      assert.equal(typed.code, 0, `${line}\n${typed.stdout}`);
    }
  }
});

function isRun({ decision }: Pick<Decision, "decision">): boolean {
  return decision === "rerun" || decision === "backfill-upstream-first";
}
