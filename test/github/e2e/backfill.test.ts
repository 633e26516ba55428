import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobsOf, legOf, logOf, openRelay } from "./relay-repository.ts";

describe("a backfill on GitHub, from its dispatch to its issue", () => {
  it("runs a processor's cells and gate, accounts for every row, and closes its issue", async () => {
    await using relay = await openRelay();
    const run = await relay.backfill({ "end-date": "2024-01-05", processors: "LAP" });
    assert.deepEqual(
      jobsOf(run),
      {
        plan: "success",
        LAP: "success",
        "gates-laps-coverage": "success",
        TOTAL: "skipped",
        PLACE: "skipped",
        "gates-final": "skipped",
        report: "success",
      },
      logOf(run),
    );
    assert.match(legOf(run, "LAP").log.join("\n"), /5 committed/);
    const [issue, ...others] = relay.github.state.issues.values();
    assert.deepEqual([issue?.state, others.length], ["closed", 0]);
    assert.match(issue?.title ?? "", /^Passed: relay 2024-01-01 to 2024-01-05$/);
    assert.match(issue?.body ?? "", /Rows of `relay_raw\.runs` \([\d,]+ rows\): sample seed 1, at /);
    assert.match(issue?.body ?? "", /expected = \d+ present \+ \d+ explained \+ 0 waived \+ 0 untracked/);
  });
});
