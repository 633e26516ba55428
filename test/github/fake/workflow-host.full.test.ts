import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunnerMoment } from "../runner/run-request.ts";
import { jobOf } from "../runner/run-result.ts";
import { openCheckout } from "../runner/small-checkout.ts";
import { openGitHub, type GitHub } from "./open-github.ts";
import { latestAttempt, type RecordedRun } from "./recorded-run.ts";

/** A step that asks the API as the job may, and puts out the status. */
function askStep(method: string, path: string, body?: object): string {
  const fetched = `fetch(process.env.GITHUB_API_URL + '/repos/octo/cascade' + process.env.ASK, { method: '${method}', headers: { authorization: 'token ' + process.env.TOKEN }${body === undefined ? "" : `, body: JSON.stringify(${JSON.stringify(body).replaceAll('"', "'")})`} })`;
  return `      - id: ask
        env: { TOKEN: "\${{ github.token }}", ASK: "${path}" }
        run: |
          node --input-type=module -e "const { status } = await ${fetched}; console.log('status=' + status)" >> "$GITHUB_OUTPUT"
`;
}

function workflow(name: string, on: string, job: string, head = ""): string {
  return `name: ${name}\non: ${on}\npermissions: {}\n${head}jobs:\n  a:\n    runs-on: ubuntu-latest\n    outputs: { status: "\${{ steps.ask.outputs.status }}" }\n${job}`;
}

const nothing = `    steps: [{ run: "true" }]\n`;

async function statusOf(github: GitHub, run: RecordedRun | undefined): Promise<string | undefined> {
  assert.ok(run);
  const { result } = await github.finished(run);
  assert.ok(result);
  return jobOf(result, "a").outputs["status"];
}

function checkoutOf(workflows: Readonly<Record<string, string>>) {
  const entries = Object.entries(workflows).map(
    ([name, text]) => [`.github/workflows/${name}`, text] as const,
  );
  return openCheckout(Object.fromEntries(entries));
}

describe("a job's token", () => {
  it("may do what the job's permissions say, and nothing else", async () => {
    const create = askStep("POST", "/issues", { title: "t" });
    using checkout = checkoutOf({
      "may.yml": workflow(
        "May",
        "workflow_dispatch",
        `    permissions: { issues: write }\n    steps:\n${create}`,
      ),
      "not.yml": workflow(
        "Not",
        "workflow_dispatch",
        `    permissions: { issues: read }\n    steps:\n${create}`,
      ),
    });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    assert.equal(await statusOf(github, await github.dispatch("may.yml")), "201");
    assert.equal(await statusOf(github, await github.dispatch("not.yml")), "403");
    assert.equal(github.state.issues.get(1)?.author, "github-actions[bot]");
    assert.deepEqual(
      github.requests.map(({ operation, job, status }) => [operation, job, status]),
      [
        ["issues/create", "a", 201],
        ["issues/create", "a", 403],
      ],
    );
  });

  it("is worth nothing when the job is over", async () => {
    using checkout = checkoutOf({ "a.yml": workflow("A", "workflow_dispatch", nothing) });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    await github.finished(await github.dispatch("a.yml"));
    assert.equal(github.state.tokens.size, 0);
  });

  it("starts a run when it dispatches, and none when it comments", async () => {
    using checkout = checkoutOf({
      "dispatch.yml": workflow(
        "Dispatch",
        "issue_comment",
        `    permissions: { actions: write }\n    steps:\n${askStep("POST", "/actions/workflows/other.yml/dispatches", { ref: "main" })}`,
      ),
      "other.yml": workflow(
        "Other",
        "workflow_dispatch",
        `    permissions: { issues: write }\n    steps:\n${askStep("POST", "/issues/1/comments", { body: "done" })}`,
      ),
    });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    github.openIssue({ title: "t", author: "alice" });
    const [run] = await github.comment(1, "alice", "/go");
    assert.equal(await statusOf(github, run), "204");
    await github.settle();
    const runs = [...github.state.runs.values()].map(({ workflowName, event }) => [
      workflowName,
      event.actor,
    ]);
    assert.deepEqual(runs, [
      ["Dispatch", "alice"],
      ["Other", "github-actions[bot]"],
    ]);
    assert.deepEqual(
      [...github.state.comments.values()].map(({ body }) => body),
      ["/go", "done"],
    );
  });
});

describe("a pull request from a fork", () => {
  const ask = `    permissions: { issues: write, contents: read }\n    steps:\n${askStep("POST", "/issues", { title: "t" })}      - { if: "always()", run: "test -z \\"$KEY\\"", env: { KEY: "\${{ secrets.KEY }}" } }\n`;

  it("gets a token that only reads, and no secrets", async () => {
    using checkout = checkoutOf({ "preview.yml": workflow("Preview", "pull_request", ask) });
    await using github = await openGitHub({ branches: { main: checkout.folder }, secrets: { KEY: "k" } });
    const { runs } = await github.openPull({
      title: "p",
      author: "eve",
      branch: "b",
      folder: checkout.folder,
      files: [],
      headRepository: "eve/cascade",
    });
    assert.equal(await statusOf(github, runs[0]), "403");
    assert.equal(runs[0] && latestAttempt(runs[0]).conclusion, "success");
  });

  it("runs the workflows whose paths it touches", async () => {
    using checkout = checkoutOf({
      "preview.yml": workflow("Preview", "{ pull_request: { paths: ['runbooks/**'] } }", nothing),
    });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const pull = { title: "p", author: "alice", branch: "b", folder: checkout.folder };
    const touching = await github.openPull({ ...pull, files: ["runbooks/a/b.yml"] });
    const other = await github.openPull({ ...pull, files: ["README.md"] });
    assert.deepEqual([touching.runs.length, other.runs.length], [1, 0]);
  });
});

describe("workflow_run", () => {
  it("follows the named workflow's every attempt, and is not followed itself", async () => {
    using checkout = checkoutOf({
      "a.yml": workflow("A", "workflow_dispatch", `    steps: [{ run: "false" }]\n`),
      "recover.yml": workflow(
        "Recover",
        "{ workflow_run: { workflows: [A, Recover], types: [completed] } }",
        `    if: github.event.workflow_run.conclusion == 'failure' && github.event.workflow_run.run_attempt == 1\n    permissions: { actions: write }\n    steps:\n${askStep("POST", "/actions/runs/${{ github.event.workflow_run.id }}/rerun-failed-jobs")}`,
      ),
    });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const run = await github.dispatch("a.yml");
    await github.settle();
    const { attempt, triggeringActor } = latestAttempt(run);
    assert.deepEqual([attempt, triggeringActor], [2, "github-actions[bot]"]);
    const followers = [...github.state.runs.values()].filter(
      ({ workflowName }) => workflowName === "Recover",
    );
    assert.deepEqual(
      followers.map((each) => latestAttempt(each).conclusion),
      ["success", "skipped"],
    );
  });
});

describe("a schedule", () => {
  it("starts the workflows that have one", async () => {
    using checkout = checkoutOf({
      "watch.yml": workflow("Watch", "{ schedule: [{ cron: '0 6 * * *' }] }", nothing),
      "a.yml": workflow("A", "workflow_dispatch", nothing),
    });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const runs = await github.emit({ name: "schedule", payload: { schedule: "0 6 * * *" } }, "octocat");
    await github.settle();
    assert.deepEqual(
      runs.map(({ workflowName }) => workflowName),
      ["Watch"],
    );
  });
});

describe("a concurrency group", () => {
  async function threeAtOnce(concurrency: string) {
    using checkout = checkoutOf({
      "a.yml": workflow("A", "workflow_dispatch", nothing, `concurrency: ${concurrency}\n`),
    });
    const order: string[] = [];
    function watch({ kind }: RunnerMoment): void {
      if (kind === "job-started" || kind === "job-completed") order.push(kind);
    }
    await using github = await openGitHub({ branches: { main: checkout.folder }, effects: { watch } });
    const runs = [
      await github.dispatch("a.yml"),
      await github.dispatch("a.yml"),
      await github.dispatch("a.yml"),
    ];
    await github.settle();
    return { conclusions: runs.map((run) => latestAttempt(run).conclusion), order };
  }

  it("with queue: max holds every run, one after the other", async () => {
    const { conclusions, order } = await threeAtOnce("{ group: g, queue: max }");
    assert.deepEqual(conclusions, ["success", "success", "success"]);
    assert.deepEqual(order, Array.from({ length: 3 }, () => ["job-started", "job-completed"]).flat());
  });

  it("without a queue keeps only the newest of those that wait", async () => {
    const { conclusions } = await threeAtOnce("g");
    assert.deepEqual(conclusions, ["success", "cancelled", "success"]);
  });

  it("with cancel-in-progress ends the run that holds it", async () => {
    const { conclusions } = await threeAtOnce("{ group: g, cancel-in-progress: true }");
    assert.deepEqual(conclusions, ["cancelled", "cancelled", "success"]);
  });

  it("is read with the run's inputs", async () => {
    const on = "{ workflow_dispatch: { inputs: { name: { type: string } } } }";
    using checkout = checkoutOf({
      "a.yml": workflow(
        "A",
        on,
        `    steps: [{ name: long, run: "exec sleep 30" }]\n`,
        'concurrency: "g-${{ inputs.name }}"\n',
      ),
    });
    const started = Promise.withResolvers<void>();
    let count = 0;
    function watch({ kind }: RunnerMoment): void {
      if (kind === "step-started") count += 1;
      if (count === 2) started.resolve();
    }
    await using github = await openGitHub({ branches: { main: checkout.folder }, effects: { watch } });
    const runs = [
      await github.dispatch("a.yml", { inputs: { name: "x" } }),
      await github.dispatch("a.yml", { inputs: { name: "y" } }),
    ];
    await started.promise;
    for (const run of runs) github.cancel(run);
    await github.settle();
    assert.deepEqual(
      runs.map((run) => latestAttempt(run).conclusion),
      ["cancelled", "cancelled"],
    );
  });
});
