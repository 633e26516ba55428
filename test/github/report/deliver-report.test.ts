import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../../../src/errors.ts";
import { parseMention } from "../../../src/domain/mention.ts";
import { watchersOf } from "../../../src/github/report/call-watchers.ts";
import { renderMarker } from "../../../src/github/report/sticky-marker.ts";
import { buildModel } from "../../../src/report/build-model.ts";
import { day } from "../../plan/small-runbook.ts";
import { reportFacts } from "../../report/small-report.ts";
import { bodyTooLong, secondaryLimit, serverError } from "../fake/faults.ts";
import { openGitHub, type GitHub } from "../fake/open-github.ts";
import { actionsBot, type Issue } from "../fake/state.ts";
import { greenModel, openReporter, redModel } from "./reporter.ts";

function onlyIssue({ state }: GitHub): Issue {
  const [issue, ...others] = state.issues.values();
  assert.ok(issue !== undefined && others.length === 0, `${state.issues.size} issues`);
  return issue;
}

function operationsOf({ requests }: GitHub): readonly string[] {
  return requests.map(({ operation }) => operation);
}

describe("a report in an issue", () => {
  it("is created once with verdict, label and marker, in two requests", async () => {
    await using github = await openGitHub();
    const { kind } = await openReporter(github).post({ model: redModel });
    const issue = onlyIssue(github);
    assert.equal(kind, "created");
    assert.match(issue.title, /^Blocked: \S+ 2024-01-01 to 2024-01-10$/);
    assert.match(issue.body ?? "", /^Blocked: /);
    assert.match(issue.body ?? "", /\nComment `\/cascade retry` to re-run the failed jobs, `\/cascade run` /);
    assert.match(
      issue.body ?? "",
      /\n<!-- cascade-report runbook="\S+" subject="[^"]+" run="7" attempt="1" level="action" verdict="Blocked" -->$/,
    );
    assert.deepEqual([issue.author, issue.state, issue.labels], [actionsBot, "open", ["cascade"]]);
    assert.deepEqual(operationsOf(github), ["issues/list-for-repo", "issues/create"]);
  });

  it("is updated in place by a second attempt, and closed once it is green", async () => {
    await using github = await openGitHub();
    const { post } = openReporter(github);
    await post({ model: redModel });
    const { kind } = await post({ attempt: 2 });
    const issue = onlyIssue(github);
    assert.equal(kind, "updated");
    assert.match(issue.title, /^Passed: /);
    assert.match(issue.body ?? "", /attempt 2 /);
    assert.deepEqual([issue.state, issue.stateReason], ["closed", "completed"]);
    await post({ runId: 8, model: redModel });
    assert.equal(onlyIssue(github).state, "open");
    assert.equal(github.requests.length, 6);
  });

  it("is closed at once when nobody has to act", async () => {
    await using github = await openGitHub();
    assert.equal((await openReporter(github).post()).kind, "created");
    assert.equal(onlyIssue(github).state, "closed");
    assert.doesNotMatch(onlyIssue(github).body ?? "", /\/cascade/);
    assert.equal(github.requests.length, 3);
  });

  it("stays open while a planned cell has no result, whatever else is green", async () => {
    await using github = await openGitHub();
    const lost = [{ processor: "P1", dates: [day("2024-01-01")] }];
    const model = buildModel({ ...reportFacts(), lost });
    await openReporter(github).post({ model, unknown: ["LAP-2024-01-01-2024-01-05"] });
    const { title, body, state } = onlyIssue(github);
    assert.match(title, /^Unknown: /);
    assert.match(
      body ?? "",
      /^Unknown: 1 planned cells left no complete result: `LAP-2024-01-01-2024-01-05`/,
    );
    assert.equal(state, "open");
  });

  it("is not overwritten by an older run or attempt", async () => {
    await using github = await openGitHub();
    const { post } = openReporter(github);
    await post({ runId: 8, attempt: 2, model: redModel });
    const before = onlyIssue(github).body;
    assert.equal((await post({ runId: 8, attempt: 1 })).kind, "outrun");
    assert.equal((await post({ runId: 7, attempt: 5 })).kind, "outrun");
    assert.equal(onlyIssue(github).body, before);
  });

  it("is not written again when it says the same", async () => {
    await using github = await openGitHub();
    const { post } = openReporter(github);
    await post({ model: redModel });
    assert.equal((await post({ model: redModel })).kind, "unchanged");
    assert.deepEqual(operationsOf(github).slice(2), ["issues/list-for-repo"]);
  });

  it("is another one for another warehouse", async () => {
    await using github = await openGitHub();
    const { post } = openReporter(github);
    await post();
    await post({ warehouse: "bigquery:project/EU" });
    assert.equal(github.state.issues.size, 2);
  });

  it("is not taken from others who write its marker, from pull requests, or from another label", async () => {
    await using github = await openGitHub({ people: { mallory: "write" } });
    const { post } = openReporter(github);
    await post({ model: redModel });
    const own = onlyIssue(github);
    const body = own.body ?? "";
    github.state.issues.clear();
    github.openIssue({ title: "Forged", author: "mallory", body, labels: ["cascade"] });
    github.openIssue({ title: "Unlabelled", author: actionsBot, body });
    github.openIssue({
      title: "Quoted",
      author: actionsBot,
      body: `${body}\n\nsee above`,
      labels: ["cascade"],
    });
    assert.equal((await post({ model: redModel })).kind, "created");
    assert.equal(github.state.issues.size, 4);
  });

  it("has its label made where GitHub left it out, and is found by it, though making it fails at first", async () => {
    await using github = await openGitHub();
    github.state.dropsUnknownLabels = true;
    github.inject({ operation: "issues/create-label", answer: serverError });
    const { post } = openReporter(github);
    await post({ model: redModel });
    assert.deepEqual(onlyIssue(github).labels, ["cascade"]);
    assert.equal((await post({ runId: 8, model: redModel })).kind, "updated");
    await post({ runId: 9 });
    assert.equal(onlyIssue(github).state, "closed");
  });

  it("is found on a later page of the list", async () => {
    await using github = await openGitHub();
    for (let index = 0; index < 150; index += 1) {
      github.openIssue({ title: `Other ${index}`, author: actionsBot, labels: ["cascade"] });
    }
    const { post } = openReporter(github);
    await post({ model: redModel });
    assert.equal((await post({ model: redModel, attempt: 2 })).kind, "updated");
    assert.equal(github.state.issues.size, 151);
    assert.equal(github.requests.length, 6);
  });
});

describe("a report in a comment", () => {
  it("is one comment on the issue or pull request, beside those of people", async () => {
    await using github = await openGitHub({ people: { octocat: "write" } });
    const { number } = github.openIssue({ title: "Backfill", author: "octocat" });
    await github.comment(number, "octocat", "Please");
    const { post } = openReporter(github);
    assert.equal((await post({ to: `#${number}`, model: redModel })).kind, "created");
    assert.equal((await post({ to: `#${number}`, attempt: 2 })).kind, "updated");
    const comments = [...github.state.comments.values()];
    assert.deepEqual(
      comments.map(({ author }) => author),
      ["octocat", actionsBot],
    );
    assert.match(comments[1]?.body ?? "", /^Passed: /);
    assert.equal(onlyIssue(github).state, "open");
    assert.equal(github.requests.length, 4);
  });

  it("does not write over a forged one", async () => {
    await using github = await openGitHub({ people: { mallory: "read" } });
    const { number } = github.openIssue({ title: "Backfill", author: "mallory" });
    const { from, to } = greenModel.range;
    const subject = `${from}..${to} duckdb #${number}`;
    const marker = renderMarker({ runbook: greenModel.runbook.name, subject, runId: 99, attempt: 1 });
    await github.comment(number, "mallory", `All fine\n\n${marker}`);
    assert.equal((await openReporter(github).post({ to: `#${number}` })).kind, "created");
  });

  it("goes to a pull request as well, also where Issues are off", async () => {
    await using github = await openGitHub();
    const { number } = github.openIssue({ title: "Backfill", author: "octocat" });
    github.state.issues.set(number, {
      ...onlyIssue(github),
      pull: {
        headRef: "change",
        headSha: "c".repeat(40),
        headRepository: "octo/cascade",
        baseRef: "main",
        files: [],
        isMerged: false,
      },
    });
    github.state.hasIssues = false;
    assert.equal((await openReporter(github).post({ to: `#${number}` })).kind, "created");
  });

  it("is absent when there is no such thread", async () => {
    await using github = await openGitHub();
    assert.deepEqual(await openReporter(github).post({ to: "#12" }), { kind: "absent" });
  });
});

describe("a report that turns red", () => {
  const watchers = watchersOf({
    owner: "@octocat",
    watchers: ["octo/data", "@octocat"].map((name) => parseMention(name) ?? assert.fail(name)),
  });

  function calls({ state }: GitHub): readonly string[] {
    return [...state.comments.values()].map(({ body }) => body).filter((body) => body.includes("@octo"));
  }

  for (const to of ["new", "#1"]) {
    it(`calls owner and watchers once, in a comment of its own (${to})`, async () => {
      await using github = await openGitHub();
      const { number } = github.openIssue({ title: "Backfill", author: "octocat" });
      const { post } = openReporter(github);
      const red = { to, model: redModel, watchers };
      await post({ to, watchers });
      assert.equal(calls(github).length, 0);
      await post({ ...red, runId: 8 });
      assert.match(calls(github).join(), /^@octocat, @octo\/data: Blocked: [^]*\n\nSaid once, /);
      await post({ ...red, runId: 8, attempt: 2 });
      await post({ ...red, runId: 9, unknown: ["LAP"] });
      assert.equal((await post({ ...red, runId: 7, attempt: 2 })).kind, "outrun");
      assert.equal(calls(github).length, 1);
      await post({ to, runId: 10, watchers });
      await post({ ...red, runId: 11 });
      assert.equal(calls(github).length, 2);
      const written = [...github.state.issues.values()].map(({ title, body }) => `${title} ${body ?? ""}`);
      assert.doesNotMatch(written.join("\n"), /@octo/);
      const threads = [...github.state.comments.values()].map(({ issue }) => issue);
      assert.equal(
        threads.every((thread) => (thread === number) === (to !== "new")),
        true,
      );
    });
  }

  it("calls at once where it is the first, and not twice though an answer was lost", async () => {
    await using github = await openGitHub();
    github.inject({ operation: "issues/create", answer: serverError, applied: true });
    github.inject({ operation: "issues/create-comment", answer: serverError, applied: true });
    await openReporter(github).post({ model: redModel, watchers });
    assert.equal(calls(github).length, 1);
    assert.equal(github.state.issues.size, 1);
  });

  it("calls nobody where the report before it does not say its verdict, or where nobody is named", async () => {
    await using github = await openGitHub();
    const { post } = openReporter(github);
    await post();
    const issue = onlyIssue(github);
    const body = (issue.body ?? "").replace(/ level="ok" verdict="[^"]+"/, "");
    assert.notEqual(body, issue.body);
    github.state.issues.set(issue.number, { ...issue, body });
    await post({ runId: 8, model: redModel, watchers });
    await post({ runId: 9 });
    await post({ runId: 10, model: redModel, watchers: watchersOf({ owner: "data platform" }) });
    assert.equal(github.state.comments.size, 0);
  });

  it("is delivered also where the comment is refused, and says so", async () => {
    await using github = await openGitHub();
    const answer = { status: 403, body: { message: "Unable to create comment because issue is locked." } };
    github.inject({ operation: "issues/create-comment", answer });
    const delivery = await openReporter(github).post({ model: redModel, watchers });
    assert.match("uncalled" in delivery ? (delivery.uncalled ?? "") : "", /issue is locked/);
    assert.equal(delivery.kind, "created");
  });
});

describe("a delivery that GitHub refuses", () => {
  it("ends without a fault where Issues are off", async () => {
    await using github = await openGitHub();
    github.state.hasIssues = false;
    assert.deepEqual(await openReporter(github).post(), { kind: "absent" });
  });

  it("says less when the report is too long", async () => {
    await using github = await openGitHub();
    const { post } = openReporter(github);
    await post({ model: redModel });
    const whole = onlyIssue(github).body ?? "";
    github.inject({ operation: "issues/update", answer: bodyTooLong });
    assert.equal((await post({ model: redModel, attempt: 2 })).kind, "updated");
    const shorter = onlyIssue(github).body ?? "";
    assert.ok(shorter.length < whole.length);
    assert.match(shorter, /Left out here: [^]*<!-- cascade-report .* attempt="2" .*-->$/);
  });

  it("waits as long as a secondary limit says", async () => {
    await using github = await openGitHub();
    github.inject({ operation: "issues/create", answer: secondaryLimit(30) });
    const { post, waits, said } = openReporter(github);
    assert.equal((await post({ model: redModel })).kind, "created");
    assert.deepEqual(said, ["GitHub's limit of requests is reached: asking again in 30.0 s"]);
    assert.deepEqual(waits, []);
    assert.equal(github.requests.length, 3);
  });

  it("does not wait longer than two minutes", async () => {
    await using github = await openGitHub();
    github.inject({ operation: "issues/create", answer: secondaryLimit(3600) });
    const { post, said } = openReporter(github);
    await assert.rejects(post(), (error) => error instanceof Fault && error.code === "github-failed");
    assert.deepEqual(said, ["GitHub's limit of requests is reached: which takes too long to wait"]);
    assert.equal(github.requests.length, 2);
  });

  it("creates no second issue when only the answer was lost", async () => {
    await using github = await openGitHub();
    github.inject({ operation: "issues/create", answer: serverError, applied: true });
    await openReporter(github).post({ model: redModel });
    assert.match(onlyIssue(github).title, /^Blocked: /);
  });

  it("gives up after six requests", async () => {
    await using github = await openGitHub();
    github.inject({ times: 100, operation: "issues/create", answer: serverError });
    const { post, waits } = openReporter(github);
    await assert.rejects(post(), (error) => error instanceof Fault && error.code === "github-failed");
    assert.equal(github.requests.length, 6);
    assert.deepEqual(waits, [2000, 4000]);
  });
});
