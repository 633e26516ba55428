import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GitHub } from "../fake/open-github.ts";
import { resultsOf } from "../runner/run-result.ts";
import { jobsOf, legsOf, logOf, openRelay, type RelayGitHub } from "./relay-repository.ts";

const firstDays = { "end-date": "2024-01-05" };

describe("recovery after a red run", () => {
  it("re-runs once what can be tried again, and says so in the report's issue", async () => {
    let relay: RelayGitHub | undefined;
    const effects = {
      watch: ({ kind, job }: { readonly kind: string; readonly job?: { readonly jobId: string } }) => {
        if (kind === "job-started" && job?.jobId === "recover") relay?.setWeather();
      },
    };
    await using opened = await openRelay({ also: ["recover.yml"], effects });
    relay = opened;
    relay.setWeather("2024-01-03");
    const first = await relay.backfill({ ...firstDays, processors: "LAP" });
    assert.equal(legsOf(first)["LAP one 2024-01-01 to 2024-01-05"], "failure", logOf(first));
    await relay.github.settle();
    assert.deepEqual(outcomesOf(relay.github), ["Backfill relay: failure, success", "Recover: success"]);
    const [issue, ...others] = relay.github.state.issues.values();
    assert.deepEqual([issue?.state, others.length], ["closed", 0]);
    assert.match(issue?.title ?? "", /^Passed/);
    assert.deepEqual(
      [...relay.github.state.comments.values()].map(({ author, body }) => [author, body.split("\n")[0]]),
      [
        [
          "github-actions[bot]",
          `Recovery: re-running the failed jobs of [run ${first.run.id}](<https://github.com/octo/cascade/actions/runs/${first.run.id}>) once, since all that failed can be tried again.`,
        ],
      ],
    );
    const asked = relay.github.requests.filter(({ job }) => job === "Recover");
    assert.ok(asked.length <= 10, `${asked.length} requests`);
  });

  it("dispatches what a date waits for as the next round", async () => {
    await using relay = await openRelay({ also: ["recover.yml", "watch.yml"] });
    const first = await relay.backfill({ ...firstDays, processors: "TOTAL" });
    assert.equal(jobsOf(first)["report"], "failure", logOf(first));
    await relay.github.settle();
    assert.deepEqual(outcomesOf(relay.github), [
      "Backfill relay: failure",
      "Recover: success",
      "Backfill relay: success",
    ]);
    const [, next] = [...relay.github.state.runs.values()].filter(({ workflowName }) =>
      workflowName.startsWith("Backfill"),
    );
    assert.deepEqual(next?.event.inputs, {
      "start-date": "2024-01-01",
      "end-date": "2024-01-05",
      "report-to": "new",
      "expected-sha": first.run.event.sha,
      "requested-by": "",
      round: "1",
    });
    const [issue, ...others] = relay.github.state.issues.values();
    assert.deepEqual([issue?.state, others.length], ["closed", 0]);

    const watch = await relay.github.finished(await relay.github.dispatch("watch.yml"));
    assert.equal(watch.conclusion, "success");
    const found = [...relay.github.state.issues.values()].at(-1);
    assert.match(found?.title ?? "", /^Watch: \w+: relay 2024-01-01 to 2024-01-10$/);
    assert.equal(found?.state, "open");
  });
});

/** Every run that had something to do, with the conclusions of its attempts. */
function outcomesOf({ state }: GitHub): readonly string[] {
  return [...state.runs.values()]
    .filter(({ attempts }) =>
      attempts.some(
        ({ result }) => result && Object.values(resultsOf(result)).some((end) => end !== "skipped"),
      ),
    )
    .map(({ workflowName, attempts }) => {
      const conclusions = attempts.map(({ conclusion }) => conclusion ?? "none");
      return `${workflowName}: ${conclusions.join(", ")}`;
    });
}
