import type { CalendarDate } from "../domain/calendar-date.ts";
import type { Column, ColumnType } from "../domain/column.ts";
import type { ParsedQuery } from "./parsed-query.ts";
import type { Dialect } from "../sql/dialect.ts";
import type { EngineName } from "../domain/engine-name.ts";
import type { TableId } from "../domain/table-id.ts";

/** A value as it comes out of the warehouse: dates and timestamps as text, integers as numbers while exact. */
export type Value = string | number | boolean | null | readonly Value[];

/** A row of an answer: values by column. */
export type Row = Readonly<Record<string, Value>>;

/** A typed parameter for `@name`; arrays hold one value per element. */
export type Parameter = { readonly type: ColumnType | "array<date>"; readonly value: Value };

/** Dates by a column. */
export type WrittenDates = { readonly column: string; readonly dates: readonly CalendarDate[] };

/**
 * One statement with its parameters; `purpose` says in a few words what it is for, in logs and faults. The answer of a
 * query `ofRowsAlone` follows from the rows that the tables in its text store and from nothing else, no day and no chance:
 * an engine that knows these to be unwritten since may repeat what it said. Where it is also `perDate`, by a column or
 * expression, the text begins and ends with `@start_date` and `@end_date`, and each row of its answer follows from the rows of
 * one date, its `analysis_date`: only dates that were written since are asked about again. What a statement writes
 * `onDates` are rows of these dates by that column, whatever else it may name.
 */
export type Statement = {
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly purpose: string;
  readonly ofRowsAlone?: boolean;
  readonly perDate?: string;
  readonly onDates?: WrittenDates;
};

/**
 * A text to parse. With values for its parameters, an engine that parses only where it runs may be asked about it: that
 * is a request over the network, and nothing is run or billed.
 */
export type QueryText = {
  readonly text: string;
  readonly parameters?: Readonly<Record<string, Parameter>> | undefined;
};

/** A file of rows, and the table and columns that it is read into; a column that it lacks is NULL. */
export type FileLoad = {
  readonly table: TableId;
  readonly columns: readonly Pick<Column, "name" | "type">[];
  readonly path: string;
  readonly format: "parquet" | "ndjson";
  readonly purpose: string;
};

/** A column as an engine prints it. */
export type PrintedColumn = { readonly name: string; readonly type: string };

/** What a job is done for, by which a bill can be split; a warehouse makes of each text what it allows. */
export type JobLabels = {
  readonly processor?: string;
  readonly run?: string;
  readonly attempt?: string;
};

/** What the jobs of a session were billed, and where a person can look at its last one. */
export type Billing = { readonly bytesBilled: number; readonly jobUrl: string | undefined };

/**
 * The port to a warehouse. Statements are written in the warehouse's dialect with `@name` parameters; only names that
 * occur in the text are bound. Faults: `statement-failed`, `warehouse-locked`, `warehouse-unusable`.
 */
export type Warehouse = AsyncDisposable & {
  readonly engine: EngineName;
  readonly dialect: Dialect;
  /** Kind of warehouse and algorithm of content versions, as `duckdb/json-md5-1`: versions with another tag do not compare. */
  readonly hashTag: string;
  /** How a person names it: the path or project. */
  readonly address: string;
  /** Whether this process is the only one that can write while it is open. */
  readonly exclusive: boolean;
  /** After how long the warehouse gives a statement up that may outlive its process; absent where none does. */
  readonly longestStatementMs?: number;
  /** What is known of each text without running it, from the engine's own parser where it can be had. */
  parse(texts: readonly QueryText[]): Promise<readonly ParsedQuery[]>;
  /** The columns that a query gives, with their types as the catalog prints them, found without running it. */
  describe(statement: Statement): Promise<readonly PrintedColumn[]>;
  /** Rows of a query. */
  query(statement: Statement): Promise<readonly Row[]>;
  /** Runs statements in order, as one transaction where the engine can; nothing is kept when one fails there. */
  execute(statements: readonly Statement[]): Promise<void>;
  /** Makes a table of no consequence hold exactly the rows of a file; an absent table is created. */
  loadFile(load: FileLoad): Promise<void>;
  /** Bytes that a query would read, found without running it; undefined where nothing is billed. */
  estimateBytes(statement: Statement): Promise<number | undefined>;
  /** What the session's jobs were billed so far; undefined where nothing is billed. */
  billing(): Billing | undefined;
  /**
   * Lets another process write while `work` runs: a file that only one process can write is closed meanwhile, and the
   * statements of all sessions wait. Faults: warehouse-unusable where no other process sees it, warehouse-locked when
   * somebody holds it afterwards.
   */
  lend<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Stops this session and those opened from it, for good: what is in flight and what would come fail with `interrupted`. */
  interrupt(): void;
  /**
   * A session of its own (temporary tables, transactions) on the same warehouse; where jobs have labels, its own carry
   * these beside those of the session that it is opened from.
   */
  session(labels?: JobLabels): Promise<Warehouse>;
};
