import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Level } from "../../domain/column.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { ThinDate, VanishedDate } from "./judge-volume.ts";

/**
 * `accepted`: something is absent, and waivers accept all of it; `not-expected`: failures explain the whole expected set of every date; `suspect`: nothing is absent that somebody
 * declared, and a date has far fewer rows than usual or before; `thin`: the same where the runbook says that it blocks.
 */
type GapStatus = "ok" | "accepted" | "suspect" | "thin" | "missing" | "low" | "not-expected" | "check-failed";

/** Names of the findings that a date has fewer rows than its minimum, or far fewer than usual or before. */
export const lowRows = "low";
/** See `lowRows`. */
export const thinRows = "volume";

/** Status of the finding that rows of a source have vanished, where that only warns. */
export const vanishedRows = "vanished";

/** A date and how many rows it has. */
type DateRows = { readonly date: CalendarDate; readonly rows: number };

/** A date on which something is absent, what, and who accepts it. */
type AcceptedDate = { readonly date: CalendarDate; readonly because: string };

/** What is absent from one table. */
export type GapTable = {
  readonly table: TableId;
  readonly phase: number;
  /** Undefined of a source. */
  readonly processor: string | undefined;
  readonly status: GapStatus;
  /** Calendar dates without rows that nothing explains. */
  readonly missing: readonly CalendarDate[];
  /** Calendar dates with fewer rows than the minimum, or than population and failures leave. */
  readonly low: readonly DateRows[];
  /** Calendar dates with far fewer rows than usual, or than a run found there before. */
  readonly thin: readonly (ThinDate | VanishedDate)[];
  /** What follows from those. */
  readonly volume: Level;
  /** Calendar dates that would stand above if a waiver did not accept it. */
  readonly accepted: readonly AcceptedDate[];
  /** Calendar dates without rows, all of which failures explain. */
  readonly notExpected: readonly CalendarDate[];
  /** Days off the calendar with rows. Of a source that may be legitimate; of a processor they are left over. */
  readonly offCalendar: readonly DateRows[];
  /** Why the check could not be made. */
  readonly message: string | undefined;
};

/** The gaps of a scope. */
export type Gaps = { readonly expectedDates: number; readonly tables: readonly GapTable[] };

/** What is absent from a table by the dates that were found; the status is the worst. */
export function gapTable(
  head: Pick<GapTable, "table" | "phase" | "processor">,
  found: Pick<
    GapTable,
    "missing" | "low" | "thin" | "volume" | "accepted" | "notExpected" | "offCalendar"
  > & {
    readonly expectedDates: number;
  },
): GapTable {
  const { expectedDates, ...dates } = found;
  const isNotExpected = expectedDates > 0 && dates.notExpected.length === expectedDates;
  const none = dates.accepted.length > 0 ? "accepted" : isNotExpected ? "not-expected" : "ok";
  const thin = dates.volume === "block" ? "thin" : "suspect";
  const rest = dates.thin.length > 0 ? thin : none;
  const status = dates.missing.length > 0 ? "missing" : dates.low.length > 0 ? "low" : rest;
  return { ...head, status, ...dates, message: undefined };
}

/** Whether something is absent from a table that holds back. */
export function isOpen({ status }: Pick<GapTable, "status">): boolean {
  return status === "missing" || status === "low" || status === "thin";
}

/** A table whose check could not be made. */
export function failedGapTable(
  head: Pick<GapTable, "table" | "phase" | "processor">,
  message: string,
): GapTable {
  return {
    ...head,
    status: "check-failed",
    missing: [],
    low: [],
    thin: [],
    volume: "warn",
    accepted: [],
    notExpected: [],
    offCalendar: [],
    message,
  };
}

/** What `gaps --json` prints. */
export function gapsJson({ expectedDates, tables }: Gaps): object {
  return {
    expectedDates,
    tables: tables.map(({ table, phase, status, missing, low, thin, accepted, ...rest }) => {
      const { notExpected, offCalendar, message } = rest;
      const failed = message === undefined ? {} : { message };
      return { table, phase, status, missing, low, thin, accepted, notExpected, offCalendar, ...failed };
    }),
  };
}
