import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Octokit } from "octokit";
import { openCheckout } from "../runner/small-checkout.ts";
import { secondaryLimit, serverError } from "./faults.ts";
import { openGitHub, type GitHub } from "./open-github.ts";

const here = { owner: "octo", repo: "cascade" };

const workflow = `name: Backfill
on:
  workflow_dispatch:
    inputs:
      days: { type: number, default: 3 }
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: test "$ATTEMPT" = 2
        env: { ATTEMPT: "\${{ github.run_attempt }}" }
  b:
    runs-on: ubuntu-latest
    steps: [{ run: "true" }]
`;

function octokitOf(github: GitHub, auth = github.tokenOf("alice")): Octokit {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({
    auth,
    baseUrl: github.url,
    log: quiet,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
}

async function statusOf(request: Promise<unknown>): Promise<number> {
  try {
    await request;
    return 200;
  } catch (error) {
    return (error as { readonly status: number }).status;
  }
}

function byText(a: unknown, b: unknown): number {
  return String(a).localeCompare(String(b));
}

const people = { alice: "write", bob: "read" } as const;

describe("issues", () => {
  it("are created, read, changed and listed by label", async () => {
    await using github = await openGitHub({ people });
    const { rest } = octokitOf(github);
    const { data: created } = await rest.issues.create({
      ...here,
      title: "Report",
      body: "one",
      labels: ["cascade"],
    });
    await rest.issues.update({
      ...here,
      issue_number: created.number,
      body: "two",
      state: "closed",
      state_reason: "completed",
    });
    await rest.issues.create({ ...here, title: "Other" });
    const { data: read } = await rest.issues.get({ ...here, issue_number: created.number });
    const { data: listed } = await rest.issues.listForRepo({ ...here, labels: "cascade", state: "all" });
    assert.deepEqual([read.body, read.state, read.user?.login], ["two", "closed", "alice"]);
    assert.deepEqual(
      listed.map(({ number }) => number),
      [created.number],
    );
  });

  it("answer 410 where they are off", async () => {
    await using github = await openGitHub({ people });
    github.state.hasIssues = false;
    const { rest } = octokitOf(github);
    assert.equal(await statusOf(rest.issues.create({ ...here, title: "Report" })), 410);
    assert.equal((await rest.repos.get(here)).data.has_issues, false);
  });

  it("take labels on and off", async () => {
    await using github = await openGitHub({ people });
    const { number } = github.openIssue({ title: "Report", author: "bob" });
    const { rest } = octokitOf(github);
    await rest.issues.createLabel({ ...here, name: "cascade", color: "00ff00" });
    assert.equal(await statusOf(rest.issues.createLabel({ ...here, name: "cascade" })), 422);
    await rest.issues.addLabels({ ...here, issue_number: number, labels: ["cascade", "red"] });
    const { data } = await rest.issues.removeLabel({ ...here, issue_number: number, name: "red" });
    assert.deepEqual(
      data.map(({ name }) => name),
      ["cascade"],
    );
    assert.equal((await rest.issues.getLabel({ ...here, name: "cascade" })).data.color, "00ff00");
    assert.equal((await rest.issues.listLabelsOnIssue({ ...here, issue_number: number })).data.length, 1);
    assert.equal((await rest.issues.listLabelsForRepo(here)).data.length, 2);
  });
});

describe("comments", () => {
  it("are written, changed, reacted to and removed", async () => {
    await using github = await openGitHub({ people });
    const { number } = github.openIssue({ title: "Report", author: "bob" });
    const { rest } = octokitOf(github);
    const { data: comment } = await rest.issues.createComment({ ...here, issue_number: number, body: "one" });
    await rest.issues.updateComment({ ...here, comment_id: comment.id, body: "two" });
    assert.equal((await rest.issues.getComment({ ...here, comment_id: comment.id })).data.body, "two");
    await rest.reactions.createForIssueComment({ ...here, comment_id: comment.id, content: "eyes" });
    const again = await rest.reactions.createForIssueComment({
      ...here,
      comment_id: comment.id,
      content: "eyes",
    });
    const { data: reactions } = await rest.reactions.listForIssueComment({ ...here, comment_id: comment.id });
    assert.deepEqual([again.status, reactions.length], [200, 1]);
    await rest.issues.deleteComment({ ...here, comment_id: comment.id });
    assert.deepEqual((await rest.issues.listComments({ ...here, issue_number: number })).data, []);
  });

  it("come in pages", async () => {
    await using github = await openGitHub({ people });
    const { number } = github.openIssue({ title: "Report", author: "bob" });
    for (let index = 0; index < 45; index += 1) await github.comment(number, "bob", String(index));
    const octokit = octokitOf(github);
    const all = await octokit.paginate(octokit.rest.issues.listComments, {
      ...here,
      issue_number: number,
      per_page: 20,
    });
    assert.deepEqual(
      all.map(({ body }) => body),
      Array.from({ length: 45 }, (_, index) => String(index)),
    );
    assert.equal(github.requests.length, 3);
  });

  it("of 65,537 characters are refused", async () => {
    await using github = await openGitHub({ people });
    const { number } = github.openIssue({ title: "Report", author: "bob" });
    const { rest } = octokitOf(github);
    await rest.issues.createComment({ ...here, issue_number: number, body: "x".repeat(65_536) });
    const long = rest.issues.createComment({ ...here, issue_number: number, body: "x".repeat(65_537) });
    assert.equal(await statusOf(long), 422);
  });
});

describe("the contract", () => {
  it("is broken by an operation, a field or a query that GitHub does not have", async () => {
    const github = await openGitHub({ people });
    const octokit = octokitOf(github);
    const wrong: readonly (readonly [route: string, fields: Record<string, unknown>])[] = [
      ["/repos/{owner}/{repo}/nothing", {}],
      ["/repos/{owner}/{repo}/issues", { method: "POST", title: "t", labels: 5 }],
      ["/repos/{owner}/{repo}/issues", { perpage: 3 }],
    ];
    for (const [route, fields] of wrong) {
      assert.equal(await statusOf(octokit.request({ method: "GET", url: route, ...here, ...fields })), 400);
    }
    assert.equal(github.violations.length >= 3, true);
    await assert.rejects(async () => github[Symbol.asyncDispose](), /contract was broken/);
  });
});

describe("access", () => {
  it("is refused without the permission, with an unknown token, and to readers", async () => {
    await using github = await openGitHub({ people });
    github.state.tokens.set("ghs_job", {
      login: "github-actions[bot]",
      permissions: { issues: "read" },
      job: "a",
    });
    const create = (auth: string) => octokitOf(github, auth).rest.issues.create({ ...here, title: "t" });
    assert.equal(await statusOf(create("ghs_job")), 403);
    assert.equal(await statusOf(create("ghs_other")), 401);
    assert.equal(await statusOf(create(github.tokenOf("bob"))), 403);
    assert.equal(await statusOf(octokitOf(github, "ghs_job").rest.issues.listForRepo(here)), 200);
  });

  it("to a pull request's comments takes the permission for pull requests", async () => {
    using checkout = openCheckout({ "README.md": "" });
    await using github = await openGitHub({ people, branches: { main: checkout.folder } });
    const { pull } = await github.openPull({
      title: "p",
      author: "bob",
      branch: "b",
      folder: checkout.folder,
      files: [],
    });
    github.state.tokens.set("issues", { login: "github-actions[bot]", permissions: { issues: "write" } });
    github.state.tokens.set("pulls", {
      login: "github-actions[bot]",
      permissions: { "pull-requests": "write" },
    });
    const comment = { ...here, issue_number: pull.number, body: "x" };
    assert.equal(await statusOf(octokitOf(github, "issues").rest.issues.createComment(comment)), 403);
    assert.equal(await statusOf(octokitOf(github, "pulls").rest.issues.createComment(comment)), 200);
  });

  it("of people is told by their role", async () => {
    await using github = await openGitHub({ people: { alice: "maintain", bob: "triage" } });
    const { rest } = octokitOf(github);
    const { data: alice } = await rest.repos.getCollaboratorPermissionLevel({ ...here, username: "alice" });
    const { data: bob } = await rest.repos.getCollaboratorPermissionLevel({ ...here, username: "bob" });
    assert.deepEqual([alice.permission, alice.role_name, bob.permission], ["write", "maintain", "read"]);
    assert.equal(
      await statusOf(rest.repos.getCollaboratorPermissionLevel({ ...here, username: "nobody" })),
      404,
    );
  });

  it("ends when the rate limit is used up", async () => {
    await using github = await openGitHub({ people, rateLimit: 2 });
    const { rest } = octokitOf(github);
    const { headers } = await rest.repos.get(here);
    assert.equal(headers["x-ratelimit-remaining"], "1");
    await rest.repos.get(here);
    assert.equal(await statusOf(rest.repos.get(here)), 403);
  });
});

describe("faults", () => {
  it("hit the operation and the times they name", async () => {
    await using github = await openGitHub({ people });
    const { rest } = octokitOf(github);
    github.inject({ operation: "issues/create", after: 1, times: 2, answer: serverError });
    const statuses = [];
    for (let index = 0; index < 4; index += 1)
      statuses.push(await statusOf(rest.issues.create({ ...here, title: "t" })));
    assert.deepEqual(statuses, [200, 500, 500, 200]);
    assert.equal(github.state.issues.size, 2);
  });

  it("may strike after the work is done", async () => {
    await using github = await openGitHub({ people });
    github.inject({ answer: serverError, applied: true });
    assert.equal(await statusOf(octokitOf(github).rest.issues.create({ ...here, title: "t" })), 500);
    assert.equal(github.state.issues.size, 1);
  });

  it("are secondary limits and cut connections too", async () => {
    await using github = await openGitHub({ people });
    const { rest } = octokitOf(github);
    github.inject({ answer: secondaryLimit(7) });
    await assert.rejects(rest.repos.get(here), { status: 403 });
    github.inject({ answer: "reset" });
    await assert.rejects(rest.repos.get(here), { status: 500 });
    assert.deepEqual(
      github.requests.map(({ status }) => status),
      [403, 0],
    );
  });
});

describe("git", () => {
  it("holds a ref with an orphan commit", async () => {
    await using github = await openGitHub({ people });
    const { rest } = octokitOf(github);
    const { data: tree } = await rest.git.createTree({
      ...here,
      tree: [{ path: "lock.json", mode: "100644", type: "blob", content: "{}" }],
    });
    const { data: commit } = await rest.git.createCommit({
      ...here,
      message: "Hold",
      tree: tree.sha,
      parents: [],
    });
    const ref = { ...here, ref: "refs/cascade/hold/nba", sha: commit.sha };
    await rest.git.createRef(ref);
    assert.equal(await statusOf(rest.git.createRef(ref)), 422);
    const { data: held } = await rest.git.getRef({ ...here, ref: "cascade/hold/nba" });
    const { data: files } = await rest.git.getTree({ ...here, tree_sha: commit.tree.sha });
    const { data: blob } = await rest.git.getBlob({ ...here, file_sha: files.tree[0]?.sha ?? "" });
    assert.deepEqual([held.object.sha, Buffer.from(blob.content, "base64").toString()], [commit.sha, "{}"]);
    assert.equal((await rest.git.listMatchingRefs({ ...here, ref: "cascade/hold" })).data.length, 1);
    await rest.git.deleteRef({ ...here, ref: "cascade/hold/nba" });
    assert.equal(await statusOf(rest.git.getRef({ ...here, ref: "cascade/hold/nba" })), 404);
  });

  it("takes a branch with a changed file, and only forward", async () => {
    using checkout = openCheckout({ "runbook.yml": "a: 1\n" });
    await using github = await openGitHub({ people, branches: { main: checkout.folder } });
    const { rest } = octokitOf(github);
    const { data: main } = await rest.git.getRef({ ...here, ref: "heads/main" });
    const { data: head } = await rest.git.getCommit({ ...here, commit_sha: main.object.sha });
    const { data: file } = await rest.git.createBlob({ ...here, content: "YTogMgo=", encoding: "base64" });
    const { data: tree } = await rest.git.createTree({
      ...here,
      base_tree: head.tree.sha,
      tree: [{ path: "waivers.yml", mode: "100644", type: "blob", sha: file.sha }],
    });
    const { data: commit } = await rest.git.createCommit({
      ...here,
      message: "Waive",
      tree: tree.sha,
      parents: [head.sha],
    });
    await rest.git.createRef({ ...here, ref: "refs/heads/waive", sha: head.sha });
    await rest.git.updateRef({ ...here, ref: "heads/waive", sha: commit.sha });
    assert.equal(await statusOf(rest.git.updateRef({ ...here, ref: "heads/waive", sha: head.sha })), 422);
    const { data: content } = await rest.repos.getContent({ ...here, path: "waivers.yml", ref: "waive" });
    assert.equal("content" in content && Buffer.from(content.content, "base64").toString(), "a: 2\n");
    assert.equal(await statusOf(rest.repos.getContent({ ...here, path: "waivers.yml" })), 404);
    assert.equal((await rest.repos.getBranch({ ...here, branch: "waive" })).data.commit.sha, commit.sha);
    assert.equal((await rest.repos.getCommit({ ...here, ref: "waive" })).data.sha, commit.sha);
  });

  it("reads folders and writes files of a branch", async () => {
    using checkout = openCheckout({ "runbooks/a.yml": "a", "runbooks/b.yml": "b" });
    await using github = await openGitHub({ people, branches: { main: checkout.folder } });
    const { rest } = octokitOf(github);
    const { data: folder } = await rest.repos.getContent({ ...here, path: "runbooks" });
    assert.deepEqual(Array.isArray(folder) && folder.map(({ name }) => name), ["a.yml", "b.yml"]);
    const change = { ...here, path: "runbooks/c.yml", message: "Add", content: "Yw==" };
    assert.equal((await rest.repos.createOrUpdateFileContents(change)).status, 201);
    assert.equal(await statusOf(rest.repos.createOrUpdateFileContents(change)), 409);
  });
});

describe("pull requests and checks", () => {
  it("are shown and listed", async () => {
    using checkout = openCheckout({ "README.md": "" });
    await using github = await openGitHub({ people, branches: { main: checkout.folder } });
    const { pull } = await github.openPull({
      title: "p",
      author: "bob",
      branch: "b",
      folder: checkout.folder,
      files: ["README.md"],
      headRepository: "bob/cascade",
    });
    const { rest } = octokitOf(github);
    const { data } = await rest.pulls.get({ ...here, pull_number: pull.number });
    assert.deepEqual(
      [data.head.repo?.full_name, data.base.ref, data.head.sha],
      ["bob/cascade", "main", pull.pull?.headSha],
    );
    assert.equal((await rest.pulls.list({ ...here, head: "bob:b" })).data.length, 1);
    assert.deepEqual(
      (await rest.pulls.listFiles({ ...here, pull_number: pull.number })).data.map(
        ({ filename }) => filename,
      ),
      ["README.md"],
    );
  });

  it("keep check runs", async () => {
    await using github = await openGitHub({ people });
    const { rest } = octokitOf(github);
    const annotation = {
      path: "a",
      start_line: 1,
      end_line: 1,
      annotation_level: "warning",
      message: "m",
    } as const;
    const { data } = await rest.checks.create({
      ...here,
      name: "cascade",
      head_sha: "a".repeat(40),
      output: { title: "t", summary: "s", annotations: [annotation] },
    });
    await rest.checks.update({ ...here, check_run_id: data.id, conclusion: "success" });
    const { data: read } = await rest.checks.get({ ...here, check_run_id: data.id });
    assert.deepEqual(
      [read.conclusion, read.status, read.output.annotations_count],
      ["success", "completed", 1],
    );
    assert.equal((await rest.checks.listAnnotations({ ...here, check_run_id: data.id })).data.length, 1);
    assert.equal((await rest.checks.listForRef({ ...here, ref: "a".repeat(40) })).data.total_count, 1);
  });
});

describe("workflow runs", () => {
  it("are dispatched, listed, re-run and told by attempt", async () => {
    using checkout = openCheckout({ ".github/workflows/backfill.yml": workflow });
    await using github = await openGitHub({ people, branches: { main: checkout.folder } });
    const { rest } = octokitOf(github);
    const dispatch = { ...here, workflow_id: "backfill.yml", ref: "main", return_run_details: true };
    const { data: started } = await rest.actions.createWorkflowDispatch(dispatch);
    const id = (started as unknown as { readonly workflow_run_id: number }).workflow_run_id;
    await github.settle();
    const { data: first } = await rest.actions.getWorkflowRun({ ...here, run_id: id });
    assert.deepEqual([first.conclusion, first.run_attempt, first.actor?.login], ["failure", 1, "alice"]);
    await rest.actions.reRunWorkflowFailedJobs({ ...here, run_id: id });
    await github.settle();
    const { data: second } = await rest.actions.getWorkflowRun({ ...here, run_id: id });
    assert.deepEqual([second.conclusion, second.run_attempt], ["success", 2]);
    const { data: latest } = await rest.actions.listJobsForWorkflowRun({ ...here, run_id: id });
    assert.deepEqual(latest.jobs.map(({ name, run_attempt: attempt }) => [name, attempt]).toSorted(byText), [
      ["a", 2],
      ["b", 1],
    ]);
    const { data: all } = await rest.actions.listJobsForWorkflowRun({ ...here, run_id: id, filter: "all" });
    assert.equal(all.total_count, 3);
    const { data: attempt } = await rest.actions.listJobsForWorkflowRunAttempt({
      ...here,
      run_id: id,
      attempt_number: 1,
    });
    assert.deepEqual(attempt.jobs.map(({ name, conclusion }) => [name, conclusion]).toSorted(byText), [
      ["a", "failure"],
      ["b", "success"],
    ]);
    const { data: old } = await rest.actions.getWorkflowRunAttempt({
      ...here,
      run_id: id,
      attempt_number: 1,
    });
    assert.equal(old.conclusion, "failure");
    assert.equal(
      (await rest.actions.getJobForWorkflowRun({ ...here, job_id: all.jobs[0]?.id ?? 0 })).data.run_id,
      id,
    );
    assert.equal(await statusOf(rest.actions.reRunWorkflowFailedJobs({ ...here, run_id: id })), 403);
    await rest.actions.reRunWorkflow({ ...here, run_id: id });
    await github.settle();
    assert.equal(
      (await rest.actions.listWorkflowRunsForRepo({ ...here, event: "workflow_dispatch" })).data.total_count,
      1,
    );
    assert.equal(
      (await rest.actions.listWorkflowRuns({ ...here, workflow_id: "backfill.yml", status: "failure" })).data
        .total_count,
      1,
    );
    assert.equal(await statusOf(rest.actions.cancelWorkflowRun({ ...here, run_id: id })), 409);
  });

  it("are refused with a wrong input, branch, file or without the trigger", async () => {
    using checkout = openCheckout({
      ".github/workflows/backfill.yml": workflow,
      ".github/workflows/other.yml": workflow.replace(
        "workflow_dispatch:\n    inputs:\n      days: { type: number, default: 3 }",
        "push:",
      ),
    });
    await using github = await openGitHub({ people, branches: { main: checkout.folder } });
    const { rest } = octokitOf(github);
    const dispatch = { ...here, workflow_id: "backfill.yml", ref: "main" };
    assert.equal(
      await statusOf(rest.actions.createWorkflowDispatch({ ...dispatch, inputs: { days: "x" } })),
      422,
    );
    assert.equal(
      await statusOf(rest.actions.createWorkflowDispatch({ ...dispatch, inputs: { nights: "1" } })),
      422,
    );
    assert.equal(await statusOf(rest.actions.createWorkflowDispatch({ ...dispatch, ref: "nowhere" })), 422);
    assert.equal(
      await statusOf(rest.actions.createWorkflowDispatch({ ...dispatch, workflow_id: "other.yml" })),
      422,
    );
    assert.equal(
      await statusOf(rest.actions.createWorkflowDispatch({ ...dispatch, workflow_id: "none.yml" })),
      404,
    );
    assert.equal((await rest.actions.listRepoWorkflows(here)).data.total_count, 2);
    assert.equal(
      (await rest.actions.getWorkflow({ ...here, workflow_id: "backfill.yml" })).data.name,
      "Backfill",
    );
  });
});
