import { engines } from "../../engines/engine-table.ts";
import { dispatchInputs } from "./dispatch-inputs.ts";
import { jobGraph, type GraphJob } from "./job-graph.ts";
import { webhookVariable } from "./webhook-variable.ts";
import {
  actionTarget,
  fetches,
  fetchSteps,
  permissionsOf,
  setUpSteps,
  stepsBeforeCommands,
} from "./job-steps.ts";
import {
  expression,
  ownAction,
  runnerOf,
  timeoutOf,
  timeouts,
  type Job,
  type JobScope,
  type JobStep,
} from "./job.ts";

/** Jobs by id in the order of the cascade: plan, approval, processors with the gates before them, report. */
export function compileJobs(scope: JobScope): Readonly<Record<string, Job>> {
  const graph = jobGraph(scope.runbook);
  const ids = graph.map(({ id }) => id);
  const approve = scope.options.approval === undefined ? {} : { approve: approveJob(scope) };
  const jobs = graph.map((job) => [job.id, job.kind === "cells" ? cellJob(scope, job) : gateJob(scope, job)]);
  return {
    plan: planJob(scope, ids),
    ...approve,
    ...Object.fromEntries(jobs),
    report: reportJob(scope, ids),
  };
}

function planJob(scope: JobScope, ids: readonly string[]): Job {
  const { chunkDays } = scope.options;
  const matrices = ids.map((id) => [
    id,
    expression(`toJSON(fromJSON(steps.plan.outputs.matrices || '{}')['${id}'])`),
  ]);
  return {
    name: "Plan",
    "runs-on": runnerOf(scope),
    "timeout-minutes": timeoutOf(scope, "plan"),
    permissions: permissionsOf(scope),
    outputs: {
      digest: expression("steps.plan.outputs.digest"),
      cells: expression("steps.plan.outputs.cells"),
      ...Object.fromEntries(matrices),
    },
    steps: [
      ...setUpSteps(scope, "reader", fetches(scope) ? stepsBeforeCommands(scope) : []),
      ...fetchSteps(scope),
      {
        id: "plan",
        name: "Plan the backfill",
        uses: ownAction(scope, "plan-backfill"),
        with: {
          ...actionTarget(scope),
          ...(chunkDays === undefined ? {} : { "chunk-days": chunkDays }),
          ...Object.fromEntries(plannedInputs.map((name) => [name, expression(`inputs.${name}`)])),
        },
      },
    ],
  };
}

function runsCommand({ runbook }: JobScope, { id }: GraphJob): boolean {
  return runbook.processors.some((processor) => processor.id === id && processor.step.kind === "command");
}

/** Inputs of other jobs than the plan's. */
const laterInputs = new Set(["report-to", "cell-minutes", "statement-minutes"]);

/** Inputs that decide what is planned. */
const plannedInputs = Object.keys(dispatchInputs).filter((name) => !laterInputs.has(name));

function approveJob(scope: JobScope): Job {
  return {
    name: "Approve the plan",
    needs: ["plan"],
    if: condition("needs.plan.outputs.cells != '0'"),
    "runs-on": runnerOf(scope),
    "timeout-minutes": timeouts.approve,
    environment: scope.options.approval ?? "",
    permissions: {},
    steps: [{ name: "Say so", run: "echo approved" }],
  };
}

function cellJob(scope: JobScope, job: GraphJob): Job {
  const { mostCells, variables } = engines[scope.options.warehouse].jobs;
  const bounds = Object.entries(variables).map(([name, input]) => [name, expression(`inputs.${input}`)]);
  return {
    name: `${job.id} ${expression("matrix.cell.title")}`,
    ...orderOf(scope, job),
    "runs-on": runnerOf(scope),
    "timeout-minutes": expression(`fromJSON(inputs.cell-minutes || '${timeoutOf(scope, "cell")}')`),
    permissions: permissionsOf(scope),
    strategy: {
      "fail-fast": false,
      ...(mostCells === undefined ? {} : { "max-parallel": mostCells }),
      matrix: { cell: matrixOf(job.id) },
    },
    steps: [
      ...setUpSteps(scope, "writer", runsCommand(scope, job) ? stepsBeforeCommands(scope) : []),
      {
        name: "Run the cell",
        uses: ownAction(scope, "run-cell"),
        with: { ...actionTarget(scope), cell: expression("matrix.cell.id") },
        ...(bounds.length === 0 ? {} : { env: Object.fromEntries(bounds) }),
      },
    ],
  };
}

function gateJob(scope: JobScope, job: GraphJob): Job {
  return {
    name: `Gate ${expression("matrix.gates")}`,
    ...orderOf(scope, job),
    "runs-on": runnerOf(scope),
    "timeout-minutes": timeoutOf(scope, "gate"),
    permissions: permissionsOf(scope),
    strategy: { "fail-fast": false, matrix: { gates: matrixOf(job.id) } },
    steps: [
      ...setUpSteps(scope, "reader"),
      {
        name: "Check the gates",
        uses: ownAction(scope, "check-gate"),
        with: { ...actionTarget(scope), gates: expression("matrix.gates") },
      },
    ],
  };
}

function reportJob(scope: JobScope, ids: readonly string[]): Job {
  const approve = scope.options.approval === undefined ? [] : ["approve"];
  return {
    name: "Report",
    needs: ["plan", ...approve, ...ids],
    // Where the plan refused there is nothing to report, and its own error says why.
    if: expression("always() && needs.plan.result == 'success'"),
    "runs-on": runnerOf(scope),
    "timeout-minutes": timeoutOf(scope, "report"),
    permissions: permissionsOf(scope, { issues: "write", "pull-requests": "write" }),
    steps: [
      ...setUpSteps(scope, "reader"),
      {
        id: "triage",
        name: "Decide what comes next",
        uses: ownAction(scope, "triage-run"),
        with: actionTarget(scope),
      },
      {
        name: "Post the report",
        if: expression("always()"),
        uses: ownAction(scope, "post-report"),
        with: { ...actionTarget(scope), "report-to": expression("inputs.report-to") },
        ...secretsOfWebhooks(scope),
      },
    ],
  };
}

/** The addresses of webhooks, for the one step that tells them. */
function secretsOfWebhooks({ runbook: { notify = [] } }: JobScope): Pick<JobStep, "env"> {
  if (notify.length === 0) return {};
  const entries = notify.map(({ secret }) => [webhookVariable(secret), expression(`secrets.${secret}`)]);
  return { env: Object.fromEntries(entries) };
}

/** What comes before a job, and the one condition under which it runs: whatever its needs' results. */
function orderOf(
  { options }: JobScope,
  { id, needs }: GraphJob,
): { readonly needs: readonly string[]; readonly if: string } {
  const approve = options.approval === undefined ? [] : ["approve"];
  const approved = approve.map((job) => `needs.${job}.result == 'success'`);
  return {
    needs: ["plan", ...approve, ...needs],
    if: condition(...approved, `needs.plan.outputs.${id} != '[]'`),
  };
}

function condition(...more: readonly string[]): string {
  return expression(["!cancelled()", "needs.plan.result == 'success'", ...more].join(" && "));
}

function matrixOf(id: string): string {
  return expression(`fromJSON(needs.plan.outputs.${id})`);
}
