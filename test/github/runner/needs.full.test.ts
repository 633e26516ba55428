import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resultsOf, type Conclusion } from "./run-result.ts";
import { dispatched, runText } from "./small-checkout.ts";

const make: Record<Exclude<Conclusion, "cancelled">, string> = {
  success: "{ runs-on: ubuntu-latest, steps: [{ run: 'true' }] }",
  failure: "{ runs-on: ubuntu-latest, steps: [{ run: 'false' }] }",
  skipped: "{ runs-on: ubuntu-latest, if: false, steps: [{ run: 'true' }] }",
};

/** Whether a job with this `if` runs, by the result of the only job it needs. */
const conditions: readonly [
  condition: string | undefined,
  success: boolean,
  failure: boolean,
  skipped: boolean,
][] = [
  [undefined, true, false, false],
  ["success()", true, false, false],
  ["failure()", false, true, false],
  ["always()", true, true, true],
  ["cancelled()", false, false, false],
  ["!cancelled()", true, true, true],
  ["!failure()", true, false, true],
  ["true", true, false, false],
  ["github.actor == 'alice'", true, false, false],
  ["${{ github.actor == 'bob' }}", false, false, false],
  ["always() && needs.a.result == 'failure'", false, true, false],
  ["!cancelled() && needs.a.result != 'failure'", true, false, true],
  ["success() || failure()", true, true, false],
  ["contains('success()', 'x') || github.actor == 'alice'", true, false, false],
];

describe("a job's `if`", () => {
  for (const [condition, ...runs] of conditions) {
    for (const [index, needed] of (["success", "failure", "skipped"] as const).entries()) {
      const answer = runs[index] === true ? "runs" : "is skipped";
      it(`${condition ?? "left out"}: the job ${answer} after ${needed}`, async () => {
        const line = condition === undefined ? "" : `    if: ${JSON.stringify(condition)}\n`;
        const run = await runText(
          dispatched(
            `  a: ${make[needed]}\n  b:\n    needs: a\n${line}    runs-on: ubuntu-latest\n    steps: [{ run: 'true' }]\n`,
          ),
        );
        assert.deepEqual(resultsOf(run), { a: needed, b: runs[index] === true ? "success" : "skipped" });
      });
    }
  }
});

/** Chains of jobs: what each ends as. */
const chains: readonly {
  title: string;
  jobs: string;
  results: Record<string, Conclusion>;
  run: Conclusion;
}[] = [
  {
    title: "a skip goes down the whole chain",
    jobs: `  a: ${make.skipped}\n  b: { needs: a, runs-on: x, steps: [{ run: 'true' }] }\n  c: { needs: b, runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "skipped", b: "skipped", c: "skipped" },
    run: "skipped",
  },
  {
    title: "a failure goes down the whole chain as skips",
    jobs: `  a: ${make.failure}\n  b: { needs: a, runs-on: x, steps: [{ run: 'true' }] }\n  c: { needs: b, runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "failure", b: "skipped", c: "skipped" },
    run: "failure",
  },
  {
    title: "behind an always() job the implicit success() still sees the skipped ancestor",
    jobs: `  a: ${make.skipped}\n  b: { needs: a, if: always(), runs-on: x, steps: [{ run: 'true' }] }\n  c: { needs: b, runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "skipped", b: "success", c: "skipped" },
    run: "success",
  },
  {
    title: "behind an always() job failure() still sees the failed ancestor",
    jobs: `  a: ${make.failure}\n  b: { needs: a, if: always(), runs-on: x, steps: [{ run: 'true' }] }\n  c: { needs: b, if: failure(), runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "failure", b: "success", c: "success" },
    run: "failure",
  },
  {
    title: "!cancelled() with the results of direct needs ignores the rest of the chain",
    jobs: `  a: ${make.skipped}\n  b: { needs: a, if: '!cancelled()', runs-on: x, steps: [{ run: 'true' }] }\n  c: { needs: b, if: "!cancelled() && needs.b.result == 'success'", runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "skipped", b: "success", c: "success" },
    run: "success",
  },
  {
    title: "one of several needs that failed is enough to skip",
    jobs: `  a: ${make.failure}\n  b: ${make.success}\n  c: { needs: [a, b], runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "failure", b: "success", c: "skipped" },
    run: "failure",
  },
  {
    title: "needs.*.result lists the results of direct needs",
    jobs: `  a: ${make.failure}\n  b: ${make.success}\n  c: { needs: [a, b], if: "always() && contains(needs.*.result, 'failure')", runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "failure", b: "success", c: "success" },
    run: "failure",
  },
  {
    title: "a job with continue-on-error counts as a success",
    jobs: `  a: { continue-on-error: true, runs-on: x, steps: [{ run: 'false' }] }\n  b: { needs: a, runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "success", b: "success" },
    run: "success",
  },
  {
    title: "an `if` that cannot be evaluated fails its job",
    jobs: `  a: { if: "fromJSON('') == 1", runs-on: x, steps: [{ run: 'true' }] }\n`,
    results: { a: "failure" },
    run: "failure",
  },
];

describe("a chain of needs", () => {
  for (const { title, jobs, results, run: conclusion } of chains) {
    it(title, async () => {
      const run = await runText(dispatched(jobs));
      assert.deepEqual([resultsOf(run), run.conclusion], [results, conclusion]);
    });
  }
});
