import type { BudgetVerdict } from "../gates/budget/judge-budgets.ts";
import type { ContaminationTable } from "../gates/contamination/contamination-table.ts";
import type { Taint } from "../gates/contamination/taint.ts";
import type { Coverage } from "../gates/coverage/coverage-row.ts";
import type { Gaps } from "../gates/gaps/gap-table.ts";
import type { GateAnswers } from "../gates/gate-answers.ts";
import { explainAnswers, findingsIn, gateDescriptions } from "../gates/gate-descriptions.ts";
import { askGates, decisionScopes, openReading } from "../gates/gate-readers.ts";
import type { GateScope } from "../gates/gate-scope.ts";
import { readCauses, type Causes } from "../gates/read-causes.ts";
import type { Selection } from "../plan/plan.ts";
import { gapWaived } from "../plan/waivers/with-waivers.ts";
import { gateKinds, type GateKind } from "../runbook/runbook.ts";
import type { Decision } from "../triage/decision.ts";
import type { GateHold } from "../triage/gate-findings.ts";
import { runGates, type GateRequest } from "../gates/run-gates.ts";
import { triagePartitions } from "../triage/triage-partitions.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What each group of checks looks at. */
export type CheckScopes = {
  /** Every expected row, and the budgets. */
  readonly accounts: GateScope;
  /** Critical fields, distributions, relations and taints. */
  readonly values: GateScope;
  /** Dates that sources lack. */
  readonly sources: GateScope;
};

/** Kinds of gates that decisions rest on. */
type DecisionKind = {
  [Kind in GateKind]: (typeof decisionScopes)[Kind] extends undefined ? never : Kind;
}[GateKind];

/** What the checks found that decisions rest on. */
export type Checks = {
  readonly answers: Pick<GateAnswers, DecisionKind>;
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
  const { runbook } = scopes.accounts;
  const accounts = openReading(warehouse, scopes.accounts);
  const kinds = gateKinds.filter(isDecisive).filter((kind) => gateDescriptions[kind].isAsked(runbook));
  const answers = await askGates(kinds, (kind) => ({ ...accounts, scope: scopes[decisionScopes[kind]] }));
  const { coverage, budget, contamination, gaps } = answers;
  return {
    answers,
    coverage,
    budgets: budget.verdicts,
    contamination: contamination.tables,
    taints: contamination.taints,
    gaps: gaps.gaps,
    causes: await readCauses(
      warehouse,
      { runbook, calendar: scopes.accounts.state.calendar },
      budget.verdicts,
    ),
  };
}

function isDecisive(kind: GateKind): kind is DecisionKind {
  return decisionScopes[kind] !== undefined;
}

/** What the blocking gates hold back as things stand, whichever of them a run has made. */
export async function readHeld(warehouse: Warehouse, request: GateRequest): Promise<readonly GateHold[]> {
  const blocking = request.runbook.gates.filter((gate) => gate.blocking);
  const results = await runGates(warehouse, request, blocking);
  return results.flatMap(({ gate, held }) => held.map((own) => ({ gate, ...own })));
}

/** What the recovery tree makes of the checks and of what gates hold, for the partitions of a selection. */
export function decideOn(
  { runbook, state, waivers }: GateScope,
  {
    checks,
    held,
    selection,
  }: {
    readonly checks: Checks;
    readonly held: readonly GateHold[];
    readonly selection: Selection;
  },
): readonly Decision[] {
  const { answers, coverage, contamination, taints, budgets, causes } = checks;
  const gaps = explainAnswers(answers).flatMap(({ kind, lacking }) =>
    lacking().map((dates) => ({ ...dates, asks: kind })),
  );
  const findings = {
    coverage: coverage.rows,
    contamination,
    taints,
    budgets,
    gaps,
    held,
    causes: causes.counts,
  };
  return triagePartitions({
    runbook,
    state,
    findings,
    selection: { ...selection, isWaived: gapWaived(waivers) },
  });
}

/** Questions that could not be answered, one line each. */
export function unanswered({ answers, causes }: Checks): readonly string[] {
  const failed = findingsIn(answers).filter(({ status }) => status === "check-failed");
  return [...failed.map(({ subject, detail }) => `${subject}: ${detail}`), ...causes.failed];
}
