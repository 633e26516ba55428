import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runRecoverJob, type RecoverEffects } from "../../../src/github/jobs/recover-job.ts";
import type { RecoveryFile } from "../../../src/github/recovery/recovery-file.ts";
import { silentVoice } from "../actions/silent-voice.ts";
import { recoveryFile } from "./recovery-fixture.ts";
import { parseRunEvent, type WorkflowRunEvent } from "../../../src/github/recovery/run-event.ts";

const head = "a".repeat(40);
const run: WorkflowRunEvent["workflow_run"] = {
  id: 7,
  run_attempt: 1,
  event: "workflow_dispatch",
  path: ".github/workflows/backfill-web-events.yml",
  head_branch: "main",
  head_sha: head,
  head_repository: { full_name: "octo/cascade" },
  conclusion: "failure",
  html_url: "https://github.com/octo/cascade/actions/runs/7",
};
const repository = { full_name: "octo/cascade", default_branch: "main" };
const left = {
  runbook: "web-events",
  reportTo: "#12",
  subject: "2024-01-01..2024-01-05 duckdb #12",
  requestedBy: "octocat",
  round: 1,
  commands: ["cascade run runbooks/web-events --dates 2024-01-03"],
};
const failed = recoveryFile({ ...left, open: { rerun: 1 } });
const waiting = recoveryFile({ ...left, open: { upstreamFirst: 2 } });

type World = {
  readonly file?: RecoveryFile | undefined;
  readonly isHeld?: boolean;
  readonly headNow?: string;
  readonly attemptNow?: number;
};

/** What a recovery did, as lines, and what it showed on its page. */
async function recover(
  change: Partial<WorkflowRunEvent["workflow_run"]> = {},
  { file = failed, isHeld = false, headNow = head, attemptNow = 1 }: World = {},
): Promise<{ readonly did: readonly string[]; readonly page: string }> {
  const did: string[] = [];
  const pages: string[] = [];
  const effects: RecoverEffects = {
    voice: { ...silentVoice, summarise: (markdown) => Promise.resolve(void pages.push(markdown)) },
    api: {
      run: (id) =>
        Promise.resolve({
          id,
          workflow: run.path,
          attempt: attemptNow,
          url: run.html_url,
          isFinished: true,
          redJobs: ["x"],
        }),
      retry: (id) => Promise.resolve(void did.push(`retry ${id}`)),
      dispatch(workflow, { ref, inputs }) {
        did.push(`dispatch ${workflow} on ${ref} ${JSON.stringify(inputs)}`);
        return Promise.resolve(true);
      },
      headOf: () => Promise.resolve(headNow),
    },
    readHold: () => Promise.resolve(isHeld ? { who: "octocat", why: "", since: "" } : undefined),
    fetchRecovery: () => Promise.resolve(file),
    tell: () => Promise.resolve(void did.push("told")),
  };
  await runRecoverJob({ action: "completed", workflow_run: { ...run, ...change }, repository }, effects);
  return { did, page: pages.join("\n") };
}

describe("runRecoverJob()", () => {
  it("re-runs what failed, and says so in the report's thread", async () => {
    const { did, page } = await recover();
    assert.deepEqual(did, ["retry 7", "told"]);
    assert.match(page, /re-running the failed jobs of \[run 7\]/);
  });

  it("dispatches the next round of the same workflow, range and thread, on the commit that was seen", async () => {
    const { did } = await recover({}, { file: waiting });
    const inputs = {
      "start-date": "2024-01-01",
      "end-date": "2024-01-05",
      "report-to": "#12",
      "expected-sha": head,
      "requested-by": "octocat",
      round: "2",
    };
    assert.deepEqual(did, [`dispatch backfill-web-events.yml on main ${JSON.stringify(inputs)}`, "told"]);
    const onBigQuery = await recover(
      { path: ".github/workflows/backfill-web-events-bigquery.yml@main" },
      { file: waiting },
    );
    assert.match(onBigQuery.did[0] ?? "", /^dispatch backfill-web-events-bigquery\.yml /);
  });

  const foreign: readonly (readonly [string, Partial<WorkflowRunEvent["workflow_run"]>])[] = [
    ["a pull request's run", { event: "pull_request" }],
    ["a scheduled run", { event: "schedule" }],
    ["a run of a fork", { head_repository: { full_name: "mallory/cascade" } }],
    ["a run of a deleted fork", { head_repository: null }],
    ["a run of another branch", { head_branch: "feature" }],
    ["a run of a tag called like the branch", { path: `${run.path}@refs/tags/main` }],
    ["another workflow of the same name", { path: ".github/workflows/ci.yml" }],
    ["a workflow in another folder", { path: "x/.github/workflows/backfill-web-events.yml" }],
    ["a workflow of no runbook", { path: ".github/workflows/backfill-other.yml" }],
    ["a green run", { conclusion: "success" }],
    ["a cancelled run", { conclusion: "cancelled" }],
  ];
  for (const [what, change] of foreign) {
    it(`has nothing to do with ${what}`, async () => {
      assert.deepEqual(await recover(change), { did: [], page: "" });
    });
  }

  const obstacles: readonly (readonly [string, World, RegExp])[] = [
    ["is held", { isHeld: true }, /web-events is held; release it with `\/cascade` release/],
    ["has been re-run by somebody", { attemptNow: 2 }, /somebody has re-run or deleted it meanwhile/],
    ["has another commit by now", { headNow: "b".repeat(40) }, /the default branch has moved on/],
    [
      "left what another runbook decided",
      { file: { ...failed, runbook: "relay" } },
      /before it could decide/,
    ],
    [
      "needs a person",
      { file: { ...failed, open: { ...failed.open, investigate: 1 } } },
      /somebody has to look[^]*cascade run runbooks\/web-events --dates 2024-01-03/,
    ],
  ];
  for (const [what, world, said] of obstacles) {
    it(`starts nothing when the run ${what}`, async () => {
      const { did, page } = await recover({}, world);
      assert.deepEqual(did, []);
      assert.match(page, said);
    });
  }
});

describe("parseRunEvent()", () => {
  it("refuses the payload of another event", () => {
    assert.throws(() => parseRunEvent({ action: "created", comment: {} }), { code: "input-invalid" });
  });
});
