import type { GateKind } from "../runbook/runbook.ts";
import { budgetDescription } from "./budget/describe-budget.ts";
import { contaminationDescription } from "./contamination/describe-contamination.ts";
import { contractDescription } from "./contract/describe-contract.ts";
import { coverageDescription } from "./coverage/describe-coverage.ts";
import { gapsDescription } from "./gaps/describe-gaps.ts";
import type { GateDescription } from "./gate-description.ts";

/** Every kind of gate: how it judges and explains itself. `gate-readers.ts` says how each is asked. */
export const gateDescriptions: { readonly [Kind in GateKind]: GateDescription<Kind> } = {
  gaps: gapsDescription,
  contamination: contaminationDescription,
  coverage: coverageDescription,
  budget: budgetDescription,
  contract: contractDescription,
};
