import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobOf, type LegResult } from "./run-result.ts";
import { dispatched, runText, type RunOptions } from "./small-checkout.ts";

/** The only leg of job `a` with these steps. */
async function runSteps(
  steps: string,
  options: RunOptions & { readonly job?: string; readonly head?: string } = {},
) {
  const { job = "", head = "", ...rest } = options;
  const run = await runText(dispatched(`  a:\n    runs-on: x\n${job}    steps:\n${steps}`, head), rest);
  const [leg] = jobOf(run, "a").legs;
  assert.ok(leg);
  return leg;
}

function endsOf({ steps }: LegResult): Record<string, string> {
  return Object.fromEntries(steps.map(({ id, outcome, conclusion }) => [id, `${outcome} ${conclusion}`]));
}

describe("steps", () => {
  it("are skipped behind a failure unless they ask for it", async () => {
    const leg = await runSteps(`      - { id: a, run: "false" }
      - { id: b, run: "true" }
      - { id: c, if: failure(), run: "true" }
      - { id: d, if: always(), run: "true" }
      - { id: e, if: "steps.a.outcome == 'failure'", run: "true" }
      - { id: f, if: "!cancelled()", run: "true" }
`);
    assert.deepEqual(endsOf(leg), {
      a: "failure failure",
      b: "skipped skipped",
      c: "success success",
      d: "success success",
      e: "skipped skipped",
      f: "success success",
    });
    assert.equal(leg.conclusion, "failure");
  });

  it("may fail with continue-on-error: the outcome tells, the conclusion forgives", async () => {
    const leg = await runSteps(`      - { id: a, continue-on-error: true, run: "false" }
      - { id: b, if: "steps.a.outcome == 'failure' && steps.a.conclusion == 'success'", run: "true" }
`);
    assert.deepEqual(
      [endsOf(leg), leg.conclusion],
      [{ a: "failure success", b: "success success" }, "success"],
    );
  });

  it("hand on outputs, variables and the path", async () => {
    const leg = await runSteps(
      `      - id: one
        run: |
          { echo "plain=a=b"; echo "long<<EOF"; echo "x"; echo "y"; echo "EOF"; } >> "$GITHUB_OUTPUT"
          echo "WORD=from env" >> "$GITHUB_ENV"
          mkdir tools && printf '#!/bin/sh\\necho tool' > tools/mytool && chmod +x tools/mytool
          echo "$PWD/tools" >> "$GITHUB_PATH"
      - id: two
        run: echo "seen=$WORD/\${{ env.WORD }}/$(mytool)/\${{ steps.one.outputs.plain }}" >> "$GITHUB_OUTPUT"
`,
    );
    assert.deepEqual(leg.steps[0]?.outputs, { plain: "a=b", long: "x\ny" });
    assert.equal(leg.steps[1]?.outputs["seen"], "from env/from env/tool/a=b");
  });

  it("may not set the runner's own variables", async () => {
    const leg = await runSteps(
      `      - run: printf 'GITHUB_SHA=x\\nNODE_OPTIONS=y\\nOWN=z\\n' >> "$GITHUB_ENV"\n      - id: b\n        run: echo "is=$GITHUB_SHA $NODE_OPTIONS $OWN" >> "$GITHUB_OUTPUT"\n`,
    );
    assert.equal(leg.steps[1]?.outputs["is"], `${"a".repeat(40)}  z`);
    assert.equal(leg.annotations.length, 2);
  });

  it("fail when they write a command file wrongly", async () => {
    const leg = await runSteps(`      - run: echo "no pair" >> "$GITHUB_OUTPUT"\n`);
    assert.equal(leg.conclusion, "failure");
    assert.match(leg.annotations[0]?.message ?? "", /Invalid format 'no pair'/);
  });

  it("get env of workflow, job and step, the nearest first", async () => {
    const leg = await runSteps(
      `      - id: a\n        env: { C: step, D: "\${{ env.B }}" }\n        run: echo "is=$A $B $C $D" >> "$GITHUB_OUTPUT"\n`,
      { head: "env: { A: workflow, B: workflow, C: workflow }\n", job: "    env: { B: job, C: job }\n" },
    );
    assert.equal(leg.steps[0]?.outputs["is"], "workflow job step job");
  });

  it("do not get the environment of this process", async () => {
    const leg = await runSteps(
      `      - id: a\n        run: echo "names=$(env | cut -d= -f1 | sort | tr '\\n' ' ')" >> "$GITHUB_OUTPUT"\n`,
    );
    const names = (leg.steps[0]?.outputs["names"] ?? "").trim().split(" ");
    const own = names.filter(
      (name) => !/^(?:GITHUB_|RUNNER_|CI$|HOME$|LANG$|PATH$|PWD$|SHLVL$|_$)/.test(name),
    );
    assert.deepEqual(own, []);
  });

  it("stop at a failing pipe only in a shell that is named bash", async () => {
    const leg = await runSteps(
      `      - { id: a, run: "false | true" }\n      - { id: b, shell: bash, run: "false | true" }\n`,
    );
    assert.deepEqual(endsOf(leg), { a: "success success", b: "failure failure" });
  });

  it("read vars, secrets and typed inputs", async () => {
    const leg = await runSteps(
      `      - id: a
        run: echo "is=\${{ vars.PROJECT }} \${{ inputs.days + 0 == 3 }} \${{ inputs.dry == true }} \${{ github.event.inputs.dry }}" >> "$GITHUB_OUTPUT"
`.replace(" + 0", ""),
      {
        head: "",
        variables: { PROJECT: "p" },
        inputs: {},
      },
    );
    assert.equal(leg.steps[0]?.outputs["is"], "p false false ");
  });

  it("time out as failures", async () => {
    const leg = await runSteps(
      `      - { id: a, timeout-minutes: 1, run: "exec sleep 30" }\n      - { id: b, if: failure(), run: "true" }\n`,
      {
        effects: { minuteMs: 50 },
      },
    );
    assert.deepEqual(endsOf(leg), { a: "failure failure", b: "success success" });
  });

  it("of a job that times out end as cancelled", async () => {
    const leg = await runSteps(
      `      - { id: a, run: "exec sleep 30" }\n      - { id: b, if: failure(), run: "true" }\n      - { id: c, if: cancelled(), run: "true" }\n`,
      {
        job: "    timeout-minutes: 1\n",
        effects: { minuteMs: 50 },
      },
    );
    assert.deepEqual(endsOf(leg), { a: "cancelled cancelled", b: "skipped skipped", c: "success success" });
    assert.equal(leg.conclusion, "cancelled");
  });
});

describe("workflow commands", () => {
  it("annotate with a place, at most ten of a level per step", async () => {
    const leg = await runSteps(`      - run: |
          echo "::error file=runbook.yml,line=7,title=Bad%3A date::first%0Asecond"
          for n in $(seq 12); do echo "::warning::w$n"; done
      - run: echo "::warning::of the next step"
`);
    assert.deepEqual(leg.annotations[0], {
      level: "error",
      message: "first\nsecond",
      title: "Bad: date",
      file: "runbook.yml",
      line: 7,
    });
    assert.equal(leg.annotations.filter(({ level }) => level === "warning").length, 11);
  });

  it("mask what follows, and drop job outputs that hold a mask", async () => {
    const leg = await runSteps(
      `      - id: a
        run: |
          echo "::add-mask::hush"
          echo "say hush"
          { echo "bad=is hush"; echo "good=fine"; } >> "$GITHUB_OUTPUT"
`,
      { job: '    outputs: { bad: "${{ steps.a.outputs.bad }}", good: "${{ steps.a.outputs.good }}" }\n' },
    );
    assert.deepEqual(leg.outputs, { good: "fine" });
    assert.ok(leg.log.includes("say ***"));
    assert.match(leg.annotations[0]?.message ?? "", /Skip output 'bad'/);
  });

  it("mask secrets from the start", async () => {
    const leg = await runSteps(`      - run: echo "is \${{ secrets.KEY }}"\n`, {
      secrets: { KEY: "s3cret" },
    });
    assert.ok(leg.log.includes("is ***"));
  });

  it("are text between stop-commands and its token", async () => {
    const leg = await runSteps(`      - run: |
          echo "::stop-commands::tok"
          echo "::error::not one"
          echo "::tok::"
          echo "::error::one"
`);
    assert.deepEqual(
      leg.annotations.map(({ message }) => message),
      ["one"],
    );
  });
});

describe("limits", () => {
  it("drop a step summary over 1 MiB without failing the step", async () => {
    const leg = await runSteps(`      - run: echo "# ok" >> "$GITHUB_STEP_SUMMARY"
      - run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"
`);
    assert.deepEqual([leg.summaries, leg.conclusion], [["# ok\n"], "success"]);
    assert.match(leg.annotations[0]?.message ?? "", /supports content up to a size of 1024k/);
  });

  it("fail a job whose outputs are over 1 MB", async () => {
    const leg = await runSteps(
      `      - { id: a, run: "echo \\"x=$(head -c 1048577 /dev/zero | tr '\\\\0' x)\\" >> \\"$GITHUB_OUTPUT\\"" }\n`,
      { job: '    outputs: { x: "${{ steps.a.outputs.x }}" }\n' },
    );
    assert.deepEqual([leg.conclusion, leg.outputs], ["failure", {}]);
  });
});
