import { notChecked } from "../../gates/check-state.ts";
import { explainAnswers, gateDescriptions } from "../../gates/gate-descriptions.ts";
import { gateKinds } from "../../runbook/runbook.ts";
import type { ReportFacts } from "../facts.ts";
import type { ReportCheck } from "../model.ts";

/** The state of every kind of gate that the runbook asks for; one that was not asked is `not-checked`. */
export function buildChecks({ gates, runbook }: ReportFacts): readonly ReportCheck[] {
  const explained = explainAnswers(gates);
  return gateKinds
    .filter((kind) => gateDescriptions[kind].isAsked(runbook))
    .map((kind) => {
      const answer = explained.find((known) => known.kind === kind);
      return { kind, ...(answer?.check(runbook) ?? notChecked) };
    });
}
