import type { CalendarDate } from "../../domain/calendar-date.ts";
import { readAudits, type AuditedDates } from "../../ledger/audits.ts";
import { fewestAudited } from "../../plan/audit/sample-dates.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";

/** On which dates the windows of definitions were found true, read from the ledger when first asked for. */
export type AuditMemory = {
  /** The dates of a definition that count; undefined when enough of them were audited before this run. */
  auditedDates(session: Warehouse, definition: string): Promise<ReadonlySet<CalendarDate> | undefined>;
  add(definition: string, dates: readonly CalendarDate[]): void;
};

/** A memory over a ledger. */
export function createAuditMemory(ledger: string): AuditMemory {
  let read: Promise<AuditedDates> | undefined;
  const added = new Map<string, ReadonlySet<CalendarDate>>();
  return {
    async auditedDates(session, definition) {
      read ??= readAudits(session, ledger);
      const before = (await read).get(definition) ?? new Set();
      if (before.size >= fewestAudited) return undefined;
      return new Set([...before, ...(added.get(definition) ?? [])]);
    },
    add(definition, dates) {
      added.set(definition, new Set([...(added.get(definition) ?? []), ...dates]));
    },
  };
}
