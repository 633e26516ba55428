import type { GateKind } from "../runbook/runbook.ts";
import type { BudgetVerdict } from "./budget/judge-budgets.ts";
import type { ContaminationTable } from "./contamination/contamination-table.ts";
import type { Taint } from "./contamination/taint.ts";
import type { ContractTable } from "./contract/contract-table.ts";
import type { Coverage } from "./coverage/coverage-row.ts";
import type { FreshTable } from "./freshness/fresh-table.ts";
import type { Gaps } from "./gaps/gap-table.ts";

/** What reading gives for every kind of gate, before anything is judged. */
export type GateAnswers = {
  readonly gaps: { readonly gaps: Gaps; readonly coverage: Coverage };
  readonly contamination: {
    readonly tables: readonly ContaminationTable[];
    readonly taints: readonly Taint[];
  };
  readonly coverage: Coverage;
  readonly budget: { readonly verdicts: readonly BudgetVerdict[]; readonly coverage: Coverage };
  readonly contract: readonly ContractTable[];
  readonly freshness: readonly FreshTable[];
};

/** The answer to the question of one kind. */
export type GateAnswer<Kind extends GateKind> = GateAnswers[Kind];
