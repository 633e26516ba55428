import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rememberAnswers } from "../../src/gates/remember-answers.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { octoberToDecember, openSeason, withoutPublicSeason } from "../nba-cascade/season.ts";
import { checkSeed, windowOf } from "./clean-seeds.ts";
import { runWholeGates } from "./whole-gates.ts";

/** A few of the 200 that `npm run seeds` takes, two of which raised an alarm once; together they move through all lengths of windows. */
const seeds = [39, 68, 76];

const realSeason = { skip: withoutPublicSeason };

describe("the gates on clean seasons", () => {
  it("raise no alarm, strictly, from October to December, in a window of it, or from January to April", async () => {
    const runbook = await readRunbook("nba-cascade");
    for (const seed of seeds) {
      const { alarms } = await checkSeed(runbook, seed);
      assert.deepEqual(alarms, [], `seed ${seed}`);
    }
  });

  it("raise no alarm in short windows of the real season but for its December", realSeason, async () => {
    await using season = await openSeason("public");
    const { runbook } = season;
    const warehouse = rememberAnswers(season.warehouse);
    const { calendar } = await readState(warehouse, runbook, octoberToDecember);
    const dates = calendar.map(({ date }) => date);
    const windows = [1, 3, 10, 20, 30].flatMap((length) =>
      [0, 4].map((seed) => windowOf(dates, length, seed)),
    );
    for (const range of [octoberToDecember, ...windows]) {
      const kinds = ["gaps", "contract", "contamination", "coverage"] as const;
      const results = await runWholeGates(warehouse, runbook, { range, kinds });
      const alarms = results.filter(({ status }) => status !== "passed").map(({ summary }) => summary);
      assert.deepEqual(alarms, [], `${range.from} to ${range.to}`);
    }
    const [budgets] = await runWholeGates(warehouse, runbook, {
      range: octoberToDecember,
      kinds: ["budget"],
    });
    assert.match(budgets?.summary ?? "", /^PSZA P4 exceeded \(17\.9 %\)/);
  });
});
