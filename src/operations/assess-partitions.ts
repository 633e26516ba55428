import type { CalendarDate } from "../domain/calendar-date.ts";
import type { ContaminationTable } from "../gates/contamination/contamination-table.ts";
import type { Coverage } from "../gates/coverage/coverage-row.ts";
import { findTaints } from "../gates/contamination/find-taints.ts";
import { gateStateRange, wholePeriods } from "../gates/gate-range.ts";
import { inForce, openGateScope, type GateScope } from "../gates/gate-scope.ts";
import { judgeBudgets, type BudgetVerdict } from "../gates/budget/judge-budgets.ts";
import { readCauses } from "../gates/read-causes.ts";
import { readContamination } from "../gates/contamination/read-contamination.ts";
import { readGaps } from "../gates/gaps/read-gaps.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import type { Taint } from "../gates/contamination/taint.ts";
import { readState } from "../ledger/read-state.ts";
import type { Selection, WarehouseState } from "../plan/plan.ts";
import { gapWaived } from "../plan/with-waivers.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Decision } from "../triage/decision.ts";
import { triagePartitions } from "../triage/triage-partitions.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What is asked: the selection of one runbook, on the day on which waivers are judged. */
export type AssessmentRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  readonly today: CalendarDate;
};

/** What the gates found and what the recovery tree makes of it. */
export type Assessment = {
  readonly state: WarehouseState;
  readonly coverage: Coverage;
  readonly budgets: readonly BudgetVerdict[];
  readonly contamination: readonly ContaminationTable[];
  readonly taints: readonly Taint[];
  readonly decisions: readonly Decision[];
  /** Questions that could not be answered. */
  readonly failed: readonly string[];
};

/** Makes every check that triage needs, once, and decides; writes nothing. Budgets are judged over whole periods. */
export async function assessPartitions(
  warehouse: Warehouse,
  request: AssessmentRequest,
): Promise<Assessment> {
  const { runbook, selection } = request;
  const state = await readState(warehouse, runbook, gateStateRange(runbook, selection.range));
  const whole = await openScope(warehouse, request, { state, range: wholePeriods(runbook, selection.range) });
  const coverage = await readCoverage(warehouse, whole);
  const budgets = judgeBudgets({ runbook, state, rows: coverage.rows, waivers: inForce(whole, "budget") });
  const own = await openScope(warehouse, request, { state, range: selection.range });
  const contamination = await readContamination(warehouse, own, coverage);
  const gaps = await readGaps(warehouse, { ...own, sources: runbook.sources, processors: [] }, coverage);
  const taints = findTaints(runbook, state, selection.range);
  const causes = await readCauses(warehouse, runbook, budgets);
  const findings = {
    coverage: coverage.rows,
    contamination,
    taints,
    gaps: gaps.tables,
    budgets,
    causes: causes.counts,
  };
  const isWaived = gapWaived(whole.waivers);
  const decisions = triagePartitions({ runbook, state, findings, selection: { ...selection, isWaived } });
  const failed = [...unanswered(coverage, [...contamination, ...gaps.tables]), ...causes.failed];
  return { state, coverage, budgets, contamination, taints, decisions, failed };
}

/** Questions about tables that could not be answered. */
function unanswered(
  coverage: Coverage,
  tables: readonly {
    readonly table: string;
    readonly messages?: readonly string[];
    readonly message?: string | undefined;
  }[],
): readonly string[] {
  return [
    ...coverage.failed.map(({ processor, message }) => `${processor}: ${message}`),
    ...tables.flatMap(({ table, messages = [], message }) =>
      [...messages, ...(message === undefined ? [] : [message])].map((text) => `${table}: ${text}`),
    ),
  ];
}

/** All processors, since upstream of the selection is decided on too; sources are the gates' own matter. */
function openScope(
  warehouse: Warehouse,
  { runbook, today }: AssessmentRequest,
  { state, range }: Pick<GateScope, "state" | "range">,
): Promise<GateScope> {
  return openGateScope(warehouse, { runbook, state, range, today, sources: [], withLeadIn: true });
}
