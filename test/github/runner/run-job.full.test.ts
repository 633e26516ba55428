import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunnerEffects } from "./run-request.ts";
import { jobOf, resultsOf } from "./run-result.ts";
import { dispatched, runText, type RunOptions } from "./small-checkout.ts";

const plan = `  plan:
    runs-on: x
    outputs: { cells: "\${{ steps.p.outputs.cells }}" }
    steps:
      - { id: p, run: 'echo "cells=$CELLS" >> "$GITHUB_OUTPUT"', env: { CELLS: "\${{ inputs.cells }}" } }
`;
const head = "on: { workflow_dispatch: { inputs: { cells: { default: '[]' } } } }\npermissions: {}\njobs:\n";

describe("a matrix job", () => {
  it("has the legs that a needed job put out", async () => {
    const text = `${head}${plan}  cell:
    needs: plan
    strategy: { matrix: { cell: "\${{ fromJSON(needs.plan.outputs.cells) }}" } }
    runs-on: x
    steps: [{ run: "test -n \\"$CELL\\"", env: { CELL: "\${{ matrix.cell.id }}" } }]
`;
    const run = await runText(text, {
      inputs: { cells: '[{"id":"a","dates":["d1"]},{"id":"b","dates":[]}]' },
    });
    assert.deepEqual(
      jobOf(run, "cell").legs.map(({ name, conclusion }) => [name, conclusion]),
      [
        ["cell (a, d1)", "success"],
        ["cell (b)", "success"],
      ],
    );
  });

  it("is skipped before its matrix is read", async () => {
    const text = `${head}${plan}  cell:
    needs: plan
    if: needs.plan.outputs.cells != '[]'
    strategy: { matrix: { cell: "\${{ fromJSON(needs.plan.outputs.cells) }}" } }
    runs-on: x
    steps: [{ run: "true" }]
`;
    assert.deepEqual(resultsOf(await runText(text)), { plan: "success", cell: "skipped" });
  });

  it("fails when its matrix is empty or no JSON", async () => {
    for (const [cells, message] of [
      ["[]", /does not contain any values/],
      ["{", /fromJSON/i],
    ] as const) {
      const text = `${head}${plan}  cell:
    needs: plan
    strategy: { matrix: { cell: "\${{ fromJSON(needs.plan.outputs.cells) }}" } }
    runs-on: x
    steps: [{ run: "true" }]
`;
      const run = await runText(text, { inputs: { cells } });
      assert.equal(jobOf(run, "cell").result, "failure");
      assert.match(jobOf(run, "cell").legs[0]?.annotations[0]?.message ?? "", message);
    }
  });

  it("puts out what its last leg with a non-empty value said", async () => {
    const run = await runText(
      dispatched(`  cell:
    strategy: { max-parallel: 1, matrix: { say: [one, two, ""] } }
    runs-on: x
    outputs: { word: "\${{ steps.s.outputs.word }}", none: "\${{ steps.s.outputs.none }}" }
    steps: [{ id: s, run: 'echo "word=\${{ matrix.say }}" >> "$GITHUB_OUTPUT"' }]
`),
    );
    assert.deepEqual(jobOf(run, "cell").outputs, { word: "two", none: "" });
  });

  it("knows its index and its total", async () => {
    const run = await runText(
      dispatched(`  cell:
    strategy: { max-parallel: 1, matrix: { n: [7, 8] } }
    runs-on: x
    outputs: { at: "\${{ strategy.job-index }}/\${{ strategy.job-total }}" }
    steps: [{ run: "true" }]
`),
    );
    assert.deepEqual(
      jobOf(run, "cell").legs.map(({ outputs }) => outputs["at"]),
      ["0/2", "1/2"],
    );
  });

  it("has a name per leg when the name is an expression, a suffix otherwise", async () => {
    const run = await runText(
      dispatched(`  a: { name: "Cell \${{ matrix.n }}", strategy: { matrix: { n: [1] } }, runs-on: x, steps: [{ run: "true" }] }
  b: { name: Gate, strategy: { matrix: { n: [1] } }, runs-on: x, steps: [{ run: "true" }] }
`),
    );
    const names = ["a", "b"].map((id) => jobOf(run, id).legs[0]?.name);
    assert.deepEqual(names, ["Cell 1", "Gate (1)"]);
  });
});

describe("a skipped matrix job", () => {
  it("is listed once, under its name as it is written", async () => {
    const run = await runText(
      dispatched(`  a: { if: false, name: "Cell \${{ matrix.n }}", strategy: { matrix: { n: [1, 2] } }, runs-on: x, steps: [{ run: "true" }] }
`),
    );
    assert.deepEqual(
      jobOf(run, "a").legs.map(({ name, conclusion }) => [name, conclusion]),
      [["Cell ${{ matrix.n }}", "skipped"]],
    );
  });
});

describe("fail-fast", () => {
  const legs = (strategy: string) =>
    dispatched(`  cell:
    continue-on-error: \${{ matrix.n == 9 }}
    strategy: { max-parallel: 1, ${strategy}matrix: { n: [9, 1, 2, 3] } }
    runs-on: x
    steps: [{ run: "test $N -gt 1 -a $N -lt 9", env: { N: "\${{ matrix.n }}" } }]
`);

  it("cancels the legs that wait when one fails, but not for one that may fail", async () => {
    const run = await runText(legs(""));
    assert.equal(run.conclusion, "failure");
    assert.deepEqual(
      jobOf(run, "cell").legs.map(({ conclusion }) => conclusion),
      ["failure", "failure", "cancelled", "cancelled"],
    );
  });

  it("lets every leg run when it is off", async () => {
    const run = await runText(legs("fail-fast: false, "));
    assert.deepEqual(
      jobOf(run, "cell").legs.map(({ conclusion }) => conclusion),
      ["failure", "failure", "success", "success"],
    );
  });

  it("ends a leg that is under way, whose always() steps still run", async () => {
    const run = await runText(
      dispatched(`  cell:
    strategy: { matrix: { n: [1, 2] } }
    runs-on: x
    outputs: { cleaned: "\${{ steps.clean.outputs.by }}" }
    steps:
      - { if: "matrix.n == 1", run: "exec sleep 30" }
      - { if: "matrix.n == 2", run: "false" }
      - { id: clean, if: always(), run: 'echo "by=\${{ matrix.n }} \${{ job.status }}" >> "$GITHUB_OUTPUT"' }
`),
    );
    const [first, second] = jobOf(run, "cell").legs;
    assert.deepEqual([first?.conclusion, first?.outputs["cleaned"]], ["cancelled", "1 cancelled"]);
    assert.deepEqual([second?.conclusion, second?.outputs["cleaned"]], ["failure", "2 failure"]);
  });
});

describe("max-parallel", () => {
  it("bounds the legs at the same time", async () => {
    let running = 0;
    let most = 0;
    const effects: RunnerEffects = {
      watch({ kind }) {
        if (kind === "job-started") running += 1;
        if (kind === "job-completed") running -= 1;
        most = Math.max(most, running);
      },
    };
    const text = dispatched(
      `  a: { strategy: { max-parallel: 2, matrix: { n: [1, 2, 3, 4, 5] } }, runs-on: x, steps: [{ run: "true" }] }\n`,
    );
    await runText(text, { effects });
    assert.equal(most, 2);
  });
});

/** Fails in attempt 1 wherever it is asked to; every leg puts out its attempt. */
const attempts = dispatched(`  plan:
    runs-on: x
    outputs: { at: "\${{ github.run_attempt }}" }
    steps: [{ run: "true" }]
  cell:
    needs: plan
    strategy: { fail-fast: false, matrix: { n: [1, 2] } }
    runs-on: x
    outputs: { at: "\${{ github.run_attempt }}" }
    steps: [{ run: "test $N = 1 -o $ATTEMPT != 1", env: { N: "\${{ matrix.n }}", ATTEMPT: "\${{ github.run_attempt }}" } }]
  next:
    needs: cell
    if: "!cancelled()"
    strategy: { matrix: { n: [1, 2] } }
    runs-on: x
    outputs: { at: "\${{ github.run_attempt }}", plan: "\${{ needs.plan.outputs.at }}" }
    steps: [{ run: "true" }]
  apart:
    needs: plan
    runs-on: x
    outputs: { at: "\${{ github.run_attempt }}" }
    steps: [{ run: "true" }]
  report:
    needs: [plan, cell, next, apart]
    if: always()
    runs-on: x
    outputs: { seen: "\${{ needs.plan.outputs.at }}\${{ needs.apart.outputs.at }} \${{ needs.cell.result }}" }
    steps: [{ run: "true" }]
`);

async function twice(text: string, rerun: "failed" | "all", options: RunOptions = {}) {
  const first = await runText(text, options);
  return { first, second: await runText(text, { ...options, previous: first, rerun, attempt: 2 }) };
}

describe("a re-run of failed jobs", () => {
  it("keeps green jobs and legs, and redoes failed legs and every dependent job", async () => {
    const { first, second } = await twice(attempts, "failed");
    assert.deepEqual([first.conclusion, second.conclusion], ["failure", "success"]);
    const legs = Object.values(second.jobs).flatMap((job) => job.legs.map((leg) => [leg.name, leg.attempt]));
    assert.deepEqual(Object.fromEntries(legs), {
      plan: 1,
      "cell (1)": 1,
      "cell (2)": 2,
      "next (1)": 2,
      "next (2)": 2,
      apart: 1,
      report: 2,
    });
  });

  it("hands on the outputs of what it keeps", async () => {
    const { first, second } = await twice(attempts, "failed");
    assert.equal(jobOf(first, "report").outputs["seen"], "11 failure");
    assert.equal(jobOf(second, "report").outputs["seen"], "11 success");
  });

  it("runs what was skipped behind the failure", async () => {
    const text =
      dispatched(`  a: { runs-on: x, steps: [{ run: "test $A = 2", env: { A: "\${{ github.run_attempt }}" } }] }
  b: { needs: a, runs-on: x, steps: [{ run: "true" }] }
`);
    const { first, second } = await twice(text, "failed");
    assert.deepEqual(resultsOf(first), { a: "failure", b: "skipped" });
    assert.deepEqual(resultsOf(second), { a: "success", b: "success" });
  });

  it("takes cancelled legs for failed ones", async () => {
    const text = dispatched(`  a:
    strategy: { max-parallel: 1, matrix: { n: [1, 2] } }
    runs-on: x
    steps: [{ run: "test $A = 2", env: { A: "\${{ github.run_attempt }}" } }]
`);
    const { first, second } = await twice(text, "failed");
    assert.deepEqual(
      jobOf(first, "a").legs.map(({ conclusion }) => conclusion),
      ["failure", "cancelled"],
    );
    assert.deepEqual(
      jobOf(second, "a").legs.map(({ conclusion, attempt }) => [conclusion, attempt]),
      [
        ["success", 2],
        ["success", 2],
      ],
    );
  });
});

describe("a re-run of all jobs", () => {
  it("redoes everything", async () => {
    const { second } = await twice(attempts, "all");
    assert.equal(jobOf(second, "report").outputs["seen"], "22 success");
  });
});

describe("a cancelled run", () => {
  it("ends what runs, skips what waits, and still does what asks for always()", async () => {
    const effects: RunnerEffects = {
      watch(moment, { cancel }) {
        if (moment.kind === "step-started" && moment.step === "long") cancel();
      },
    };
    const run = await runText(
      dispatched(`  a: { runs-on: x, steps: [{ name: long, run: "exec sleep 30" }, { run: "true" }] }
  b: { needs: a, runs-on: x, steps: [{ run: "true" }] }
  c: { needs: a, if: "!cancelled()", runs-on: x, steps: [{ run: "true" }] }
  d: { needs: a, if: always(), runs-on: x, steps: [{ run: "true" }] }
  e: { needs: a, if: cancelled(), runs-on: x, steps: [{ run: "true" }] }
`),
      { effects },
    );
    assert.equal(run.conclusion, "cancelled");
    assert.deepEqual(resultsOf(run), {
      a: "cancelled",
      b: "skipped",
      c: "skipped",
      d: "success",
      e: "success",
    });
  });

  it("lets a running job with always() go on", async () => {
    const effects: RunnerEffects = {
      watch(moment, { cancel }) {
        if (moment.kind === "step-started" && moment.step === "long") cancel();
      },
    };
    const text = dispatched(
      `  a: { if: always(), runs-on: x, steps: [{ name: long, run: "sleep 0.05" }, { run: "true" }] }\n`,
    );
    assert.deepEqual(resultsOf(await runText(text, { effects })), { a: "success" });
  });
});

describe("a lost machine", () => {
  it("fails its job, and not even always() steps run", async () => {
    const effects: RunnerEffects = {
      watch(moment, { loseMachine }) {
        if (moment.kind === "step-started" && moment.step === "long") loseMachine("a");
      },
    };
    const run = await runText(
      dispatched(
        `  a: { runs-on: x, steps: [{ name: long, run: "exec sleep 30" }, { if: always(), run: "true" }] }\n`,
      ),
      { effects },
    );
    const [leg] = jobOf(run, "a").legs;
    assert.deepEqual([leg?.conclusion, leg?.steps.length], ["failure", 1]);
    assert.match(leg?.annotations.at(-1)?.message ?? "", /lost communication/);
  });
});
