import { countOf } from "../../domain/format.ts";
import { judgedAs } from "../../domain/rate-verdict.ts";
import { coverageJson } from "../coverage/coverage-json.ts";
import type { GateDescription } from "../gate-description.ts";
import { judgeBudgetGate } from "./judge-budget-gate.ts";
import { openBudgets } from "./judge-budgets.ts";

/** Whether failure rates stay within what the runbook allows. What could not be counted is a finding of the coverage. */
export const budgetDescription: GateDescription<"budget"> = {
  judge: (scope, { answer }) => judgeBudgetGate(scope, answer),
  isAsked: () => true,
  check({ verdicts }) {
    const over = judgedAs("breach", verdicts);
    const open = openBudgets(verdicts);
    const budgets = countOf(verdicts.length, "budget");
    if (over.length + open.length === 0) return { state: "passed", detail: `${budgets} kept` };
    const detail = `${over.length} of ${budgets} exceeded, ${open.length} provisional`;
    return { state: "findings", detail };
  },
  findings: () => [],
  // Rates stand in the report's results by processor and period, and the headline names the worst of them.
  headline: { tally: () => ({}), problems: () => [] },
  checklist: undefined,
  findsTaints: false,
  isEssential: true,
  lacking: () => [],
  acceptable: () => [],
  json: ({ coverage, verdicts }) => coverageJson({ ...coverage, rows: [] }, verdicts),
};
