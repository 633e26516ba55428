import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { ZodObject } from "zod";
import { Fault } from "../../../src/errors.ts";
import {
  cellInputs,
  commandInputs,
  fetchInputs,
  gateInputs,
  planInputs,
  reportInputs,
  triageInputs,
} from "../../../src/github/action-inputs.ts";
import { faultAnnotations } from "../../../src/github/open-job.ts";
import { invalidRunbook } from "../../../src/run/read-runbook.ts";
import { jobEnvironment } from "../runner/job-environment.ts";
import { nodeBinary } from "../runner/node-binary.ts";

type ActionFile = {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required: boolean; readonly default?: string }>
  >;
  readonly outputs?: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: Readonly<Record<string, string>>;
};

const root = join(import.meta.dirname, "../../..");

const actions: readonly { name: string; schema: ZodObject; outputs: readonly string[]; hasPost: boolean }[] =
  [
    {
      name: "plan-backfill",
      schema: planInputs,
      outputs: ["matrices", "digest", "cells", "jobs"],
      hasPost: false,
    },
    { name: "fetch-files", schema: fetchInputs, outputs: [], hasPost: false },
    { name: "run-cell", schema: cellInputs, outputs: [], hasPost: true },
    { name: "check-gate", schema: gateInputs, outputs: [], hasPost: true },
    { name: "triage-run", schema: triageInputs, outputs: ["file", "open"], hasPost: false },
    { name: "post-report", schema: reportInputs, outputs: [], hasPost: false },
    {
      name: "handle-command",
      schema: commandInputs,
      outputs: ["write", "plan", "answer", "states"],
      hasPost: false,
    },
  ];

describe("actions", () => {
  it("are all held to their contract here", () => {
    const folders = readdirSync(join(root, "actions"));
    assert.deepEqual(folders.toSorted(), actions.map(({ name }) => name).toSorted());
  });
});

function readAction(name: string): ActionFile {
  return parse(readFileSync(join(root, "actions", name, "action.yml"), "utf8")) as ActionFile;
}

/** Starts an action as the runner does: the file of action.yml, inputs and run in the environment. */
function start(
  name: string,
  inputs: Readonly<Record<string, string>>,
): { readonly status: number | null; readonly stdout: string; readonly outputs: string } {
  const folder = mkdtempSync(join(tmpdir(), "cascade-action-"));
  const output = join(folder, "output");
  writeFileSync(output, "");
  const given = Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value]);
  const { status, stdout } = spawnSync(
    nodeBinary,
    [join(root, "actions", name, readAction(name).runs["main"] ?? "")],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "",
        GITHUB_ACTIONS: "true",
        ...jobEnvironment,
        GITHUB_OUTPUT: output,
        GITHUB_STATE: output,
        RUNNER_TEMP: folder,
        ...Object.fromEntries(given),
      },
    },
  );
  const outputs = readFileSync(output, "utf8");
  rmSync(folder, { recursive: true, force: true });
  return { status, stdout, outputs };
}

for (const { name, schema, outputs, hasPost } of actions) {
  describe(`actions/${name}`, () => {
    const action = readAction(name);

    it("declares the inputs and outputs that the code reads and writes, each with a description", () => {
      assert.deepEqual(Object.keys(action.inputs), Object.keys(schema.shape).toSorted(sameOrder(action)));
      assert.deepEqual(Object.keys(action.outputs ?? {}), outputs);
      const described = [...Object.values(action.inputs), ...Object.values(action.outputs ?? {}), action];
      assert.ok(described.every(({ description }) => description.length > 10));
      for (const [key, { required, default: usual }] of Object.entries(action.inputs)) {
        assert.equal(required, usual === undefined, key);
      }
    });

    it("runs on node24 from its source, and cleans up where it has results", () => {
      assert.deepEqual(action.runs, {
        using: "node24",
        main: "index.ts",
        ...(hasPost ? { post: "index.ts", "post-if": "always()" } : {}),
      });
    });

    it("starts as the runner starts it, and refuses inputs that do not parse with an annotation", () => {
      const wrong = { runbook: "$(id)", warehouse: "sqlite", step: "$(id)" };
      const { status, stdout } = start(name, wrong);
      assert.equal(status, 1);
      assert.match(stdout, /::error title=input-invalid::Cannot read the inputs: /);
      for (const key of Object.keys(wrong).filter((own) => own in schema.shape)) {
        assert.match(stdout, new RegExp(`[:;] ${key}: `));
      }
    });
  });
}

describe("faultAnnotations()", () => {
  it("puts every problem of a runbook at its file and line, and the way out first", () => {
    const fault = invalidRunbook("runbooks/x", [
      {
        place: { file: "runbook.yml", line: 12, column: 3 },
        message: 'Unknown processor "A"',
        hint: 'write "B"',
      },
      { place: { file: "sql/b.sql", line: 1, column: 1 }, message: "expected a select", hint: "write one" },
    ]);
    assert.deepEqual(faultAnnotations(fault), [
      {
        level: "error",
        title: "runbook-invalid",
        message: 'Cannot read the runbook "runbooks/x": 2 problems\nCorrect the files at the places named.',
      },
      {
        level: "error",
        title: "runbook-invalid",
        message: 'Unknown processor "A" (write "B")',
        place: { file: "runbooks/x/runbook.yml", line: 12, column: 3 },
      },
      {
        level: "error",
        title: "runbook-invalid",
        message: "expected a select (write one)",
        place: { file: "runbooks/x/sql/b.sql", line: 1, column: 1 },
      },
    ]);
  });

  it("shows at most the ten that GitHub shows of a step", () => {
    const problems = Array.from({ length: 30 }, (_, index) => {
      return { place: { file: "a.yml", line: index + 1, column: 1 }, message: "wrong", hint: "mend it" };
    });
    const annotations = faultAnnotations(invalidRunbook(".", problems));
    assert.equal(annotations.length, 10);
    assert.match(annotations[0]?.message ?? "", /21 more in the log/);
  });

  it("takes no place from a text, however it begins", () => {
    const finding = "actions/run-cell/index.ts:1:1 evil";
    const place = { file: "runbook.yml", line: 3, column: 1 };
    const faults = [
      new Fault("load-failed", `Cannot load: the check "orders" found\n  ${finding} (3)\n${finding}`, {
        hint: finding,
      }),
      invalidRunbook("runbooks/x", [{ place, message: `Unknown column "\n${finding}"`, hint: "write one" }]),
    ];
    const files = faults.flatMap(faultAnnotations).flatMap(({ place: at }) => (at ? [at.file] : []));
    assert.deepEqual(files, ["runbooks/x/runbook.yml"]);
  });
});

/** The order of action.yml, with strangers last: a key that only one side has shows as a difference. */
function sameOrder(action: ActionFile): (left: string, right: string) => number {
  const order = Object.keys(action.inputs);
  return (left, right) => rank(order, left) - rank(order, right);
}

function rank(order: readonly string[], key: string): number {
  const index = order.indexOf(key);
  return index < 0 ? order.length : index;
}
