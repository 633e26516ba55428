import type { CalendarDate } from "../domain/calendar-date.ts";
import { countOf } from "../domain/format.ts";
import { upstreamsOf, vanishedSource } from "../plan/upstream/upstream.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { Knowledge } from "./classify-dates.ts";
import type { Staged } from "./stage-dates.ts";

/**
 * Dates whose rows would be replaced by nothing because a source that they were built from holds nothing any more, each
 * with the reason. What is empty although its sources are there is replaced as ever, and so is what a waiver accepts.
 */
export function findEmptied(
  { runbook, knowledge }: { readonly runbook: Runbook; readonly knowledge: Knowledge },
  processor: Processor,
  { dates, contentOn }: { readonly dates: readonly CalendarDate[] } & Pick<Staged, "contentOn">,
): ReadonlyMap<CalendarDate, string> {
  const { state, fingerprints } = knowledge;
  const upstreams = upstreamsOf(runbook).get(processor.id) ?? [];
  const standing = state.content.get(processor.table);
  const ledger = state.ledger.get(processor.id);
  function standingRows(date: CalendarDate): number {
    return standing?.get(date)?.rows ?? 0;
  }
  const emptied = dates.filter((date) => {
    const { rows, failures } = contentOn(date);
    return standingRows(date) > 0 && rows.rows + failures.rows === 0;
  });
  return new Map(
    emptied.flatMap((date): readonly [CalendarDate, string][] => {
      const attempt = ledger?.get(date)?.attempt;
      if (attempt === undefined) return [];
      const source = vanishedSource(upstreams, attempt.inputs, fingerprints.inputsOf(processor.id, date));
      if (source === undefined || state.accepted?.get(source)?.has(date) === true) return [];
      return [
        [
          date,
          `${source} holds nothing any more: ${countOf(standingRows(date), "row")} would be replaced by none`,
        ],
      ];
    }),
  );
}
