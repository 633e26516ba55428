import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobsOf, legOf, logOf, openRelay } from "../e2e/relay-repository.ts";

describe("the report of a run", () => {
  it("comes to an issue that the second attempt updates and closes", async () => {
    await using relay = await openRelay();
    relay.setWeather("2024-01-03");
    const first = await relay.backfill({ "end-date": "2024-01-05" });
    const { issues, artifacts } = relay.github.state;
    assert.equal(jobsOf(first)["report"], "failure", logOf(first));
    assert.equal(issues.size, 1, logOf(first));
    const issue = issues.get(1);
    assert.match(issue?.title ?? "", /^\w+: relay 2024-01-01 to 2024-01-05$/);
    assert.match(issue?.body ?? "", /attempt 1 /);
    assert.deepEqual([issue?.author, issue?.state], ["github-actions[bot]", "open"]);

    relay.setWeather();
    const again = await relay.rerun(first.run, "failed");
    assert.equal(jobsOf(again)["report"], "success", logOf(again));
    assert.equal(issues.size, 1);
    assert.match(issue?.title ?? "", /^Passed/);
    assert.match(issue?.body ?? "", /attempt 2 /);
    const names = new Set([...artifacts.values()].map(({ name }) => name));
    assert.deepEqual(
      ["report.a1", "report.a2", "state-relay.a1", "state-relay.a2"].filter((name) => !names.has(name)),
      [],
    );
    assert.match(legOf(again, "Report").summaries.join("\n"), /Passed/);
    const asked = relay.github.requests.filter(({ job }) => job === "Report");
    assert.ok(asked.length <= 12, `${asked.length} requests in two attempts`);
  });
});
