import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Attempt, Bookkeeping, RowContent, WarehouseState } from "../plan.ts";
import { ownDates } from "../calendar/own-days.ts";
import { emptyContent, settlementOf } from "./settlement.ts";
import { createFingerprints } from "./window-fingerprint.ts";

/** The tags of the versions in the ledger that are not of the state's own algorithm, each once. */
export function formerTags({
  ledger,
  hashTag,
}: Pick<WarehouseState, "ledger" | "hashTag">): readonly string[] {
  const attempts = [...ledger.values()].flatMap((dates) => [...dates.values()].map(({ attempt }) => attempt));
  const versions = attempts.flatMap(({ rowsVersion, failuresVersion }) => [rowsVersion, failuresVersion]);
  const tags = versions.flatMap((version) =>
    version === "" ? [] : [version.slice(0, version.indexOf(":"))],
  );
  return [...new Set(tags)].filter((tag) => tag !== hashTag);
}

/**
 * The state, where attempts that hold under a former algorithm are told in versions of the present one: `former` is the
 * same warehouse as that algorithm hashes it. What the tables no longer hold, or read otherwise, stays as it is recorded,
 * and so is pending.
 */
export function carryOver(runbook: Runbook, state: WarehouseState, former: WarehouseState): WarehouseState {
  const before = createFingerprints(runbook, former);
  const now = createFingerprints(runbook, state);
  const ledger = new Map(state.ledger);
  for (const processor of runbook.processors) {
    const onCalendar = ownDates(state.calendar, processor);
    const dates = new Map<CalendarDate, Bookkeeping>(state.ledger.get(processor.id));
    for (const [date, held] of dates) {
      const isHeld = settlementOf(processor, date, former).kind === "settled";
      const content = state.content.get(processor.table)?.get(date) ?? emptyContent;
      const kept = isHeld ? withContent(held.attempt, content, held.failures) : held.attempt;
      const isCurrent = onCalendar.has(date) && before.inputsOf(processor.id, date) === kept.inputs;
      const inputs = isCurrent ? now.inputsOf(processor.id, date) : kept.inputs;
      dates.set(date, { ...held, attempt: { ...kept, inputs } });
    }
    if (state.ledger.has(processor.id)) ledger.set(processor.id, dates);
  }
  return { ...state, ledger };
}

function withContent(attempt: Attempt, content: RowContent, failures: RowContent): Attempt {
  return { ...attempt, rowsVersion: content.version, failuresVersion: failures.version };
}
