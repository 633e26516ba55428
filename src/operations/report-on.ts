import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hullOf, type DateRange } from "../domain/calendar-date.ts";
import { gateStateRange, wholePeriods } from "../gates/gate-range.ts";
import { inForce, openGateScope, type GateScope } from "../gates/gate-scope.ts";
import type { Coverage } from "../gates/coverage/coverage-row.ts";
import { judgeBudgets, type BudgetVerdict } from "../gates/budget/judge-budgets.ts";
import { readCauses, type Causes } from "../gates/read-causes.ts";
import { readContamination } from "../gates/contamination/read-contamination.ts";
import { readContract } from "../gates/contract/read-contract.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import { readGaps } from "../gates/gaps/read-gaps.ts";
import { rememberAnswers } from "../gates/remember-answers.ts";
import { taintsIn } from "../gates/run-gates.ts";
import type { RecordedRun } from "../ledger/read-runs.ts";
import { readState } from "../ledger/read-state.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { parseSelection } from "../plan/plan-record.ts";
import type { Plan, Selection } from "../plan/plan.ts";
import { gapWaived } from "../plan/with-waivers.ts";
import { buildModel } from "../report/build-model.ts";
import type { GateFacts, ReportContext, ReportFacts } from "../report/facts.ts";
import type { ReportModel } from "../report/model.ts";
import { parseReport } from "../report/render-json.ts";
import { collectReport } from "./collect-report.ts";
import { loosenedSince } from "./loosened-since.ts";
import { approvalStaleness, planStaleness, type PlanWorld } from "./plan-staleness.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { triagePartitions } from "../triage/triage-partitions.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What a report is asked for; `plan` is that of the run it reports on, when one was just made. */
export type ReportRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  /** Folder in which the report before this one lies. */
  readonly out: string;
  readonly context: ReportContext;
  readonly plan?: { readonly cells: NonNullable<ReportFacts["planned"]> } | undefined;
  /** Digest of the plan that somebody approved. */
  readonly approved?: string | undefined;
  /** What is weaker in the policy, where it was compared already; else it is set against that of the last runs. */
  readonly loosened?: readonly string[] | undefined;
};

/** Makes every check over the whole periods of the selection, reads the ledger, and builds the report; writes nothing. */
export async function reportOn(warehouse: Warehouse, request: ReportRequest): Promise<ReportModel> {
  return buildModel(await readFacts(warehouse, request));
}

/** The facts of a report in which every check was made. */
export type CheckedFacts = ReportFacts & { readonly gates: AskedGates };

/** Makes every check and reads the ledger: what a report is built from. Writes nothing. */
export async function readFacts(warehouse: Warehouse, request: ReportRequest): Promise<CheckedFacts> {
  const { runbook, selection, context } = request;
  const range = wholePeriods(runbook, selection.range);
  const { runs, ...history } = await collectReport(warehouse, { runbook, range });
  const [run] = runs;
  const state = await readState(warehouse, runbook, stateRange(runbook, { range, run }));
  const remembering = rememberAnswers(warehouse);
  const own = { range, ...processorsOf(selection) };
  const scope = await openGateScope(remembering, { runbook, state, today: context.today, ...own });
  const gates = await askGates(remembering, scope);
  const causes = await readCauses(remembering, runbook, gates.budgets);
  const isWaived = gapWaived(scope.waivers);
  const pending = planBackfill(runbook, state, { ...own, isWaived });
  return {
    runbook,
    range,
    days: scope.days,
    processors: scope.processors.map(({ id }) => id),
    gates,
    history: { ...history, hasEnded: run?.hasEnded ?? true },
    pending,
    planned: request.plan?.cells,
    decisions: decisionsOn(scope, { gates, causes: causes.counts, selection: own }),
    causes: causes.counts,
    loosened: request.loosened ?? loosenedSince(runbook, runs),
    stale: staleFacts({ runbook, state, isWaived }, { request, runs, pending }),
    previous: await previousReport(request.out, runbook.name),
    context: { runId: run?.runId, digest: run?.digest, warehouse: warehouse.address, ...context },
  };
}

type Asked = Pick<Selection, "processors" | "phases">;

function processorsOf({ processors, phases }: Selection): Asked {
  return {
    ...(processors === undefined ? {} : { processors }),
    ...(phases === undefined ? {} : { phases }),
  };
}

/** What gates have to see, and what the plan of the last run was about. */
function stateRange(
  runbook: Runbook,
  { range, run }: { readonly range: DateRange; readonly run: RecordedRun | undefined },
): DateRange {
  const gates = gateStateRange(runbook, range);
  const ran = run === undefined ? undefined : parseSelection(run.selection)?.range;
  return hullOf([gates.from, gates.to, ...(ran === undefined ? [] : [ran.from, ran.to])]) ?? gates;
}

/** Whether plans still hold: that of the run which is reported on, if it had one, and one that was approved. */
function staleFacts(
  world: PlanWorld,
  found: {
    readonly request: ReportRequest;
    readonly runs: readonly RecordedRun[];
    readonly pending: Plan;
  },
): readonly string[] {
  const { request, runs, pending } = found;
  const { approved, context } = request;
  const run = runs.find(({ runId }, rank) =>
    context.runId === undefined ? rank === 0 : runId === context.runId,
  );
  return [
    run === undefined ? undefined : planStaleness(run, world),
    approved === undefined ? undefined : approvalStaleness(approved, { runs, now: pending }),
  ].filter((text) => text !== undefined);
}

type AskedGates = GateFacts & {
  readonly coverage: Coverage;
  readonly budgets: readonly BudgetVerdict[];
};

async function askGates(warehouse: Warehouse, scope: GateScope): Promise<AskedGates> {
  const coverage = await readCoverage(warehouse, scope);
  const { runbook, state } = scope;
  return {
    coverage,
    budgets: judgeBudgets({ runbook, state, rows: coverage.rows, waivers: inForce(scope, "budget") }),
    gaps: await readGaps(warehouse, scope, coverage),
    contamination: await readContamination(warehouse, scope, coverage),
    taints: taintsIn(scope),
    contract: await readContract(warehouse, scope),
    waivers: scope.waivers,
  };
}

function decisionsOn(
  scope: GateScope,
  asked: {
    readonly gates: GateFacts;
    readonly causes: Causes["counts"];
    readonly selection: Selection;
  },
): ReportFacts["decisions"] {
  const { coverage, contamination = [], taints = [], budgets = [], gaps } = asked.gates;
  const { causes } = asked;
  return triagePartitions({
    runbook: scope.runbook,
    state: scope.state,
    findings: {
      coverage: coverage?.rows ?? [],
      contamination,
      taints,
      budgets,
      gaps: gaps?.tables ?? [],
      causes,
    },
    selection: { ...asked.selection, isWaived: gapWaived(scope.waivers) },
  });
}

/** The report before this one, if its folder has one of the same runbook and schema. */
async function previousReport(out: string, runbook: string): Promise<ReportModel | undefined> {
  const text = await readFile(join(out, "report.json"), "utf8").catch(() => undefined);
  const report = text === undefined ? undefined : parseReport(text);
  return report?.runbook.name === runbook ? report : undefined;
}
