import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { legsOf, logOf, openRelay } from "./relay-repository.ts";

describe("the cascade of the sample season on GitHub", () => {
  it("is green in at most 70 jobs, accounts for every row, and asks GitHub little", async () => {
    await using repository = await openRelay({ runbook: "runbooks/nba-cascade" });
    const run = await repository.backfill();
    const legs = Object.entries(legsOf(run));
    assert.deepEqual(
      legs.filter(([, conclusion]) => conclusion !== "success"),
      [],
      logOf(run),
    );
    assert.ok(legs.length <= 70, `${legs.length} jobs`);
    const { requests, state } = repository.github;
    assert.ok(requests.length <= legs.length, `${requests.length} requests`);
    const [issue] = [...state.issues.values()];
    assert.match(
      issue?.body ?? "",
      /89,003 expected = 78,519 present \+ 10,484 explained \+ 0 waived \+ 0 untracked/,
    );
  });
});
