import type { CalendarDate } from "../../domain/calendar-date.ts";
import { daysSinceStart } from "../../plan/audit/narrow-edges.ts";
import { wideEdges, type WindowHint } from "../../plan/audit/wide-edges.ts";
import { inputsOfProcessor, type Input } from "../../plan/upstream/input-cut.ts";
import { removeStage } from "../withdraw-dates.ts";
import { computeAlone, contentsAlone, type AuditScope, type Trial } from "./trial.ts";

/** Dates that are tried where every one of them takes statements of its own: the latest, which have most behind them. */
const fewDates = 2;

/** What edges show of dates beyond what makes a difference there, and how many dates were asked about. Nothing is stored. */
export async function findWideEdges(
  scope: AuditScope,
  audited: readonly CalendarDate[],
): Promise<{ readonly dates: readonly CalendarDate[]; readonly hints: readonly WindowHint[] }> {
  const inputs = inputsOfProcessor(scope.runbook, scope.processor.id);
  const dates = scope.warehouse.dialect.eachAlone === undefined ? audited.slice(-fewDates) : audited;
  const declared = await contentsOf(scope, { dates, inputs });
  const hints = await wideEdges(inputs, {
    dates,
    daysBefore: daysSinceStart(scope.runbook, scope.calendar),
    async isSame(input, reaches) {
      const tried = inputs.map((other) => (other === input ? { ...input, reaches } : other));
      const contents = await contentsOf(scope, { dates, inputs: tried });
      return dates.every((date) => contents.get(date) === declared.get(date));
    },
  });
  return { dates, hints };
}

async function contentsOf(
  scope: AuditScope,
  asked: { readonly dates: readonly CalendarDate[]; readonly inputs: readonly Input[] },
): Promise<Trial["contents"]> {
  const together = await contentsAlone(scope, asked);
  if (together !== undefined) return together;
  const { names, contents } = await computeAlone(scope, { ...asked, token: scope.randomId() });
  await removeStage(scope.warehouse, names);
  return contents;
}
