import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bodyTooLong, secondaryLimit, serverError } from "../fake/faults.ts";
import { jobsOf, legOf, legsOf, logOf, openRelay, type Finished } from "./relay-repository.ts";

const lateDays = { "start-date": "2024-01-06", "end-date": "2024-01-10" };
const cells = ["LAP", "TOTAL", "PLACE"].flatMap((id) => [
  `${id} one 2024-01-01 to 2024-01-05`,
  `${id} two 2024-01-06 to 2024-01-10`,
]);

/** Legs that were not green. */
function redOf(finished: Finished): readonly string[] {
  return Object.entries(legsOf(finished))
    .filter(([, conclusion]) => conclusion !== "success")
    .map(([name]) => name);
}

/** Titles of a leg's errors. */
function errorsOf(finished: Finished, leg: string): readonly (string | undefined)[] {
  const errors = legOf(finished, leg).annotations.filter(({ level }) => level === "error");
  return errors.map(({ title }) => title).filter((title) => title !== undefined);
}

describe("a backfill on GitHub", () => {
  it("blocks exactly what reads a failed date, redoes only that, and goes on from there next time", async () => {
    await using relay = await openRelay();
    const { github } = relay;
    relay.setWeather("2024-01-03", "shout");
    // The look for an earlier report, and that for the issue to write to.
    github.inject({ operation: "issues/list-for-repo", answer: secondaryLimit(1) });
    github.inject({ operation: "issues/list-for-repo", answer: secondaryLimit(1) });
    github.inject({ operation: "issues/create", answer: serverError, applied: true });
    const first = await relay.backfill();
    assert.deepEqual(
      Object.keys(legsOf(first)).filter((name) => cells.includes(name)),
      cells,
      logOf(first),
    );
    assert.deepEqual(
      redOf(first),
      [
        "LAP one",
        "Gate laps-coverage",
        "TOTAL one",
        "PLACE one",
        "Gate final-coverage, final-budgets",
        "Report",
      ].map((name) => (name.endsWith("one") ? `${name} 2024-01-01 to 2024-01-05` : name)),
    );
    assert.deepEqual(errorsOf(first, "LAP one"), ["LAP 2024-01-03 failed"]);
    assert.deepEqual(errorsOf(first, "TOTAL one"), ["TOTAL 2024-01-04 blocked", "TOTAL 2024-01-05 blocked"]);
    assert.deepEqual(errorsOf(first, "PLACE one"), ["PLACE 2024-01-04 blocked", "PLACE 2024-01-05 blocked"]);
    const shouted = Object.values(first.result.jobs).flatMap(({ legs }) =>
      legs.flatMap((leg) => leg.annotations),
    );
    assert.equal(shouted.filter(({ message }) => message.includes("no command")).length, 0);

    const [issue, ...others] = github.state.issues.values();
    assert.ok(issue !== undefined && others.length === 0, "one issue, whatever GitHub refused at first");
    assert.match(issue.title, /^Failed: relay 2024-01-01 to 2024-01-10$/);
    assert.match(issue.body ?? "", /attempt 1 /);
    assert.deepEqual([issue.author, issue.state], ["github-actions[bot]", "open"]);
    const waited = github.requests.filter(({ operation }) => operation.startsWith("issues/"));
    assert.ok(waited.length <= 6, `${waited.length} requests for the report`);

    relay.setWeather();
    const [command] = await github.comment(issue.number, "octocat", "/cascade retry");
    assert.ok(command);
    await github.finished(command);
    assert.match([...github.state.comments.values()].at(-1)?.body ?? "", /^\*\*Done\*\*: re-running 6 jobs/);
    const waiting = relay.backfill();
    const again = await relay.finish(first.run);
    assert.deepEqual(redOf(again), [], logOf(again));
    assert.match(issue.title, /^Passed: relay /);
    assert.equal(issue.state, "closed");
    assert.match(issue.body ?? "", /attempt 2 /, "the run that waits has not come to its report");
    assert.match(legOf(again, "Report").summaries.join("\n"), /Passed/);
    const kept = Object.values(again.result.jobs).flatMap(({ legs }) =>
      legs.filter(({ attempt }) => attempt === 1),
    );
    assert.deepEqual(
      kept.map(({ name }) => name),
      ["Plan", "LAP two 2024-01-06 to 2024-01-10"],
    );
    assert.match(
      legOf(again, "LAP one").log.join("\n"),
      /LAP-2024-01-01-2024-01-05: 4 up-to-date, 1 committed/,
    );
    assert.match(legOf(again, "TOTAL one").log.join("\n"), /3 up-to-date, 2 committed/);
    assert.match(legOf(again, "TOTAL two").log.join("\n"), /5 up-to-date/);
    const names = [...relay.github.state.artifacts.values()].map(({ name }) => name).toSorted();
    assert.equal(new Set(names).size, names.length);
    const kinds = ["LAP-2024-01-01-2024-01-05", "report", "state-relay"];
    const missing = kinds
      .flatMap((kind) => [`${kind}.a1`, `${kind}.a2`])
      .filter((name) => !names.includes(name));
    assert.deepEqual(missing, []);

    const next = await waiting;
    const [start = ""] = next.attempt.jobs.map(({ startedAt }) => startedAt).toSorted();
    assert.ok(start >= again.attempt.updatedAt, `${start}: one at a time, and the re-run was first`);
    assert.deepEqual(jobsOf(next), {
      plan: "success",
      LAP: "skipped",
      "gates-laps-coverage": "skipped",
      TOTAL: "skipped",
      PLACE: "skipped",
      "gates-final": "skipped",
      report: "success",
    });
    assert.match(legOf(next, "Plan").summaries.join("\n"), /\*\*Nothing to do\*\*: 30 dates are up to date/);
    assert.match(issue.body ?? "", /attempt 1 /);
    assert.match(issue.body ?? "", new RegExp(`Against run .gh-${first.run.id}-1.: .* ±0 unchanged`));
    assert.equal(issue.state, "closed");
    assert.equal(github.state.issues.size, 1);
    assert.ok(github.requests.length < 80, `${github.requests.length} requests`);
  });

  it("redoes only what is missing where a job has all dates of a processor", async () => {
    await using relay = await openRelay();
    relay.setWeather("2024-01-03");
    const first = await relay.backfill({ cells: "auto" });
    const whole = "2024-01-01 to 2024-01-10";
    assert.deepEqual(errorsOf(first, `LAP ${whole}`), ["LAP 2024-01-03 failed"], logOf(first));
    relay.setWeather();
    const again = await relay.rerun(first.run, "failed");
    assert.deepEqual(redOf(again), [], logOf(again));
    assert.match(legOf(again, `LAP ${whole}`).log.join("\n"), /: 9 up-to-date, 1 committed/);
    assert.match(legOf(again, `TOTAL ${whole}`).log.join("\n"), /: 8 up-to-date, 2 committed/);
  });

  it("blocks what reads a cell that dies before it records anything", async () => {
    await using relay = await openRelay();
    relay.github.inject({ operation: "issues/create", answer: bodyTooLong });
    relay.setWeather("die");
    const run = await relay.backfill(lateDays);
    assert.deepEqual(jobsOf(run)["plan"], "success", logOf(run));
    assert.equal(legOf(run, "LAP two").conclusion, "failure");
    assert.deepEqual(errorsOf(run, "LAP two"), []);
    const [eight, nine, ten] = [8, 9, 10].map(
      (day) => `TOTAL 2024-01-${String(day).padStart(2, "0")} blocked`,
    );
    assert.deepEqual(errorsOf(run, "TOTAL two"), [eight, nine, ten], "the plan leaves out 6 and 7");
    assert.ok(
      legOf(run, "TOTAL two").annotations.some(
        ({ message }) => message === "the cell LAP-2024-01-06-2024-01-10 left no result",
      ),
    );
    assert.deepEqual(redOf(run).slice(0, 2), ["LAP two 2024-01-06 to 2024-01-10", "Gate laps-coverage"]);

    const [issue] = relay.github.state.issues.values();
    assert.match(issue?.body ?? "", /^Unknown: /);
    assert.match(
      issue?.body ?? "",
      /_Left out here: complete partitions, dates by category/,
      "it was too long",
    );

    const { artifacts } = relay.github.state;
    for (const [id, { name }] of artifacts) if (name === "plan.a1") artifacts.delete(id);
    const again = await relay.rerun(run.run, "failed");
    const red = redOf(again).filter((leg) => leg !== "Report");
    for (const leg of [...red, "Report"]) assert.ok(errorsOf(again, leg).includes("artifact-lost"), leg);
    assert.deepEqual(red.length > 3, true, "nothing runs without its plan");
  });

  it("is re-run by what the public API has of attempt 1 where the runner's service only lists it", async () => {
    await using relay = await openRelay();
    relay.setWeather("2024-01-03");
    const run = await relay.backfill({ "end-date": "2024-01-05", processors: "LAP" });
    assert.equal(jobsOf(run)["LAP"], "failure", logOf(run));
    relay.setWeather();
    relay.github.state.earlierArtifacts = "lost";
    const dead = await relay.rerun(run.run, "failed");
    assert.deepEqual([jobsOf(dead)["LAP"], jobsOf(dead)["report"]], ["failure", "failure"]);
    assert.deepEqual(errorsOf(dead, "LAP one"), ["github-failed"]);
    assert.match(
      legOf(dead, "LAP one").log.join("\n"),
      /Cannot download the artifact "plan\.a1": the runner's service said ".*not.found.*", the public API said "/i,
    );
    relay.github.state.earlierArtifacts = "listed by the service";
    const again = await relay.rerun(run.run, "failed");
    assert.deepEqual([jobsOf(again)["LAP"], jobsOf(again)["report"]], ["success", "success"], logOf(again));
    const [issue, ...others] = relay.github.state.issues.values();
    assert.deepEqual([issue?.state, others.length], ["closed", 0]);
  });

  it("refuses a plan of too many jobs, and says which cut fits", async () => {
    await using relay = await openRelay({ workflow: { chunkDays: 1 } });
    const run = await relay.backfill({ "end-date": "2024-03-31" });
    const { plan, report, ...others } = jobsOf(run);
    assert.deepEqual([plan, report], ["failure", "skipped"]);
    assert.deepEqual([...new Set(Object.values(others))], ["skipped"]);
    assert.deepEqual(errorsOf(run, "Plan"), ["too-many-jobs"]);
    assert.match(legOf(run, "Plan").log.join("\n"), /chunk-days \d+|--chunk-days \d+/);
  });

  it("starts nothing more once it is cancelled, and still reports; from source, as this repository does", async () => {
    await using relay = await openRelay({
      isSource: true,
      effects: {
        watch(moment, control) {
          if (moment.kind === "job-started" && moment.job.jobId === "LAP") control.cancel();
        },
      },
    });
    const run = await relay.backfill(lateDays);
    const { LAP, report, ...others } = jobsOf(run);
    assert.equal(LAP, "cancelled", logOf(run));
    assert.equal(report, "failure", "planned cells have no result");
    assert.deepEqual(others, {
      plan: "success",
      "gates-laps-coverage": "skipped",
      TOTAL: "skipped",
      PLACE: "skipped",
      "gates-final": "skipped",
    });
  });
});
