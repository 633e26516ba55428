import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { Fault } from "../../../src/errors.ts";
import { compileWorkflow } from "../../../src/github/compile-workflow.ts";
import { dispatchInputs } from "../../../src/github/workflow/dispatch-inputs.ts";
import type { Job, WorkflowOptions } from "../../../src/github/workflow/job.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";

type Workflow = {
  readonly permissions: object;
  readonly concurrency: object;
  readonly jobs: Readonly<Record<string, Job>>;
};

const committed = [
  ["nba-cascade", "duckdb"],
  ["web-events", "duckdb"],
  ["nba-cascade", "bigquery"],
] as const;

async function compile(name: string, options: WorkflowOptions): Promise<Workflow> {
  return parse(compileWorkflow(await readRunbook(name), options).text) as Workflow;
}

function withProcessors(runbook: Runbook, count: number): Runbook {
  const [first] = runbook.processors;
  if (first === undefined) throw new Error("The runbook has no processor");
  const processors = Array.from({ length: count }, (_, index) => ({ ...first, id: `P${index}` }));
  return { ...runbook, processors, gates: [] };
}

const commandStep = {
  kind: "command",
  argv: ["python3", "cohort.py"],
  files: [],
  writes: "staged",
  timeoutSeconds: 60,
} as const;

/** web-events with jobs of every key, and its COHORT by another step where one is given. */
async function withJobs(step?: Runbook["processors"][number]["step"]): Promise<Runbook> {
  const runbook = await readRunbook("web-events");
  const uses = `actions/setup-python@${"1".repeat(40)}`;
  return {
    ...runbook,
    processors: runbook.processors.map((processor) =>
      processor.id === "COHORT" && step !== undefined ? { ...processor, step } : processor,
    ),
    jobs: {
      runner: ["self-hosted", "linux"],
      approval: "production",
      timeouts: { job: 15, cell: 120 },
      gates: "together",
      cells: "period",
      steps: [
        { kind: "uses", uses, version: "v5.6.0", with: { "python-version": "3.12" } },
        { kind: "run", run: "pip install -r requirements.txt" },
      ],
    },
  };
}

/** What the steps of a job are, each by the name of its action or the beginning of its lines. */
function stepsOf(job: Job | undefined): readonly string[] {
  return (job?.steps ?? []).map(({ uses, run = "" }) =>
    uses === undefined ? run.replace(/^npm ci .*/, "npm ci") : uses.replace(/@.*/, ""),
  );
}

describe("compileWorkflow()", () => {
  for (const [name, warehouse] of committed) {
    it(`gives the committed file for ${name} on ${warehouse}`, async () => {
      const { path, text } = compileWorkflow(await readRunbook(name), { warehouse });
      assert.equal(
        readFileSync(path, "utf8"),
        text,
        `run \`cascade workflow ${name} --warehouse ${warehouse}\``,
      );
    });
  }

  it("signs cells in as the writer and every other job as the reader", async () => {
    const { jobs } = await compile("nba-cascade", { warehouse: "bigquery" });
    for (const [id, { steps }] of Object.entries(jobs)) {
      const runsCell = steps.some(({ uses }) => uses === "./actions/run-cell");
      const accounts = steps.flatMap((step) => step.with?.["service_account"] ?? []);
      assert.deepEqual(accounts, [`\${{ vars.CASCADE_${runsCell ? "WRITER" : "READER"} }}`], id);
    }
  });

  it("hands the addresses of webhooks to the step that reports, by their names and to no other", async () => {
    const runbook = await readRunbook("web-events");
    const notify = [
      { to: "slack", secret: "SLACK_HOOK", values: false },
      { to: "json", secret: "OTHER", values: true },
    ] as const;
    const { text } = compileWorkflow({ ...runbook, notify }, { warehouse: "bigquery" });
    const { jobs } = parse(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) =>
      job.steps.filter(({ name, env }) => env !== undefined && name !== "Run the cell"),
    );
    assert.deepEqual(
      steps.map(({ name, env }) => [name, env]),
      [
        [
          "Post the report",
          {
            CASCADE_SECRET_SLACK_HOOK: "${{ secrets.SLACK_HOOK }}",
            CASCADE_SECRET_OTHER: "${{ secrets.OTHER }}",
          },
        ],
      ],
    );
    assert.equal(text.split("secrets.").length, 3);
  });

  it("needs exactly what a processor reads and the gates in between", async () => {
    const { jobs } = await compile("web-events", { warehouse: "duckdb" });
    assert.deepEqual(
      Object.entries(jobs).map(([id, { needs }]) => [id, needs]),
      [
        ["plan", undefined],
        ["SESS", ["plan"]],
        ["gates-session", ["plan", "SESS"]],
        ["COHORT", ["plan", "SESS", "gates-session"]],
        ["gates-final", ["plan", "COHORT"]],
        ["report", ["plan", "SESS", "gates-session", "COHORT", "gates-final"]],
      ],
    );
  });

  it("needs every processor that is read, through whatever window", async () => {
    const { jobs } = await compile("nba-cascade", { warehouse: "duckdb" });
    const read = (jobs["PCF"]?.needs ?? []).filter((id) => !id.startsWith("gates-"));
    assert.deepEqual(read, ["plan", "UPGC", "TDZA", "PSZA"]);
  });

  it("lets no job wait for itself, whatever the gates look at", async () => {
    const runbook = await readRunbook("web-events");
    const [gate] = runbook.gates;
    assert.ok(gate);
    const wide = { ...gate, processors: ["SESS", "COHORT"], blocking: true };
    const gates = [
      { ...wide, id: "a", after: ["SESS"] },
      { ...wide, id: "b", after: ["COHORT"] },
    ];
    const { jobs } = parse(compileWorkflow({ ...runbook, gates }, { warehouse: "duckdb" }).text) as Workflow;
    const done = new Set<string>();
    for (let round = 0; round < Object.keys(jobs).length; round += 1) {
      for (const [id, job] of Object.entries(jobs)) {
        if ((job.needs ?? []).every((need) => done.has(need))) done.add(id);
      }
    }
    assert.deepEqual([...done].toSorted(), Object.keys(jobs).toSorted());
  });

  it("runs cells and gates whatever their needs' results, and the report always", async () => {
    const { jobs } = await compile("web-events", { warehouse: "duckdb" });
    assert.deepEqual(
      Object.entries(jobs).map(([id, job]) => [id, job.if]),
      [
        ["plan", undefined],
        ...["SESS", "gates-session", "COHORT", "gates-final"].map((id) => [
          id,
          `\${{ !cancelled() && needs.plan.result == 'success' && needs.plan.outputs.${id} != '[]' }}`,
        ]),
        ["report", "${{ always() && needs.plan.result == 'success' }}"],
      ],
    );
  });

  it("never cancels the other legs of a matrix, and writes a BigQuery table twice at once at most", async () => {
    const local = await compile("web-events", { warehouse: "duckdb" });
    const cloud = await compile("web-events", { warehouse: "bigquery" });
    for (const id of ["SESS", "COHORT"]) {
      assert.equal(local.jobs[id]?.strategy?.["fail-fast"], false);
      assert.equal(local.jobs[id]?.strategy?.["max-parallel"], undefined);
      assert.equal(cloud.jobs[id]?.strategy?.["max-parallel"], 10);
    }
  });

  it("grants nothing at the top and each job what it needs", async () => {
    const read = { contents: "read", actions: "read" };
    for (const warehouse of ["duckdb", "bigquery"] as const) {
      const { permissions, jobs } = await compile("web-events", { warehouse });
      const identity = warehouse === "bigquery" ? { "id-token": "write" } : {};
      assert.deepEqual(permissions, {});
      for (const [id, job] of Object.entries(jobs)) {
        const more = id === "report" ? { issues: "write", "pull-requests": "write" } : {};
        assert.deepEqual(job.permissions, { ...read, ...more, ...identity }, id);
        assert.match(
          String(job["timeout-minutes"]),
          /^(?:\d+|\$\{\{ fromJSON\(inputs\.cell-minutes \|\| '60'\) \}\})$/,
          id,
        );
      }
    }
  });

  it("queues runs of one runbook and warehouse", async () => {
    const { concurrency } = await compile("nba-cascade", { warehouse: "bigquery" });
    assert.deepEqual(concurrency, {
      group: "cascade-nba-cascade-bigquery",
      queue: "max",
      "cancel-in-progress": false,
    });
  });

  it("pins other people's actions and puts no expression into a shell", async () => {
    const { text } = compileWorkflow(await readRunbook("nba-cascade"), { warehouse: "bigquery" });
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, name]) => name ?? "");
    const loose = uses.filter(
      (name) => !name.startsWith("./actions/") && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+$/.test(name),
    );
    assert.deepEqual(loose, []);
    const shells = [...text.matchAll(/^ +run: (.*)/gm)].map(([, script]) => script ?? "");
    assert.deepEqual(
      [...new Set(shells)],
      ["npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund"],
    );
    assert.equal(
      text.match(/actions\/checkout@/g)?.length,
      text.match(/persist-credentials: false/g)?.length,
    );
  });

  it("offers typed inputs with defaults, at most the 25 that GitHub takes", () => {
    const inputs = Object.values(dispatchInputs);
    assert.ok(inputs.length <= 25);
    assert.ok(inputs.every((input) => input.type !== undefined && input.default !== undefined));
  });

  it("lets reviewers of an environment stand between the plan and every other job", async () => {
    const { jobs } = await compile("web-events", { warehouse: "duckdb", approval: "production" });
    assert.equal(jobs["approve"]?.environment, "production");
    assert.deepEqual(jobs["approve"]?.permissions, {});
    for (const id of ["SESS", "gates-session", "COHORT", "gates-final"]) {
      assert.deepEqual(jobs[id]?.needs?.slice(0, 2), ["plan", "approve"]);
      assert.match(jobs[id]?.if ?? "", /needs\.approve\.result == 'success'/);
    }
  });

  it("runs on what the runbook asks for, and what it sets up comes before commands only", async () => {
    const runbook = await withJobs(commandStep);
    const { text } = compileWorkflow(runbook, { warehouse: "bigquery" });
    const { jobs } = parse(text) as Workflow;
    assert.deepEqual(
      Object.entries(jobs).map(([id, job]) => [id, job["runs-on"], job["timeout-minutes"]]),
      [
        ["plan", ["self-hosted", "linux"], 15],
        ["approve", ["self-hosted", "linux"], 5],
        ["SESS", ["self-hosted", "linux"], "${{ fromJSON(inputs.cell-minutes || '120') }}"],
        ["gates-session", ["self-hosted", "linux"], 15],
        ["COHORT", ["self-hosted", "linux"], "${{ fromJSON(inputs.cell-minutes || '120') }}"],
        ["gates-final", ["self-hosted", "linux"], 15],
        ["report", ["self-hosted", "linux"], 15],
      ],
    );
    assert.equal(jobs["approve"]?.environment, "production");
    const usual = ["actions/checkout", "actions/setup-node", "npm ci", "google-github-actions/auth"];
    assert.deepEqual(stepsOf(jobs["SESS"]), [...usual, "./actions/run-cell"]);
    const [checkout = "", node = "", install = "", signIn = ""] = usual;
    assert.deepEqual(stepsOf(jobs["COHORT"]), [
      checkout,
      node,
      install,
      "actions/setup-python",
      "pip install -r requirements.txt",
      // The identity comes last: nothing that is installed has it.
      signIn,
      "./actions/run-cell",
    ]);
    assert.match(
      text,
      /uses: actions\/setup-python@(\d)\1{39} # v5\.6\.0\n +with:\n +python-version: "3\.12"/,
    );
    assert.deepEqual(jobs["COHORT"]?.permissions, jobs["SESS"]?.permissions);
  });

  it("fetches files in a step of its own, which alone sees the secrets that it names", async () => {
    const runbook = await withJobs();
    const fetch = { argv: ["python3", "fetch.py"], secrets: ["SHOP_KEY"], timeoutSeconds: 60 };
    const load = {
      prelude: undefined,
      files: [],
      parameters: {},
      steps: [],
      checks: [],
      from: "data",
      fetch,
    };
    const { text } = compileWorkflow({ ...runbook, load }, { warehouse: "duckdb" });
    const { jobs } = parse(text) as Workflow;
    const steps = jobs["plan"]?.steps ?? [];
    assert.deepEqual(stepsOf(jobs["plan"]).slice(3), [
      "actions/setup-python",
      "pip install -r requirements.txt",
      "./actions/fetch-files",
      "./actions/plan-backfill",
    ]);
    const fetching = steps.find(({ uses }) => uses === "./actions/fetch-files");
    assert.deepEqual(fetching?.env, { SHOP_KEY: "${{ secrets.SHOP_KEY }}" });
    assert.equal(fetching?.if, "${{ inputs.from == '' }}");
    assert.equal(text.match(/secrets\./g)?.length, 1);
    const cloud = compileWorkflow({ ...runbook, load }, { warehouse: "bigquery" });
    assert.doesNotMatch(cloud.text, /fetch-files|secrets\./);
  });

  it("refuses jobs on a file of their own that nothing would fill", async () => {
    const runbook = { ...(await readRunbook("web-events")), sample: undefined };
    assert.throws(
      () => compileWorkflow(runbook, { warehouse: "duckdb" }),
      (error: unknown) => error instanceof Fault && error.code === "workflow-without-rows",
    );
    assert.doesNotThrow(() => compileWorkflow(runbook, { warehouse: "bigquery" }));
    const load = { prelude: undefined, files: [], parameters: {}, steps: [], checks: [] };
    assert.throws(() => compileWorkflow({ ...runbook, load }, { warehouse: "duckdb" }), Fault);
    const loaded = { ...runbook, load: { ...load, from: "data" } };
    assert.doesNotThrow(() => compileWorkflow(loaded, { warehouse: "duckdb" }));
  });

  it("refuses runbooks that one run cannot hold, and says what to change", async () => {
    const runbook = await readRunbook("web-events");
    const limit = (error: unknown) =>
      error instanceof Fault && error.code === "workflow-limit" && error.hint !== "";
    assert.throws(() => compileWorkflow(withProcessors(runbook, 199), { warehouse: "duckdb" }), limit);
    assert.doesNotThrow(() => compileWorkflow(withProcessors(runbook, 150), { warehouse: "duckdb" }));
    const renamed = withProcessors(runbook, 1).processors.map((processor) => ({
      ...processor,
      id: "Report",
    }));
    assert.throws(
      () => compileWorkflow({ ...runbook, processors: renamed, gates: [] }, { warehouse: "duckdb" }),
      limit,
    );
  });
});
