import type { GateDescription } from "../gate-description.ts";
import { judgeBudgetGate } from "./judge-budget-gate.ts";

/** The kind `budget`. */
export const budgetDescription: GateDescription<"budget"> = {
  judge: (scope, { answer }) => judgeBudgetGate(scope, answer),
};
