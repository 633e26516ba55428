import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { trustedRuns, type ListedRun } from "../../../src/github/state/find-state.ts";

const good: ListedRun = {
  id: 1,
  attempt: 1,
  event: "workflow_dispatch",
  branch: "main",
  commit: "a".repeat(40),
  startedAt: "2024-01-01T00:00:00Z",
  isOwn: true,
};

describe("trustedRuns()", () => {
  it("takes dispatched runs of the default branch of the own repository only", () => {
    const runs = [
      good,
      { ...good, id: 2, branch: "feature" },
      { ...good, id: 3, event: "pull_request" },
      { ...good, id: 4, isOwn: false },
    ];
    assert.deepEqual(
      trustedRuns(runs, "main").map(({ id }) => id),
      [1],
    );
  });

  it("puts the attempt that started last first, though its run is older", () => {
    const runs = [
      { ...good, id: 7, startedAt: "2024-01-02T00:00:00Z" },
      { ...good, id: 6, attempt: 2, startedAt: "2024-01-03T00:00:00Z" },
    ];
    assert.deepEqual(
      trustedRuns(runs, "main").map(({ id }) => id),
      [6, 7],
    );
  });
});
