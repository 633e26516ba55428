import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { GitHub } from "../fake/open-github.ts";
import { jobsOf, logOf, openRelay, type Finished } from "./relay-repository.ts";

describe("commands in the thread of a report", () => {
  it("are heard, answered, and carried out by those who may", async () => {
    await using relay = await openRelay({ people: { octocat: "write", guest: "read" } });
    const { github } = relay;
    const first = await relay.backfill();
    const issue = [...github.state.issues.values()].find(({ labels }) => labels.includes("cascade"));
    assert.ok(issue, logOf(first));

    await say(github, issue.number, "/cascade status");
    assert.match(lastComment(github), /^\*\*Done\*\*: status of relay/);
    assert.match(lastComment(github), /\| LAP +\| +10 \| +0 \|/);
    await say(github, issue.number, "/cascade why LAP 2024-01-03");
    assert.match(lastComment(github), /LAP 2024-01-03 \(period one\)/);
    await say(github, issue.number, "/cascade run", "guest");
    assert.match(lastComment(github), /^\*\*Refused\*\* \(`no-permission`\)/);

    const asked = github.state.comments.size;
    const stranger = await say(github, issue.number, "/cascade run", "mallory");
    assert.deepEqual(jobsOf(stranger), { command: "skipped", write: "skipped", answer: "skipped" });
    assert.equal(github.state.comments.size, asked + 1, "nobody answers a stranger");

    const hold = await say(github, issue.number, "/cascade hold the tracks are wet");
    assert.deepEqual(jobsOf(hold), { command: "success", write: "success", answer: "success" }, logOf(hold));
    assert.match(lastComment(github), /relay is held since/);
    await say(github, issue.number, "/cascade run");
    assert.match(lastComment(github), /^\*\*Refused\*\* \(`on-hold`\)/);
    await say(github, issue.number, "/cascade release");
    assert.match(lastComment(github), /relay is released; octocat had held it/);
    const before = github.state.runs.size;
    await say(github, issue.number, "/cascade run");
    assert.match(lastComment(github), /dispatched backfill-relay\.yml/);
    await github.settle();
    const runs = [...github.state.runs.values()].slice(before);
    assert.deepEqual(
      runs.map(({ workflowName, event }) => [workflowName, event.name]),
      [
        ["Commands", "issue_comment"],
        ["Backfill relay", "workflow_dispatch"],
      ],
    );
    const waive = `/cascade waive --processor LAP --dates 2024-01-03 --reason "rained off" --expires 2099-12-31`;
    const waived = await say(github, issue.number, waive);
    assert.match(
      lastComment(github),
      /compare\/main\.\.\.cascade\/waive-lap-2024-01-03\?expand=1/,
      logOf(waived),
    );
    assert.ok(github.state.refs.has("refs/heads/cascade/waive-lap-2024-01-03"));

    using change = mkdtempDisposableSync(join(tmpdir(), "cascade-change-"));
    cpSync("test/fixtures/relay", join(change.path, "runbooks/relay"), { recursive: true });
    appendFileSync(join(change.path, "runbooks/relay/lap.mjs"), "// Another way to count.\n");
    const files = ["runbooks/relay/lap.mjs"];
    const opened = { title: "Count", author: "octocat", branch: "count", folder: change.path, files };
    const { pull } = await github.openPull(opened);
    await say(github, pull.number, "/cascade plan");
    assert.match(lastComment(github), /^\*\*Done\*\*: plan of relay as commit `[0-9a-f]{12}` has it/);
    assert.match(lastComment(github), /28 dates to do in 3 cells/);
  });
});

/** Comments, waits for what that starts, and gives the command's run. */
async function say(github: GitHub, issue: number, body: string, author = "octocat"): Promise<Finished> {
  const [run] = await github.comment(issue, author, body);
  assert.ok(run, "the comment starts a run");
  const attempt = await github.finished(run);
  assert.ok(attempt.result);
  return { run, attempt, result: attempt.result };
}

function lastComment(github: GitHub): string {
  return [...github.state.comments.values()].at(-1)?.body ?? "";
}
