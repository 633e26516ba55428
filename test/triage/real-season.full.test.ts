import assert from "node:assert/strict";
import { assessPartitions, type Assessment } from "../../src/operations/assess-partitions.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { waiverDigest } from "../../src/plan/waivers/waiver-digest.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { recover } from "../../src/operations/recover.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Waiver } from "../../src/runbook/waiver.ts";
import { openSeason, withoutPublicSeason, type Season } from "../nba-cascade/season.ts";
import { testEffects } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutPublicSeason);

const range = { from: "2021-11-01" as CalendarDate, to: "2021-12-31" as CalendarDate };
const today = "2022-01-15" as CalendarDate;
const stated = ["PSZA", "PCF", "PDC", "MLFS"];

describe("the real November and December 2021", () => {
  let season: Season;
  let found: Assessment;
  before(async () => {
    season = await openSeason("public");
    found = await assess(season.runbook);
  });
  after(() => season[Symbol.asyncDispose]());

  it("holds November within its budgets and December over", () => {
    const verdicts = found.budgets
      .filter(({ processor }) => processor === "PSZA")
      .map(({ period, verdict, explained, expected }) => [period, verdict, explained, expected]);
    assert.deepEqual(verdicts, [
      ["P1", "within", 411, 1009],
      ["P2", "within", 761, 2514],
      ["P3", "within", 843, 4023],
      ["P4", "exceeded", 1321, 7392],
    ]);
    assert.deepEqual(found.failed, []);
  });

  it("asks a person about every December date of what failed, and reruns nothing", () => {
    const asked = found.decisions.filter(({ decision }) => decision !== "accept");
    assert.deepEqual([...new Set(asked.map(({ decision }) => decision))], ["investigate"]);
    assert.deepEqual([...new Set(asked.map(({ processor }) => processor))], stated);
    assert.deepEqual([...new Set(asked.map(({ date }) => date.slice(0, 7)))], ["2021-12"]);
    assert.equal(asked.length, 4 * 30);
    const accepted = found.decisions.filter(({ decision }) => decision === "accept");
    assert.deepEqual([...new Set(accepted.map(({ rule }) => rule))], ["early-season", "explained"]);
  });

  it("names the cause: players without five games, and how many of them came in December", () => {
    const decision = found.decisions.find(
      ({ processor, rule }) => processor === "PSZA" && rule === "over-budget",
    );
    const rate = decision?.path.find((step) => step.startsWith("rate is exceeded")) ?? "";
    assert.match(rate, /1321 of 7392 fail, 17\.9 %, at most 15\.0 %/);
    assert.match(rate, /EXPECTED_INCOMPLETE 755, INSUFFICIENT_DATA 557/);
    assert.match(rate, /105 players first listed on or after 2021-12-01: 394 of the 1321/);
    assert.equal(
      decision?.command,
      "cascade coverage nba-cascade --processor PSZA --start-date 2021-12-01 --end-date 2021-12-31 --reconcile",
    );
  });

  it("recovers nothing: a budget is for a person", async () => {
    const { runbook, warehouse } = season;
    const request = { runbook, assess: async () => (await assess(runbook)).decisions };
    const { rounds, remaining } = await recover(warehouse, request, testEffects());
    assert.deepEqual(rounds, []);
    assert.equal(remaining.length, 120);
  });

  it("shows a waived budget as exceeded (waived), its rate unchanged, and takes the date off the list", async () => {
    const waived = await assess(await withWaiver(0.18));
    const verdict = decemberOf(waived);
    assert.equal(verdict?.verdict, "exceeded (waived)");
    assert.equal(((verdict?.rate ?? 0) * 100).toFixed(1), "17.9");
    assert.equal(verdict?.explained, 1321);
    assert.deepEqual(decisionsOn(waived), ["accept"]);
  });

  it("does not take a waiver for more than its rate", async () => {
    const waived = await assess(await withWaiver(0.17));
    assert.equal(decemberOf(waived)?.verdict, "exceeded");
    assert.deepEqual(decisionsOn(waived), ["investigate"]);
  });

  it("lets the waiver lapse when the upstream content changes", async () => {
    const runbook = await withWaiver(0.18);
    await addFouls(1);
    assert.equal(decemberOf(await assess(runbook))?.verdict, "exceeded");
    await addFouls(-1);
    assert.equal(decemberOf(await assess(runbook))?.verdict, "exceeded (waived)");
  });

  async function addFouls(fouls: number): Promise<void> {
    const sql = `update nba_raw.nbac_gamebook_player_stats set personal_fouls = personal_fouls + ${fouls}
where game_date = date '2021-12-10' and player_status = 'active'`;
    await season.warehouse.execute([{ sql, purpose: "change the box scores of a day" }]);
  }

  async function assess(runbook: Runbook): Promise<Assessment> {
    return assessPartitions(season.warehouse, { runbook, selection: { range }, today });
  }

  async function withWaiver(maximumRate: number): Promise<Runbook> {
    const { runbook, warehouse } = season;
    const extent = { kind: "budget", processor: "PSZA", period: "P4", dates: [] } as const;
    const state = await readState(warehouse, runbook, range);
    const waiver: Waiver = {
      ...extent,
      id: "psza-p4",
      entities: [],
      maximumRate,
      reason: "players signed in the weeks of hardship exceptions have no history",
      approver: "tests",
      expires: "2022-06-30" as CalendarDate,
      digest: waiverDigest(runbook, state, extent),
      warehouse: warehouse.hashTag,
      place: { file: "waivers.yml", line: 1, column: 1 },
    };
    return { ...runbook, waivers: [waiver] };
  }
});

function decemberOf({ budgets }: Assessment): Assessment["budgets"][number] | undefined {
  return budgets.find(({ processor, period }) => processor === "PSZA" && period === "P4");
}

function decisionsOn({ decisions }: Assessment): readonly string[] {
  const december = decisions.filter(({ processor, date }) => processor === "PSZA" && date >= "2021-12-01");
  return [...new Set(december.map(({ decision }) => decision))];
}
