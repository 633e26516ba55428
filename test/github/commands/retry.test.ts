import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import {
  carryOut,
  type AllowedCommand,
  type CarryOutEffects,
} from "../../../src/github/commands/carry-out.ts";
import type { RunFacts } from "../../../src/github/commands/command-api.ts";
import type { RecoveryFile } from "../../../src/github/recovery/recovery-file.ts";
import { recoveryFile } from "../recovery/recovery-fixture.ts";

const range = { from: "2024-01-01" as CalendarDate, to: "2024-01-05" as CalendarDate };
const command: AllowedCommand = {
  name: "retry",
  args: { kind: "arguments", runbook: undefined, options: {}, positionals: [] },
  runbook: "relay",
  subject: { runbook: "relay", range, warehouse: "duckdb", runId: 7, isOwnIssue: true },
  thread: 1,
  login: "octocat",
  branch: "main",
  commit: "a".repeat(40),
};
const workflow = ".github/workflows/backfill-relay.yml";
const red: RunFacts = {
  id: 7,
  workflow,
  attempt: 1,
  url: "u",
  isFinished: true,
  redJobs: ["LAP one", "Report"],
};
const judged = ["Gate final-budgets", "Report"];
type World = {
  readonly run?: Partial<RunFacts> | undefined;
  readonly open?: Partial<RecoveryFile["open"]>;
  readonly unanswered?: number;
  readonly subject?: undefined;
};

/** What is answered, and what of the run's recovery was asked for. */
async function retry(world: World): Promise<readonly [answer: string, acts: readonly string[]]> {
  const acts: string[] = [];
  const unused = (): never => assert.fail("a retry asks for nothing else");
  const effects: CarryOutEffects = {
    api: {
      run: () =>
        Promise.resolve("run" in world && world.run === undefined ? undefined : { ...red, ...world.run }),
      retry: (id) => Promise.resolve(void acts.push(`retry ${id}`)),
      dispatch: unused,
    },
    fetchRecovery(id, attempt) {
      acts.push(`look at ${id}/${attempt}`);
      const { open, unanswered = 0 } = world;
      return Promise.resolve(open && recoveryFile({ unanswered, open: { investigate: 2, ...open } }));
    },
    isHeld: unused,
    handState: unused,
    typeLine: unused,
    readWaivers: unused,
  };
  const asked = "subject" in world ? { ...command, subject: undefined } : command;
  const outcome = await carryOut(asked, effects);
  return [outcome.kind === "refused" ? outcome.reason : outcome.kind, acts];
}

const cases: readonly (readonly [string, World, string, readonly string[]])[] = [
  ["jobs that failed", {}, "done", ["retry 7"]],
  ["a thread without a run", { subject: undefined }, "nothing-to-retry", []],
  ["a run that was deleted", { run: undefined }, "nothing-to-retry", []],
  [
    "a run of another workflow",
    { run: { workflow: ".github/workflows/deploy.yml" } },
    "nothing-to-retry",
    [],
  ],
  ["a run of a fork's code", { run: { workflow: undefined } }, "nothing-to-retry", []],
  ["a run that goes on", { run: { isFinished: false } }, "still-running", []],
  ["a green run", { run: { redJobs: [] } }, "nothing-to-retry", []],
  ["a red report only", { run: { redJobs: ["Report"] } }, "budget-only", []],
  [
    "red gates that nothing would change",
    { run: { redJobs: judged }, open: {} },
    "budget-only",
    ["look at 7/1"],
  ],
  [
    "red gates, and dates to run again",
    { run: { redJobs: judged }, open: { rerun: 1 } },
    "done",
    ["look at 7/1", "retry 7"],
  ],
  [
    "a gate that got no answer",
    { run: { redJobs: judged }, open: {}, unanswered: 1 },
    "done",
    ["look at 7/1", "retry 7"],
  ],
  ["red gates of a run that left nothing", { run: { redJobs: judged } }, "done", ["look at 7/1", "retry 7"]],
  ["the eleventh attempt", { run: { attempt: 10 } }, "too-many-attempts", []],
];

describe("/cascade retry", () => {
  for (const [found, world, answer, acts] of cases) {
    it(`${found}: ${answer}`, async () => {
      assert.deepEqual(await retry(world), [answer, acts]);
    });
  }
});
