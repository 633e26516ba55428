import type { BudgetVerdict } from "../gates/budget/judge-budgets.ts";
import { judgeBudgets } from "../gates/budget/judge-budgets.ts";
import type { ContaminationTable } from "../gates/contamination/contamination-table.ts";
import { readContamination } from "../gates/contamination/read-contamination.ts";
import type { Taint } from "../gates/contamination/taint.ts";
import type { Coverage } from "../gates/coverage/coverage-row.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import type { Gaps } from "../gates/gaps/gap-table.ts";
import { readGaps } from "../gates/gaps/read-gaps.ts";
import { inForce, type GateScope } from "../gates/gate-scope.ts";
import { readCauses, type Causes } from "../gates/read-causes.ts";
import { taintsIn } from "../gates/contamination/find-taints.ts";
import type { Selection } from "../plan/plan.ts";
import { gapWaived } from "../plan/waivers/with-waivers.ts";
import type { Decision } from "../triage/decision.ts";
import { triagePartitions } from "../triage/triage-partitions.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What each group of checks looks at. */
export type CheckScopes = {
  /** Every expected row, and the budgets. */
  readonly accounts: GateScope;
  /** Critical fields, distributions, relations and taints. */
  readonly values: GateScope;
  /** Dates without rows. */
  readonly gaps: GateScope;
};

/** What the checks found that decisions rest on. */
export type Checks = {
  readonly coverage: Coverage;
  readonly budgets: readonly BudgetVerdict[];
  readonly contamination: readonly ContaminationTable[];
  readonly taints: readonly Taint[];
  readonly gaps: Gaps;
  /** What the runbook's causes found behind exceeded budgets. */
  readonly causes: Causes;
};

/** Makes every check that decisions rest on, once; writes nothing. What could not be asked stands in each answer. */
export async function makeChecks(warehouse: Warehouse, scopes: CheckScopes): Promise<Checks> {
  const { accounts, values, gaps } = scopes;
  const { runbook, state } = accounts;
  const coverage = await readCoverage(warehouse, accounts);
  const budgets = judgeBudgets({
    runbook,
    state,
    rows: coverage.rows,
    waivers: inForce(accounts, "budget"),
  });
  return {
    coverage,
    budgets,
    contamination: await readContamination(warehouse, values, coverage),
    taints: taintsIn(values),
    gaps: await readGaps(warehouse, gaps, coverage),
    causes: await readCauses(warehouse, runbook, budgets),
  };
}

/** What the recovery tree makes of the checks, for the partitions of a selection. */
export function decideOn(
  { runbook, state, waivers }: GateScope,
  { checks, selection }: { readonly checks: Checks; readonly selection: Selection },
): readonly Decision[] {
  const { coverage, gaps, causes, ...own } = checks;
  return triagePartitions({
    runbook,
    state,
    findings: { ...own, coverage: coverage.rows, gaps: gaps.tables, causes: causes.counts },
    selection: { ...selection, isWaived: gapWaived(waivers) },
  });
}

/** Questions that could not be answered, one line each. */
export function unanswered({ coverage, contamination, gaps, causes }: Checks): readonly string[] {
  return [
    ...coverage.failed.map(({ processor, message }) => `${processor}: ${message}`),
    ...contamination.flatMap(({ table, messages }) => messages.map((text) => `${table}: ${text}`)),
    ...gaps.tables.flatMap(({ table, message }) => (message === undefined ? [] : [`${table}: ${message}`])),
    ...causes.failed,
  ];
}
