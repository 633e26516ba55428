import type { Runbook } from "../runbook/runbook.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { askWarehouse } from "./ask-warehouse.ts";
import { gateParameters } from "./gate-scope.ts";
import type { BudgetVerdict } from "./budget/judge-budgets.ts";

/** How many of the failures of a processor and period have one cause, in the runbook's words. */
type CauseCount = {
  readonly processor: string;
  readonly period: string;
  readonly cause: string;
  readonly failures: number;
};

/** What the runbook's causes say of the budgets that are exceeded, most failures first, and what could not be asked. */
export type Causes = { readonly counts: readonly CauseCount[]; readonly failed: readonly string[] };

/** Asks every cause once for each exceeded budget that it can speak of, also where a waiver accepts the rate. */
export async function readCauses(
  warehouse: Warehouse,
  runbook: Runbook,
  budgets: readonly BudgetVerdict[],
): Promise<Causes> {
  const counts: CauseCount[] = [];
  const failed: string[] = [];
  for (const { processor, period, verdict } of budgets) {
    const range = runbook.periods.find(({ id }) => id === period);
    const isOver = verdict === "exceeded" || verdict === "exceeded (waived)";
    if (range === undefined || !isOver) continue;
    for (const cause of runbook.causes) {
      if (cause.processors?.includes(processor) === false) continue;
      const answer = await askWarehouse(warehouse, {
        sql: cause.sql.text,
        parameters: {
          ...gateParameters(runbook, { from: range.from, to: range.to }),
          processor_name: { type: "string", value: processor },
        },
        purpose: `look for the cause "${cause.id}"`,
      });
      if (answer.kind === "check-failed") failed.push(answer.message);
      else counts.push(...answer.rows.map((row) => countOf(row, { processor, period })));
    }
  }
  const found = counts.filter(({ failures }) => failures > 0);
  return { counts: found.toSorted((left, right) => right.failures - left.failures), failed };
}

function countOf(row: Row, head: Pick<CauseCount, "processor" | "period">): CauseCount {
  return { ...head, cause: String(row["cause"]), failures: Number(row["failures"]) };
}
