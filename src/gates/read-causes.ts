import { causeText } from "../audit/dated-texts.ts";
import { isWithin } from "../domain/calendar-date.ts";
import type { CalendarDay } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { seenText } from "./seen-text.ts";
import { windowFault } from "./window-fault.ts";
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

const causeShape = { cause: typed.text, failures: typed.count };

/** Asks every cause once for each exceeded budget that it can speak of, also where a waiver accepts the rate. */
export async function readCauses(
  warehouse: Warehouse,
  { runbook, calendar }: { readonly runbook: Runbook; readonly calendar: readonly CalendarDay[] },
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
      const narrow = await windowFault(
        { warehouse, runbook, calendar },
        {
          statement: causeText(warehouse.dialect, runbook, { cause, processor }),
          days: calendar.filter(({ date }) => isWithin(date, range)),
        },
      );
      if (narrow !== undefined) {
        failed.push(narrow);
        continue;
      }
      const question: Statement = {
        sql: countsOf(
          seenText(
            warehouse.dialect,
            { runbook, calendar, range },
            { text: cause.sql.text, reads: cause.reads },
          ),
        ),
        parameters: {
          ...gateParameters(runbook, { from: range.from, to: range.to }),
          processor_name: { type: "string", value: processor },
        },
        purpose: `look for the cause "${cause.id}"`,
      };
      const answer = await askWarehouse(warehouse, question, causeShape);
      if (answer.kind === "check-failed") failed.push(answer.message);
      else counts.push(...answer.rows.map((row) => ({ processor, period, ...row })));
    }
  }
  const found = counts.filter(({ failures }) => failures > 0);
  return { counts: found.toSorted((left, right) => right.failures - left.failures), failed };
}

/** What a cause's SQL gives, whatever types it has; a column that it lacks is the statement's fault. */
function countsOf(sql: string): string {
  return `select cast(cause as string) as cause, cast(failures as int64) as failures
from (
${sql}
) as cause_row`;
}
