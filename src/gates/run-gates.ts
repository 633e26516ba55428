import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { isWithin } from "../domain/calendar-date.ts";
import { Fault, unreachable } from "../errors.ts";
import { recordGate } from "../ledger/record-gates.ts";
import type { WarehouseState } from "../plan/plan.ts";
import { readsByProcessor, upstreamsOf } from "../plan/upstream/upstream.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";
import { withUpstream } from "../runbook/upstream.ts";
import { openQueryPool } from "../warehouse/query-pool.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { findTaints } from "./contamination/find-taints.ts";
import { gateStateRange, wholePeriods } from "./gate-range.ts";
import { gateResult, type GateFindings, type GateResult } from "./gate-result.ts";
import { inForce, openGateScope, type GateScope } from "./gate-scope.ts";
import { allDates } from "./held-dates.ts";
import { judgeBudgets } from "./budget/judge-budgets.ts";
import {
  judgeBudgetGate,
  judgeContamination,
  judgeContract,
  judgeCoverage,
  judgeGaps,
} from "./judge-gate.ts";
import { readContamination } from "./contamination/read-contamination.ts";
import { readContract } from "./contract/read-contract.ts";
import { readCoverage } from "./coverage/read-coverage.ts";
import { readGaps } from "./gaps/read-gaps.ts";
import { resultWithoutState, tryState } from "./unreadable-state.ts";
import { rememberAnswers } from "./remember-answers.ts";

/** What a barrier of gates looks at. */
export type GateRequest = {
  readonly runbook: Runbook;
  readonly range: DateRange;
  /** Explicit dates inside the range. */
  readonly dates?: readonly CalendarDate[];
  /** The day on which waivers are judged. */
  readonly today: CalendarDate;
};

/**
 * Reads the state as it is now and runs gates on it, in the order given; no question is asked twice. Records nothing.
 * A state that cannot be read makes every gate `check-failed`, and violates contracts when it is the schema that drifted.
 */
export async function runGates(
  warehouse: Warehouse,
  request: GateRequest,
  gates: readonly Gate[],
): Promise<readonly GateResult[]> {
  if (gates.length === 0) return [];
  const { runbook, range } = request;
  const state = await tryState(warehouse, runbook, gateStateRange(runbook, range));
  if (state instanceof Fault) return gates.map((gate) => resultWithoutState(gate, { range, fault: state }));
  await using pool = openQueryPool(warehouse);
  const remembering = rememberAnswers(pool);
  const results: GateResult[] = [];
  for (const gate of gates) results.push(await runGate(remembering, { ...request, state }, gate));
  return results;
}

/** Runs one gate on a state that was read over `gateStateRange`. A check that cannot run makes it `check-failed`. */
async function runGate(
  warehouse: Warehouse,
  request: GateRequest & { readonly state: WarehouseState },
  gate: Gate,
): Promise<GateResult> {
  const scope = await scopeOfGate(warehouse, request, gate);
  const findings = await look(warehouse, scope, gate);
  return gateResult(gate, { range: request.range, all: allDates(scope) }, narrow(findings, request));
}

/** Enters a gate's result into the ledger, the summary inside its detail. */
export async function recordGateResult(
  warehouse: Warehouse,
  ledger: string,
  {
    result,
    runId,
    checkedAt,
  }: { readonly result: GateResult; readonly runId: string; readonly checkedAt: Date },
): Promise<void> {
  const { gate, kind, status, blocking, range, held, summary, exitCode } = result;
  const detail = JSON.stringify({ summary, exitCode, ...result.detail });
  await recordGate(warehouse, ledger, {
    runId,
    gate,
    kind,
    status,
    blocking,
    range,
    held,
    detail,
    checkedAt,
  });
}

/**
 * The gate's processors as far as they have run by then (those of `after` and all that they read), and the sources
 * that its processors read. Budgets are judged over whole periods.
 */
async function scopeOfGate(
  warehouse: Warehouse,
  request: GateRequest & { readonly state: WarehouseState },
  gate: Gate,
): Promise<GateScope> {
  const { runbook, range, dates } = request;
  const hasRun = withUpstream(readsByProcessor(runbook), gate.after);
  const isWhole = gate.kind === "budget";
  return openGateScope(warehouse, {
    ...request,
    range: isWhole ? wholePeriods(runbook, range) : range,
    ...(isWhole || dates === undefined ? {} : { dates }),
    processors: gate.processors.filter((id) => hasRun.has(id)),
    sources: sourcesOf(runbook, gate.processors),
  });
}

function sourcesOf(
  runbook: Runbook,
  processors: readonly string[],
): readonly Runbook["sources"][number]["table"][] {
  const upstreams = upstreamsOf(runbook);
  const read = processors.flatMap((id) => upstreams.get(id) ?? []);
  return [
    ...new Set(read.flatMap(({ producer }) => (producer.kind === "source" ? [producer.source.table] : []))),
  ];
}

async function look(warehouse: Warehouse, scope: GateScope, gate: Gate): Promise<GateFindings> {
  if (gate.kind === "contract") return judgeContract(scope, await readContract(warehouse, scope));
  const coverage = await readCoverage(warehouse, scope);
  switch (gate.kind) {
    case "gaps":
      return judgeGaps(scope, { coverage, gaps: await readGaps(warehouse, scope, coverage) });
    case "coverage":
      return judgeCoverage(scope, coverage);
    case "budget": {
      const facts = { runbook: scope.runbook, state: scope.state, rows: coverage.rows };
      const verdicts = judgeBudgets({ ...facts, waivers: inForce(scope, "budget") });
      return judgeBudgetGate(scope, { coverage, verdicts });
    }
    case "contamination": {
      const tables = await readContamination(warehouse, scope, coverage);
      return judgeContamination(scope, gate, { tables, taints: taintsIn(scope) });
    }
    default:
      return unreachable(gate.kind);
  }
}

/** Taints of the scope's processors on its days; what they take from others is searched everywhere. */
export function taintsIn(scope: GateScope): ReturnType<typeof findTaints> {
  const days = new Set(scope.days.map(({ date }) => date));
  const processors = new Set(scope.processors.map(({ id }) => id));
  return findTaints(scope.runbook, scope.state, scope.range).filter(
    ({ processor, date }) => processors.has(processor) && days.has(date),
  );
}

/** Only dates of the request are held back, also where a gate looked at more. */
function narrow(findings: GateFindings, { range, dates }: GateRequest): GateFindings {
  const held = findings.held
    .map((entry) => ({
      ...entry,
      dates: entry.dates.filter((date) => isWithin(date, range) && (dates?.includes(date) ?? true)),
    }))
    .filter((entry) => entry.dates.length > 0);
  return { ...findings, held };
}
