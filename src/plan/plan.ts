import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import type { OrderOfDates } from "../domain/date-order.ts";
import type { TableId } from "../domain/table-id.ts";

/** A calendar date with its season and period (`none` when in no period) and a hash of its calendar row. */
export type CalendarDay = {
  readonly date: CalendarDate;
  readonly season: string;
  readonly period: string;
  readonly version: string;
};

/** Content of one partition: rows and their hash, both tagged by the warehouse's hash tag. */
export type RowContent = { readonly rows: number; readonly version: string };

/** The newest ledger row of a (processor, date). */
export type Attempt = {
  readonly id: string;
  readonly status: "committed" | "failed" | "blocked";
  readonly rows: number;
  readonly failures: number;
  /** Hash of the rows that were committed. */
  readonly rowsVersion: string;
  /** Hash of the (entity, category) pairs that were committed. */
  readonly failuresVersion: string;
  readonly definition: string;
  readonly inputs: string;
  readonly error: string | undefined;
  /** Of a committed one: what is odd about what it gave. */
  readonly finding?: string | undefined;
  /** Attempts that ended like this one on the same inputs, itself included; absent where nobody counted. */
  readonly alike?: number;
};

/** What a table's processor left in the ledger and what `cascade_failures` holds of it now. */
export type Bookkeeping = {
  readonly attempt: Attempt;
  /** Failure rows of the attempt as they stand. */
  readonly failures: RowContent;
};

/** What has expired under a partition: a source by table or a processor by id, and the first date. */
export type FrozenBy = { readonly upstream: string; readonly date: CalendarDate };

/**
 * What the warehouse holds, as far as a plan needs it. `content` has an entry for every date with rows; a date that
 * is absent has none. `ledger` has an entry for every date ever attempted.
 */
export type WarehouseState = {
  readonly hashTag: string;
  /** Ascending by date. */
  readonly calendar: readonly CalendarDay[];
  readonly content: ReadonlyMap<TableId, ReadonlyMap<CalendarDate, RowContent>>;
  readonly ledger: ReadonlyMap<string, ReadonlyMap<CalendarDate, Bookkeeping>>;
  /** The gate whose newest recorded look objects to a partition, by processor and date. */
  readonly held: ReadonlyMap<string, ReadonlyMap<CalendarDate, string>>;
  /** Dates of sources whose absence a waiver in force accepts, so that they may be read; absent where none are. */
  readonly accepted?: ReadonlyMap<TableId, ReadonlySet<CalendarDate>>;
  /** Dates of tables that are older than their retention and hold nothing; absent where no table has a retention. */
  readonly expired?: ReadonlyMap<TableId, ReadonlySet<CalendarDate>>;
  /** Partitions whose inputs, or own rows, have expired, by processor and date: they stay as they are. */
  readonly frozen?: ReadonlyMap<string, ReadonlyMap<CalendarDate, FrozenBy>>;
  /** Sources that do not exist, and how existing tables differ from their declaration, one line each. */
  readonly drift?: readonly string[];
};

/** Cells by their work: the seconds that one is to take, and those that a date of a processor takes, where that is known. */
export type Work = { readonly seconds: number; readonly secondsOf: ReadonlyMap<string, number> };

/** What the operator asked for; absent fields mean all. */
export type Selection = {
  readonly range: DateRange;
  /** Explicit dates inside the range. */
  readonly dates?: readonly CalendarDate[];
  readonly phases?: readonly number[];
  readonly processors?: readonly string[];
  /** Add everything downstream of the chosen processors. */
  readonly withDownstream?: boolean;
  /** Add pending upstream units outside the selection instead of blocking. */
  readonly withUpstream?: boolean;
  /** Run units of the selected dates even when they are up to date; lead-in dates are not forced. */
  readonly force?: boolean;
  /** At most this many calendar dates a cell, counted from the start of its season (or period); undefined: all. */
  readonly chunkDays?: number;
  /** Whether cells also end where a period does, or where their work is long enough; undefined: only where a season does. */
  readonly cellsPer?: "season" | "period" | Work;
  /** Which dates come first where there is a choice; what the runbook says when absent. */
  readonly dateOrder?: OrderOfDates;
  /** Let what has expired be rebuilt from nothing. */
  readonly allowEmpty?: boolean;
  /** Whether a gap waiver is in force for a partition, so that a failed attempt need not be repeated. */
  readonly isWaived?: (processor: string, date: CalendarDate) => boolean;
};

/**
 * Why a unit is to run. `missing`: never attempted, or the rows are gone; `was-blocked`: the newest attempt could not
 * run; `content-differs`: the rows are not those committed; `verify-again`: hashed by another algorithm;
 * `downstream-of`: only if that unit changes what it reads; `withdrawn`: the date has left the calendar, and what was
 * committed for it is replaced by nothing.
 */
export type UnitReason =
  | { readonly kind: "missing" }
  | { readonly kind: "failed" }
  | { readonly kind: "was-blocked" }
  | { readonly kind: "content-differs" }
  | { readonly kind: "verify-again" }
  /** `whole`: the table without dates whose change it is. */
  | { readonly kind: "upstream-changed"; readonly whole?: TableId }
  | { readonly kind: "definition-changed" }
  | { readonly kind: "forced" }
  | { readonly kind: "withdrawn" }
  | { readonly kind: "downstream-of"; readonly processor: string; readonly date: CalendarDate };

/**
 * Why a unit is not to run. `held`: it is up to date, and a gate objects to it; `frozen`: what it was built from has
 * expired, so that it stays as it is. `blocked-by` names the first upstream unit (or, for a source, its table) that has to be
 * repaired, and a command that does so or shows what is wrong.
 */
export type SkipReason =
  | { readonly kind: "up-to-date" }
  | { readonly kind: "held"; readonly gate: string }
  | ({ readonly kind: "frozen" } & FrozenBy)
  | { readonly kind: "waived" }
  | { readonly kind: "not-a-calendar-date" }
  | {
      readonly kind: "blocked-by";
      readonly upstream: string;
      readonly date: CalendarDate;
      readonly command: string;
      /** Only a window that need not reach so far (`last-games`) makes it so. */
      readonly mayDepend?: boolean;
    };

/** Whether what is skipped stands as it was built, whatever a gate says of it. */
export function isBuilt({ kind }: SkipReason): boolean {
  return kind === "up-to-date" || kind === "held" || kind === "frozen";
}

/** Units of one processor over consecutive pending dates of one season. */
export type Cell = {
  /** `SALES-2021-11-01-2021-12-31`: unique in the plan and stable between equal plans. */
  readonly id: string;
  readonly processor: string;
  readonly phase: number;
  readonly dates: readonly CalendarDate[];
  /** Ids of cells that must have ended before. */
  readonly needs: readonly string[];
  readonly reasons: ReadonlyMap<CalendarDate, UnitReason>;
};

/** Whether a cell takes back what dates hold that have left the calendar; it holds no other dates. */
export function isWithdrawal({ reasons }: Pick<Cell, "reasons">): boolean {
  const kinds = new Set([...reasons.values()].map(({ kind }) => kind));
  return kinds.size === 1 && kinds.has("withdrawn");
}

/** Units of one processor that are left out for one reason, ascending by date. */
export type SkippedUnits = {
  readonly processor: string;
  readonly dates: readonly CalendarDate[];
  readonly reason: SkipReason;
};

/** What would run, in which order, and why; what would not, and why not. */
export type Plan = {
  readonly runbook: string;
  readonly range: DateRange;
  readonly digest: string;
  readonly cells: readonly Cell[];
  /** Cell ids by depth: all of a wave may run side by side once the waves before have ended. */
  readonly waves: readonly (readonly string[])[];
  readonly skipped: readonly SkippedUnits[];
  /** Processors with a cell whose command writes their table itself; absent where none does. */
  readonly notAtomic?: readonly string[];
  readonly totals: PlanTotals;
};

/**
 * `units` are those in cells; `upToDate` includes waived ones and no held ones; `held` and `frozen` are absent where none is;
 * `processors` are those with a cell.
 */
export type PlanTotals = {
  readonly units: number;
  readonly cells: number;
  readonly upToDate: number;
  readonly held?: number;
  readonly frozen?: number;
  readonly blocked: number;
  readonly processors: number;
};
