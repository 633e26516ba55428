import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import type { OrderOfDates } from "../domain/date-order.ts";
import type { Every } from "../domain/every.ts";
import type { Column, Level } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import type { Window } from "../domain/window.ts";
import type { Cause } from "./cause.ts";
import type { ColumnRecord, Draft } from "./described-columns.ts";
import type { Told } from "./told.ts";
import type { TableRead } from "./table-read.ts";
import type { recoveryFacts } from "./recovery-facts.ts";
import type { Waiver } from "./waiver.ts";
import type { Ingest, SqlFile } from "./ingest.ts";
import type { WorkflowJobs } from "./workflow-jobs.ts";
import type { RunbookLimits } from "./limits.ts";

/** A place in a runbook's file, for messages; `line` and `column` count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** A runbook after validation: names resolved, SQL read, defaults applied. Nothing in it is about one domain. */
export type Runbook = Told & {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** IANA zone in which the dates are days. */
  readonly timeZone: string;
  /** Which dates come first where there is a choice; absent: processors come one after the other, each by date. */
  readonly dateOrder?: OrderOfDates;
  /** Dataset of the ledger tables. */
  readonly ledger: string;
  /** Folder of the runbook as given on the command line, for messages and commands. */
  readonly folder: string;
  readonly parameters: readonly RunbookParameter[];
  readonly calendar: Calendar;
  readonly periods: readonly Period[];
  readonly phases: readonly Phase[];
  readonly sources: readonly Source[];
  /** In an order in which every processor stands after all that it reads. */
  readonly processors: readonly Processor[];
  readonly categories: readonly FailureCategory[];
  readonly budgets: readonly Budget[];
  readonly gates: readonly Gate[];
  readonly recovery: readonly RecoveryRule[];
  readonly causes: readonly Cause[];
  readonly waivers: readonly Waiver[];
  /** What the jobs of its compiled workflows are like, where that is said. */
  readonly jobs?: WorkflowJobs;
  /** What its statements are bounded by, where that is said. */
  readonly limits?: RunbookLimits;
  /** Of how many runs what they replace is kept, so that they can be undone; absent: of none. */
  readonly keep?: { readonly runs: number };
  readonly load: Ingest | undefined;
  readonly sample: Ingest | undefined;
  /** What it was read from, while the engine has not yet said what is left to it, and what it said; see `completeRunbook`. */
  readonly draft?: Draft;
  readonly described?: readonly ColumnRecord[];
};

/** A named value that steps read as `@name`. */
export type RunbookParameter = {
  readonly name: string;
  readonly type: "int64" | "float64" | "string" | "date";
  readonly value: number | string;
  readonly description: string;
};

/** The dates that must exist: `table` holds the origin's rows and `period`. A season starts at its first calendar date. */
export type Calendar = {
  readonly table: TableId;
  readonly dateColumn: string;
  readonly seasonColumn: string;
  readonly columns: readonly Column[];
  readonly origin:
    | { readonly kind: "query"; readonly sql: SqlFile; readonly reads: readonly TableRead[] }
    | {
        readonly kind: "rule";
        readonly every: "day" | "week" | "month";
        readonly from: CalendarDate;
        readonly to: CalendarDate;
        /** `whole`: one season; `year`: a season per calendar year. */
        readonly season: "whole" | "year";
        /** Days of the week that dates are on, 1 for Monday to 7, and stretches without dates. */
        readonly weekdays?: readonly number[];
        readonly left?: readonly DateRange[];
        /** Sources whose dates are left out too. */
        readonly holidays?: readonly { readonly table: TableId; readonly dateColumn: string }[];
      };
};

/** Named dates, both ends included. Dates in no period form the period `none`. */
export type Period = {
  readonly id: string;
  readonly title: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
};

/** A stage of the cascade; processors of a phase read phases up to their own. */
type Phase = { readonly number: number; readonly title: string };

/** A check of single rows: over the rows not exempt, the share for which `valid` holds. */
export type CriticalField = {
  readonly field: string;
  /** Boolean SQL over the row, for people: the field's name stands where it belongs. */
  readonly valid: string;
  /** Boolean SQL over the row, likewise: NULL or odd values are legitimate here. */
  readonly exempt: string | undefined;
  /** Both with `{field}` where the engine is to read the field, which is quoted there. */
  readonly written: { readonly valid: string; readonly exempt: string | undefined };
  readonly level: Level;
};

/** A bound on an aggregate, per date or over the checked range; `level` is what follows when the value lies outside. */
export type Distribution = {
  readonly name: string;
  /** Aggregate SQL giving a number. */
  readonly value: string;
  readonly per: "date" | "range";
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Boolean SQL over the row: which rows count. */
  readonly where: string | undefined;
  /** Boolean aggregate SQL: whether the bound applies to the date or range at all. */
  readonly onlyIf: string | undefined;
  readonly level: Level;
};

/** A statement of which every returned row (`analysis_date`, `entity_id`, `detail`) is a violation. */
export type Relation = {
  readonly name: string;
  readonly sql: SqlFile;
  readonly reads: readonly TableRead[];
  readonly level: Level;
};

type CheckedTable = {
  readonly table: TableId;
  readonly dateColumn: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  /** Days after which its rows may vanish; absent: they never do. */
  readonly retention?: number;
  readonly cluster: readonly string[];
  readonly critical: readonly CriticalField[];
  readonly distributions: readonly Distribution[];
  readonly place: Place;
};

/** An external table; never written, except by `load` and `sample`. */
export type Source = CheckedTable & {
  readonly phase: number;
  /**
   * SQL that gives the fewest rows a calendar date should have, over the calendar's row as `calendar`
   * (`26 * calendar.shops`); 0 where absence is legitimate.
   */
  readonly minimumRows: string;
  /** Whether a date without any row leaves the date unsettled for all that read it. */
  readonly required: boolean;
  /** What follows when a date has far fewer rows than usual. */
  readonly volume: Level;
};

/** An upstream table, the window of its dates that one row reads, and whether the SQL reads its failures too. */
export type Edge = {
  readonly table: TableId;
  readonly window: Window;
  /** `only`: no row is read. */
  readonly failures: boolean | "only";
  /** Who declared it: the processor's `reads`, its population's, or the calendar's (implicit). */
  readonly origin: "reads" | "population" | "calendar";
};

/** The set of (analysis_date, entity_id) that must have an outcome; the SQL returns these two, or `key` for the entity. */
export type Population = {
  readonly id: string;
  readonly title: string;
  readonly key?: readonly string[] | undefined;
  readonly sql: SqlFile;
  readonly reads: readonly TableRead[];
};

/** How a processor's rows come into being. */
export type Step =
  | {
      readonly kind: "sql";
      readonly sql: SqlFile;
      /** Said where it gives no `failure_category` and `failure_reason`: all that it gives are rows. */
      readonly givesFailures?: false;
    }
  | {
      readonly kind: "command";
      /** Program and arguments, run without a shell in the runbook's folder; `{start_date}`, `{end_date}` are replaced. */
      readonly argv: readonly string[];
      /** Files whose contents belong to the definition. */
      readonly files: readonly { readonly path: string; readonly digest: string }[];
      readonly writes: "staged" | "direct";
      readonly timeoutSeconds: number;
    };

/** How much a date may change that is built again; what is absent is not limited. Shares are of the rows that stand on it. */
export type ChangeBudget = {
  readonly columns?: readonly string[];
  readonly rowsAdded?: number;
  readonly rowsRemoved?: number;
  /** At most `share` of the values of a column may differ by more than `beyond` of what they were. */
  readonly relative?: { readonly share: number; readonly beyond: number };
  /** Dates that may change at all. */
  readonly dates?: DateRange;
};

/** How often the step of a cell is done again in all where its failure may pass; the pause before doubles each time. */
type Retries = { readonly times: number; readonly backoffSeconds: number };

/** A table that the runbook computes. */
export type Processor = CheckedTable & {
  readonly id: string;
  readonly retries?: Retries;
  /** A partition for each week or month that has a date of the calendar; absent: for each date. */
  readonly every?: Exclude<Every, "day">;
  readonly title: string;
  readonly phase: number;
  /** `key` without the date column; an entity id is their text; see `keyText`. */
  readonly entity: readonly string[];
  readonly reads: readonly Edge[];
  /** Undefined: nobody says what is expected. */
  readonly population: Population | undefined;
  /** Whether a selection extends back to its season's start. */
  readonly leadIn: boolean;
  /** Names of the runbook's parameters that the step uses. */
  readonly parameters: readonly string[];
  readonly step: Step;
  readonly relations: readonly Relation[];
  /** What may change of a date that stands when it is built again; absent: anything. */
  readonly changes?: ChangeBudget;
  /** What enters fingerprints, as text; see `definitionOf`. */
  readonly definition: string;
};

/** `date` categories are written by the engine with entity `DATE_LEVEL`; steps may only write `entity` ones. */
export type FailureCategory = {
  readonly id: string;
  readonly level: "entity" | "date";
  readonly meaning: string;
  readonly retryable: boolean;
  readonly action: string;
  /** Whether a single failure of this category exceeds every budget. */
  readonly zeroBudget: boolean;
};

/** What a period expects of its processors, or of all. Rates are explained / expected; `dateMaximum` is of single dates. */
export type Budget = {
  readonly period: string;
  readonly processors: readonly string[] | undefined;
  readonly expected: { readonly from: number; readonly to: number } | undefined;
  readonly maximum: number | undefined;
  readonly dateMaximum?: number | undefined;
  readonly allowed: readonly string[];
  readonly exceeded: { readonly action: "document" | "investigate" | "stop"; readonly text: string };
  /** Rows that the plan expects by processor, shown beside the measured ones. */
  readonly expectedRows: Readonly<Record<string, number>>;
  readonly place: Place;
};

/** The questions that gates ask; see `src/gates`. */
export const gateKinds = ["gaps", "contamination", "coverage", "budget", "contract", "freshness"] as const;
/** One of them. */
export type GateKind = (typeof gateKinds)[number];

/** A check that `run` makes once the processors in `after` are through. */
export type Gate = {
  readonly id: string;
  readonly kind: GateKind;
  readonly after: readonly string[];
  /** Processors whose tables it looks at. */
  readonly processors: readonly string[];
  readonly blocking: boolean;
  readonly strict: boolean;
  /** Of a freshness gate: most days from a table's newest date to the newest that is due. */
  readonly maximumAge?: number;
  /** The same of single tables, by a source's table or a processor's id; others have `maximumAge`. */
  readonly maximumAges?: Readonly<Record<string, number>>;
  readonly place: Place;
};

/** One branch of the tree: it is taken when every named fact has one of the listed values; first match wins. */
export type RecoveryRule = {
  readonly id: string;
  readonly when: {
    readonly period?: readonly string[];
    /** Categories of the date's failures; `none` when it has none. */
    readonly category?: readonly string[];
  } & { readonly [Fact in keyof typeof recoveryFacts]?: readonly string[] };
  readonly decision: "accept" | "rerun" | "backfill-upstream-first" | "investigate";
  readonly because: string;
  readonly place: Place;
};
