import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Level } from "../../domain/column.ts";
import type { TableId } from "../../domain/table-id.ts";
import { missingRows } from "../../runbook/waiver.ts";

/**
 * From best to worst. `accepted`: something was found, and a waiver accepts it; `suspect`: something was found by a detector that only warns; `no-data`: entities are expected to
 * have rows on the date, and there are none.
 */
const contaminationStatuses = [
  "clean",
  "accepted",
  "suspect",
  "partial",
  "no-data",
  "contaminated",
  "check-failed",
] as const;
/** One of `contaminationStatuses`. */
export type ContaminationStatus = (typeof contaminationStatuses)[number];

/** What looked at a field. `duplicate`: the date repeats the one before it; `relation`: the row contradicts another table. */
export type Detector = "valid" | "constant" | "distribution" | "duplicate" | "relation" | "rows";

/** A field, distribution or relation on one date, or over the whole range when `date` is undefined. */
export type FieldCheck = {
  readonly detector: Detector;
  /** Column, or the name of the distribution or relation. */
  readonly field: string;
  readonly date: CalendarDate | undefined;
  /** Rows that were checked, the exempt ones left out. */
  readonly rows: number;
  readonly invalid: number;
  readonly status: ContaminationStatus;
  /** What was found, for people; empty when clean. */
  readonly detail: string;
};

/** The name by which a check's finding is accepted: its field, distribution or relation, or what is wrong with the date. */
export function nameOfCheck({ detector, field }: Pick<FieldCheck, "detector" | "field">): string {
  if (detector === "rows") return missingRows;
  return detector === "duplicate" ? "repeated" : field;
}

/** All that was checked in one table; the status is that of the worst field and date. */
export type ContaminationTable = {
  readonly table: TableId;
  readonly phase: number;
  /** Undefined of a source. */
  readonly processor: string | undefined;
  readonly status: ContaminationStatus;
  /** Dates that are not clean, and one entry over the range for every field. */
  readonly fields: readonly FieldCheck[];
  readonly messages: readonly string[];
};

/** The worst of some statuses; clean when there are none. */
export function worstStatus(statuses: readonly ContaminationStatus[]): ContaminationStatus {
  const worst = Math.max(0, ...statuses.map((status) => contaminationStatuses.indexOf(status)));
  return contaminationStatuses[worst] ?? "clean";
}

/** The status of a valid share: all clean, from 95 % on partial, below contaminated; nothing checked is clean. */
export function shareStatus({ rows, invalid }: Pick<FieldCheck, "rows" | "invalid">): ContaminationStatus {
  if (invalid === 0) return "clean";
  return 100 * (rows - invalid) >= 95 * rows ? "partial" : "contaminated";
}

/** Whether a status of a table or field counts against it: partial ones only where a gate is strict, suspect ones never. */
export function isDirty(status: ContaminationStatus, isStrict: boolean): boolean {
  return status === "contaminated" || status === "no-data" || (isStrict && status === "partial");
}

/** The status of what was found by a detector of a level. */
export function statusAt(level: Level): ContaminationStatus {
  return level === "block" ? "contaminated" : "suspect";
}
