import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lintWorkflows } from "./lint-workflows.ts";
import { hasShellcheck } from "./shellcheck.ts";

const sha = "0".repeat(40);
const workflow = `name: Backfill
on:
  workflow_dispatch:
    inputs:
      start: { type: string, required: true }
concurrency: { group: backfill, queue: max }
permissions: {}
jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: { contents: read }
    outputs:
      cells: \${{ steps.plan.outputs.cells }}
    steps:
      - uses: actions/checkout@${sha} # v6.0.0
        with: { persist-credentials: false }
      - run: npm ci --omit=dev --ignore-scripts
      - uses: ./actions/plan
        id: plan
        with: { start: "\${{ inputs.start }}" }
  cell:
    needs: plan
    if: "!cancelled() && needs.plan.outputs.cells != '[]'"
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions: { contents: read }
    strategy:
      matrix:
        cell: \${{ fromJSON(needs.plan.outputs.cells) }}
    steps:
      - run: echo "$CELL"
        env: { CELL: "\${{ matrix.cell }}" }
`;
const action = `name: Plan
description: Plans
inputs:
  start: { description: First date, required: true }
outputs:
  cells: { description: Matrix }
runs: { using: node24, main: index.ts }
`;
const path = ".github/workflows/backfill.yml";
const many = Array.from({ length: 25 }, (_, index) => `      i${index}: { type: string }\n`).join("");

async function rulesFor(
  from: string,
  to: string,
  files = { [path]: workflow, "actions/plan/action.yml": action },
) {
  const changed = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replace(from, to)]),
  );
  assert.notDeepEqual(changed, files);
  const findings = await lintWorkflows(changed, () => ({ contents: "read" }));
  return [...new Set(findings.map(({ rule }) => rule))].toSorted((a, b) => a.localeCompare(b));
}

/** A defect, and the rule that has to see it. */
const defects: readonly (readonly [title: string, rule: string, from: string, to: string])[] = [
  ["an expression inside run", "no-expression-in-run", 'echo "$CELL"', "echo ${{ matrix.cell }}"],
  ["an action by tag", "pinned-actions", `@${sha} # v6.0.0`, "@v6"],
  ["a pinned action without its version", "pinned-actions", " # v6.0.0", ""],
  [
    "permissions at the top",
    "no-permissions-at-top",
    "permissions: {}\njobs",
    "permissions: { contents: read }\njobs",
  ],
  ["no permissions at the top", "no-permissions-at-top", "permissions: {}\njobs", "jobs"],
  [
    "a job that asks for more than the table",
    "job-permissions",
    "{ contents: read }\n    outputs",
    "{ contents: write }\n    outputs",
  ],
  [
    "a job that asks for another permission",
    "job-permissions",
    "{ contents: read }\n    outputs",
    "{ contents: read, issues: read }\n    outputs",
  ],
  [
    "a job that asks for everything",
    "job-permissions",
    "{ contents: read }\n    outputs",
    "write-all\n    outputs",
  ],
  ["a job without timeout", "job-timeout", "    timeout-minutes: 30\n", ""],
  [
    "a checkout that keeps its token",
    "no-persisted-credentials",
    "        with: { persist-credentials: false }\n",
    "",
  ],
  [
    "pull_request_target with a checkout",
    "no-checkout-of-pull-request-target",
    "on:\n",
    "on:\n  pull_request_target:\n",
  ],
  [
    "a condition in a block scalar",
    "condition-on-one-line",
    `if: "!cancelled() && needs.plan.outputs.cells != '[]'"`,
    "if: >-\n      ${{ !cancelled() && needs.plan.outputs.cells != '[]' }}",
  ],
  [
    "a stored key",
    "no-stored-key",
    "        id: plan\n",
    "        id: plan\n        env: { GOOGLE_APPLICATION_CREDENTIALS: key.json }\n",
  ],
  ["26 inputs", "few-inputs", "      start: {", `${many}      start: {`],
  [
    "an output that an action does not declare",
    "local-actions",
    "outputs.cells }}\n    steps",
    "outputs.cell }}\n    steps",
  ],
  ["an input that an action does not declare", "local-actions", "with: { start:", "with: { begin: x, start:"],
  [
    "a required input that is missing",
    "local-actions",
    `        with: { start: "\${{ inputs.start }}" }\n`,
    "",
  ],
  ["an action that does not exist", "local-actions", "./actions/plan", "./actions/plans"],
  ["an unknown key", "language-service", "    needs: plan\n", "    needs: plan\n    neeeds: plan\n"],
  ["a need that does not exist", "language-service", "needs: plan", "needs: plans"],
  ["a context that does not exist", "language-service", "${{ inputs.start }}", "${{ input.start }}"],
  ["an input that is not declared", "language-service", "${{ inputs.start }}", "${{ inputs.begin }}"],
  [
    "an output that a job does not declare",
    "language-service",
    "fromJSON(needs.plan.outputs.cells)",
    "fromJSON(needs.plan.outputs.cell)",
  ],
  ["a function that does not exist", "language-service", "fromJSON(", "fromYAML("],
  ["an action on a runtime that is gone", "language-service", "using: node24", "using: node10"],
  [
    "a file over GitHub's limit",
    "workflow-size",
    "name: Backfill",
    `# ${"x".repeat(512 * 1024)}\nname: Backfill`,
  ],
];

describe("lintWorkflows()", () => {
  it("finds nothing in a clean workflow and its action", async () => {
    const files = { [path]: workflow, "actions/plan/action.yml": action };
    assert.deepEqual(await lintWorkflows(files, () => ({ contents: "read" })), []);
  });

  for (const [title, rule, from, to] of defects) {
    it(`finds ${title}`, async () => {
      assert.ok((await rulesFor(from, to)).includes(rule), (await rulesFor(from, to)).join());
    });
  }

  it("finds a job that the table does not know", async () => {
    const findings = await lintWorkflows(
      { [path]: workflow, "actions/plan/action.yml": action },
      () => undefined,
    );
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], ["job-permissions"]);
  });

  it("names file and line", async () => {
    const text = workflow.replace('echo "$CELL"', 'echo "${{ matrix.cell }}"');
    const findings = await lintWorkflows({ [path]: text, "actions/plan/action.yml": action });
    const line = text.split("\n").findIndex((each) => each.includes("echo")) + 1;
    assert.deepEqual(
      findings.filter(({ rule }) => rule === "no-expression-in-run").map(({ file, line: at }) => [file, at]),
      [[path, line]],
    );
  });

  const skip = hasShellcheck() ? false : "shellcheck is not installed (Debian package shellcheck)";
  it("finds what shellcheck finds in run blocks", { skip }, async () => {
    assert.ok((await rulesFor('echo "$CELL"', "rm -rf $CELL/*")).includes("shellcheck"));
  });
});
