import { checkComplete } from "../check/check-complete.ts";
import { checkDuplicates } from "../check/check-duplicates.ts";
import { checkPeriods } from "../check/check-periods.ts";
import type { Declaration } from "../declaration.ts";
import { compareProblems } from "../problem.ts";
import { lintCategories } from "./lint-categories.ts";
import { lintCounts } from "./lint-counts.ts";
import { lintFloats } from "./lint-floats.ts";
import { lintGates } from "./lint-gates.ts";
import { lintGraph } from "./lint-graph.ts";
import { lintHistory } from "./lint-history.ts";
import { lintLaterDates } from "./lint-later-dates.ts";
import { lintLimits } from "./lint-limits.ts";
import { lintOrganisation } from "./lint-organisation.ts";
import type { Organisation } from "../parse-organisation.ts";
import { lintPeriods } from "./lint-periods.ts";
import { lintRates } from "./lint-rates.ts";
import { lintWholeReads } from "./lint-whole-reads.ts";
import { lintWindows } from "./lint-windows.ts";
import { lintRetention } from "./lint-retention.ts";
import { lintRules } from "./lint-rules.ts";
import { lintWaivers } from "./lint-waivers.ts";
import type { PolicyFinding } from "../problem.ts";
import { buildPolicyModel, type PolicyModel } from "./policy-model.ts";

const lints: readonly ((model: PolicyModel) => Iterable<PolicyFinding>)[] = [
  lintGraph,
  lintPeriods,
  lintRates,
  lintCounts,
  lintLimits,
  lintRules,
  lintGates,
  lintCategories,
  lintWindows,
  lintWholeReads,
  lintLaterDates,
  lintRetention,
  lintFloats,
  lintWaivers,
  lintHistory,
];

/**
 * Contradictions of a policy, sorted by place. It works on the declaration, so that a plan is judged which cannot run;
 * where that breaks the format in a way that is a contradiction as well, the problem is told as a finding.
 */
export function lintPolicy(declaration: Declaration, organisation?: Organisation): readonly PolicyFinding[] {
  const model = buildPolicyModel(declaration);
  const found = [
    ...findingsAmongProblems(declaration),
    ...lints.flatMap((lint) => [...lint(model)]),
    ...(organisation === undefined ? [] : lintOrganisation(model, organisation)),
  ];
  return found.toSorted((left, right) => compareProblems(left, right) || (left.rule < right.rule ? -1 : 1));
}

function findingsAmongProblems(declaration: Declaration): readonly PolicyFinding[] {
  const problems = [checkComplete, checkPeriods, checkDuplicates].flatMap((check) => [...check(declaration)]);
  return problems.flatMap((problem) =>
    problem.rule === undefined ? [] : [{ ...problem, rule: problem.rule }],
  );
}
