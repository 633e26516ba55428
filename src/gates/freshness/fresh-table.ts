import { dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import { countOf } from "../../domain/format.ts";
import type { TableId } from "../../domain/table-id.ts";
import { missingRows } from "../../runbook/waiver.ts";
import { acceptanceOf, type Acceptance } from "../acceptance.ts";
import type { GateScope } from "../gate-scope.ts";

/** Name of the finding that a table lacks a date that is due. */
export const lateRows = "late";

/** Whether the newest date of one table is as new as it must be. */
export type FreshTable = {
  readonly table: TableId;
  readonly phase: number;
  /** Undefined of a source. */
  readonly processor: string | undefined;
  readonly status: "fresh" | "late" | "check-failed";
  /** The newest calendar date that has come; undefined while none has, and nothing is late then. */
  readonly due: CalendarDate | undefined;
  /** The newest date up to `due` with rows (of a processor: that is settled); undefined when there is none. */
  readonly newest: CalendarDate | undefined;
  /** Days from `newest` to `due`. */
  readonly age: number | undefined;
  /** Most days that it may be old. */
  readonly maximumAge: number;
  /** Calendar dates that are due and newer than `newest`, where it is late. */
  readonly missing: readonly CalendarDate[];
  /** Dates that are not there and no longer due, since a waiver accepts it. */
  readonly accepted: readonly CalendarDate[];
  /** When the engine last wrote the table, ISO 8601 in UTC; undefined where it does not tell. */
  readonly changedAt: string | undefined;
  /** Why the check could not be made. */
  readonly message: string | undefined;
};

type Head = Pick<FreshTable, "table" | "phase" | "processor" | "maximumAge">;

/** The verdict on a table from the dates that are due, ascending, and those of them on which it stands. */
export function freshTable(
  head: Head,
  found: {
    readonly dueDates: readonly CalendarDate[];
    readonly accepted: readonly CalendarDate[];
    readonly isThere: (date: CalendarDate) => boolean;
    readonly changedAt: string | undefined;
  },
): FreshTable {
  const { dueDates, accepted, isThere, changedAt } = found;
  const due = dueDates.at(-1);
  const newest = dueDates.findLast(isThere);
  const age = due === undefined || newest === undefined ? undefined : dayNumber(due) - dayNumber(newest);
  const isLate = due !== undefined && (age === undefined || age > head.maximumAge);
  const missing = isLate ? dueDates.filter((date) => newest === undefined || date > newest) : [];
  const status = isLate ? "late" : "fresh";
  return { ...head, status, due, newest, age, missing, accepted, changedAt, message: undefined };
}

/** What the waivers say of a date that is late, or of which a source has nothing. */
export function lateAcceptance(
  scope: GateScope,
  { table, date }: { readonly table: string; readonly date: CalendarDate },
): Acceptance {
  const missing = acceptanceOf(scope, { table, name: missingRows, date });
  return missing.isAccepted ? missing : acceptanceOf(scope, { table, name: lateRows, date });
}

/** A table whose check could not be made. */
export function failedFreshTable(head: Head, message: string): FreshTable {
  const unknown = {
    due: undefined,
    newest: undefined,
    age: undefined,
    missing: [],
    accepted: [],
    changedAt: undefined,
  };
  return { ...head, ...unknown, status: "check-failed", message };
}

/** What is wrong with a late table, for people. */
export function latenessOf({ newest, due, age, maximumAge, changedAt }: FreshTable): string {
  const written = changedAt === undefined ? "" : `, last written ${changedAt}`;
  const limit = `at most ${countOf(maximumAge, "day")} are allowed`;
  if (newest === undefined || age === undefined) return `no date up to ${due ?? "now"}, ${limit}${written}`;
  return `the newest date is ${newest}, ${countOf(age, "day")} before ${due ?? "now"}, ${limit}${written}`;
}

/** What `freshness --json` prints. */
export function freshnessJson(tables: readonly FreshTable[]): object {
  return {
    tables: tables.map(({ table, phase, status, maximumAge, missing, ...found }) => ({
      table,
      phase,
      status,
      due: found.due ?? null,
      newest: found.newest ?? null,
      age: found.age ?? null,
      maximumAge,
      missing,
      ...(found.accepted.length === 0 ? {} : { accepted: found.accepted }),
      changedAt: found.changedAt ?? null,
      ...(found.message === undefined ? {} : { message: found.message }),
    })),
  };
}
