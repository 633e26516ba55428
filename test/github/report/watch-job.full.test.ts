import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runReportJob } from "../../../src/github/jobs/report-job.ts";
import { runWatchJob } from "../../../src/github/jobs/watch-job.ts";
import { listRunbooks } from "../../../src/run/find-runbook.ts";
import { readArtifactFolder, type ArtifactFolder } from "../../../src/github/state/artifact-folder.ts";
import { openGitHub } from "../fake/open-github.ts";
import { openMemoryRun, type MemoryRun } from "../actions/memory-run.ts";
import { openReporter, type Reporter } from "./reporter.ts";

const relay = "test/fixtures/relay";

/** Watches the relay as its action does, on a state; gives whether the job is green. */
function watch(
  run: MemoryRun,
  { deliver }: Reporter,
  { state = run.state, runbook = relay }: { readonly state?: ArtifactFolder; readonly runbook?: string } = {},
): Promise<boolean> {
  return runWatchJob(
    { runbook },
    {
      ...run.effects(),
      deliver,
      fetchEarlier: () => Promise.resolve(false),
      serverUrl: "https://github.com",
      fetchState: () => Promise.resolve(state),
    },
  );
}

/** Runs the whole relay, laps fail on the dates of the weather; gives the state that its report publishes. */
async function runAll(run: MemoryRun, deliver: Reporter["deliver"]): Promise<ArtifactFolder> {
  const periods = ["2024-01-01-2024-01-05", "2024-01-06-2024-01-10"];
  for (const period of periods) await run.cell(`LAP-${period}`);
  await run.gate("laps-coverage");
  for (const id of ["TOTAL", "PLACE"]) for (const period of periods) await run.cell(`${id}-${period}`);
  const inputs = { runbook: relay, warehouse: "duckdb", step: "report", "report-to": "none" } as const;
  const effects = { ...run.effects(), deliver, fetchEarlier: () => Promise.resolve(false) };
  await runReportJob({ ...inputs, "github-token": "t" }, { ...effects, serverUrl: "https://github.com" });
  return readArtifactFolder("state", run.artifacts.get(`state-relay.a${run.attempt}`) ?? "");
}

describe("runWatchJob()", () => {
  it("leaves a runbook alone that has no state, and goes on to the others when one cannot be looked at", async () => {
    await using github = await openGitHub();
    using run = openMemoryRun();
    const reporter = openReporter(github);
    assert.equal(await watch(run, reporter), true);
    assert.deepEqual(
      run.annotations.map(({ level, title }) => [level, title]),
      [["notice", "no-state"]],
    );
    assert.equal(await watch(run, reporter, { runbook: "test/fixtures/nowhere" }), false);
    assert.deepEqual(run.annotations.at(-1)?.title, "unknown-name");
    assert.equal(github.requests.length, 0);
  });

  it("tells an error that nobody foresaw for its runbook, and goes on to the others", async () => {
    await using github = await openGitHub();
    using run = openMemoryRun();
    const [first, ...others] = await listRunbooks();
    assert.ok(others.length > 0);
    const isGreen = await runWatchJob(
      { runbook: "all" },
      {
        ...run.effects(),
        ...openReporter(github),
        fetchEarlier: () => Promise.resolve(false),
        serverUrl: "https://github.com",
        fetchState: (name) =>
          name === first ? Promise.reject(new TypeError("x is not a function")) : Promise.resolve(undefined),
      },
    );
    assert.equal(isGreen, false);
    assert.deepEqual(
      run.annotations.map(({ title, message }) => [title, message.split(/[:\n]/)[0]]),
      [
        ["bug", first],
        ...others.map((name) => [
          "no-state",
          `No run of ${name} on the default branch has published a state yet; dispatch its backfill`,
        ]),
      ],
    );
  });

  it("opens one issue when something is wrong, closes it when nothing is, and opens none while all is well", async () => {
    await using github = await openGitHub();
    const reporter = openReporter(github);
    using run = openMemoryRun();
    run.setWeather("2024-01-03");
    await run.plan();
    const broken = await runAll(run, reporter.deliver);
    assert.equal(await watch(run, reporter, { state: broken }), true);
    const issue = github.state.issues.get(1);
    assert.match(issue?.title ?? "", /^Watch: Failed: relay 2024-01-01 to 2024-01-10$/);
    assert.match(issue?.body ?? "", /cascade run test\/fixtures\/relay --processor LAP --dates 2024-01-03/);
    assert.equal(issue?.state, "open");
    assert.ok(run.artifacts.has("watch-relay.a1"));

    run.setWeather();
    run.attempt = 2;
    const mended = await runAll(run, reporter.deliver);
    await watch(run, reporter, { state: mended });
    assert.match(issue?.title ?? "", /^Watch: Passed: /);
    assert.equal(issue?.state, "closed");
    assert.equal(github.state.issues.size, 1);

    const before = github.requests.length;
    run.attempt = 3;
    await watch(run, reporter, { state: mended });
    assert.equal(github.requests.length, before + 1, "a closed issue is looked at and left alone");
    github.state.issues.clear();
    run.attempt = 4;
    await watch(run, reporter, { state: mended });
    assert.equal(github.state.issues.size, 0);
  });
});
