import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { legOf, legsOf, logOf, openRelay } from "./relay-repository.ts";

describe("the cascade of the sample season on GitHub", () => {
  it("takes at most 55 jobs, is green up to the zones of its first period, accounts for every row, and asks GitHub little", async () => {
    await using repository = await openRelay({ runbook: "runbooks/nba-cascade" });
    const whole = await repository.backfill({ "dry-run": "true" });
    const [text = "", planned] = /(\d+) jobs, \d+ deep/.exec(legOf(whole, "Plan").summaries.join("\n")) ?? [];
    assert.ok(Number(planned) >= 45 && Number(planned) <= 55, `${planned} jobs`);
    const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8");
    assert.ok(readme.includes(text), `the README says "${text}"`);

    const short = await repository.backfill({ "dry-run": "true", cells: "auto" });
    const least = legOf(short, "Plan").summaries.join("\n");
    const [, jobs, minutes] = /(\d+) jobs, \d+ deep, at least (\d+) billed minutes/.exec(least) ?? [];
    assert.ok(Number(jobs) <= 25 && Number(minutes) <= 25, `${jobs} jobs, ${minutes} minutes`);
    assert.ok(least.includes(`; ${planned} with cells by period`));

    const before = repository.github.requests.length;
    const run = await repository.backfill({
      "start-date": "2021-11-01",
      "end-date": "2021-11-04",
      processors: "TDGS,TOGS,TDZA",
    });
    const legs = Object.entries(legsOf(run));
    assert.ok(legs.filter(([, conclusion]) => conclusion === "success").length >= 8);
    assert.deepEqual(
      legs.filter(([, conclusion]) => conclusion !== "success" && conclusion !== "skipped"),
      [],
      logOf(run),
    );
    const { requests, state } = repository.github;
    assert.ok(requests.length - before <= legs.length, `${requests.length - before} requests`);
    const [issue] = [...state.issues.values()];
    const line = /([\d,]+) expected = ([\d,]+) present \+ ([\d,]+) explained \+ 0 waived \+ 0 untracked/.exec(
      issue?.body ?? "",
    );
    const [expected = 0, present = 0, explained = 0] = (line ?? [])
      .slice(1)
      .map((count) => Number(count.replaceAll(",", "")));
    assert.ok(expected > 200 && expected === present + explained, issue?.body ?? "no issue");
  });
});
