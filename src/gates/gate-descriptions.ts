import type { ResultProblem } from "../domain/verdict.ts";
import { gateKinds, type GateKind, type Runbook } from "../runbook/runbook.ts";
import type { NamedFinding } from "./acceptance.ts";
import type { CheckState } from "./check-state.ts";
import { budgetDescription } from "./budget/describe-budget.ts";
import { contaminationDescription } from "./contamination/describe-contamination.ts";
import { contractDescription } from "./contract/describe-contract.ts";
import { coverageDescription } from "./coverage/describe-coverage.ts";
import { freshnessDescription } from "./freshness/describe-freshness.ts";
import { gapsDescription } from "./gaps/describe-gaps.ts";
import type { Finding } from "./finding.ts";
import type { GateAnswer, GateAnswers } from "./gate-answers.ts";
import type { GateJudgement } from "./gate-result.ts";
import type { GateScope } from "./gate-scope.ts";
import type { GateView, GateViewing } from "./gate-view.ts";
import { usualView } from "./usual-view.ts";
import type {
  GateDescription,
  GateTally,
  HeadlineCounts,
  LackingDates,
  TableFinding,
} from "./gate-description.ts";

/** Every kind of gate: how it judges and explains itself. `gate-readers.ts` says how each is asked. */
export const gateDescriptions: { readonly [Kind in GateKind]: GateDescription<Kind> } = {
  gaps: gapsDescription,
  contamination: contaminationDescription,
  coverage: coverageDescription,
  budget: budgetDescription,
  contract: contractDescription,
  freshness: freshnessDescription,
};

const noTally: Required<GateTally> = {
  tainted: 0,
  taintedDates: 0,
  gapTables: 0,
  contaminatedTables: 0,
  contractTables: 0,
  phantom: 0,
  unexpected: 0,
  strays: 0,
};

/** What a kind makes of one answer. */
type ExplainedAnswer = {
  readonly kind: GateKind;
  readonly check: (runbook: Pick<Runbook, "gates">) => CheckState;
  readonly findings: () => readonly TableFinding[];
  readonly lacking: () => readonly LackingDates[];
  readonly tally: (runbook: Pick<Runbook, "gates">) => Partial<GateTally>;
  readonly acceptable: (scope: GateScope) => readonly NamedFinding[];
  readonly json: (beside: Partial<GateAnswers>) => object;
  readonly view: (viewing: GateViewing) => GateView;
  readonly judge: (scope: GateScope) => GateJudgement;
};

/** A kind's description of one answer. */
export function explainAnswer<Kind extends GateKind>(kind: Kind, answer: GateAnswer<Kind>): ExplainedAnswer {
  const description = gateDescriptions[kind];
  return {
    kind,
    check: (runbook) => description.check(answer, runbook),
    findings: () => description.findings(answer),
    lacking: () => description.lacking(answer),
    tally: (runbook) => ("word" in description.headline ? {} : description.headline.tally(answer, runbook)),
    acceptable: (scope) => description.acceptable(answer, scope),
    json: (beside) => description.json(answer, beside),
    view(viewing) {
      const usual = usualView(description.check(answer, viewing.runbook), description.findings(answer));
      return description.view?.(answer, viewing) ?? usual;
    },
    judge(scope) {
      const strict = scope.runbook.gates.some((gate) => gate.kind === kind && gate.strict);
      return description.judge(scope, { gate: { strict }, answer });
    },
  };
}

/** The descriptions of some answers, in the order of the kinds. */
export function explainAnswers(answers: Partial<GateAnswers>): readonly ExplainedAnswer[] {
  return gateKinds.flatMap((kind) => {
    const answer = answers[kind];
    return answer === undefined ? [] : [explainAnswer(kind, answer)];
  });
}

/** A finding of a kind of gate that objects. */
export type Objection = Finding & { readonly check: GateKind };

/** What is wrong by some answers, each finding at the place where it lies; what only warns is left out. */
export function locateObjections(
  answers: Partial<GateAnswers>,
  scopeOf: (kind: GateKind) => GateScope,
): readonly Objection[] {
  return explainAnswers(answers).flatMap(({ kind, judge }) => {
    const { isFound, failed, findings } = judge(scopeOf(kind));
    return isFound || failed.length > 0 ? findings.map((finding) => ({ ...finding, check: kind })) : [];
  });
}

/** The counts of some answers; 0 of what was not asked. */
export function tallyOf(answers: Partial<GateAnswers>, runbook: Pick<Runbook, "gates">): Required<GateTally> {
  const counts = explainAnswers(answers).map(({ tally }) => tally(runbook));
  return Object.assign({ ...noTally }, ...counts) as Required<GateTally>;
}

/** What is wrong by the counts of a report, of every kind whose headline is made of counts. */
export function talliedProblems(tally: HeadlineCounts): readonly ResultProblem[] {
  return gateKinds.flatMap((kind) => {
    const { headline } = gateDescriptions[kind];
    return "word" in headline ? [] : headline.problems(tally);
  });
}

/** What some answers found, in the order of the kinds. */
export function findingsIn(
  answers: Partial<GateAnswers>,
): readonly (TableFinding & { readonly check: GateKind })[] {
  return explainAnswers(answers).flatMap(({ kind, findings }) =>
    findings().map((finding) => ({ check: kind, ...finding })),
  );
}
