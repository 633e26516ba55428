import type { CalendarDate } from "../domain/calendar-date.ts";
import type { Column, ColumnType } from "../domain/column.ts";
import type { Sight, TableCut } from "../domain/table-cut.ts";
import type { TableId } from "../domain/table-id.ts";

/**
 * All on which the SQL of engines differs. What every engine accepts is written once, in the modules beside; they ask
 * here for the rest.
 */
export type Dialect = {
  /** What stands on both sides of a name. */
  readonly quote: string;
  /** A text as a literal: for closed lists that come from the runbook, never for data. */
  readonly quoteText: (text: string) => string;
  /** How a column type is spelt in definitions and casts; in capitals it is what the catalog prints. */
  readonly columnType: (type: ColumnType) => string;
  /** The column type of a type as the catalog prints it: what holds all its values, or an opaque one. */
  readonly describedType: (found: string) => ColumnType;
  /**
   * A condition that holds where the cast of a value to the type would change it, and how to say so; undefined where that
   * is not asked: the engine refuses such a cast, or it changes nothing.
   */
  readonly lossOf: (
    type: ColumnType,
    value: string,
  ) => { readonly when: string; readonly words: string } | undefined;
  /** The date of a year, a month and a day. */
  readonly dateOfParts: (year: string, month: string, day: string) => string;
  /** A value, of whatever type, in the type of instants: what has a zone as its UTC time. */
  readonly instantOf: (value: string) => string;
  /** A value of any type as the float nearest to it; NULL where there is none. */
  readonly floatOf: (value: string) => string;
  /** How a column of a type that the catalog prints reads as a declared type, every value as what it means. */
  readonly readsAs: (type: ColumnType, found: string) => Reading;
  /** A table's name as the engine compares it: two names with one such text are one table. */
  readonly tableIdentity: (table: TableId) => string;
  /** A value of any type as JSON, which tells two values of one type apart. */
  readonly jsonText: (value: string) => string;
  /** How a cast is spelt that gives NULL where it cannot be made. */
  readonly tryCast: string;
  /** What a column's definition says after its type. */
  readonly columnClauses: (column: Column) => string;
  /** What a table's definition says after its columns. */
  readonly tableClauses: (shape: TableShape) => string;
  /** Whether `expression` is one of the values of the array parameter `name`. */
  readonly isIn: (expression: string, name: string) => string;
  /** A query whose n-th row holds the n-th elements of the array parameters of the same names as its columns. */
  readonly rowsOfArrays: (columns: readonly ArrayColumn[]) => string;
  /** A query of the objects in a list that the JSON object of a text parameter holds: their texts by column, NULL where one has none. */
  readonly rowsOfJson: (json: JsonList) => string;
  /** The instant a microsecond after another one. */
  readonly microsecondAfter: (instant: string) => string;
  /** Whether a float is NaN or infinite. */
  readonly isNotFinite: (expression: string) => string;
  /** Whether an array of floats holds NULL, NaN or an infinite number. */
  readonly holdsNotFinite: (expression: string) => string;
  /** An array whose elements, as `element`, became what an expression gives, in their order; NULL of NULL. */
  readonly mapArray: (expression: string, element: string) => string;
  /**
   * An aggregate giving the content version of a group of rows as text `count:xor:sum` of hashes of the rows' text: the
   * order of rows does not matter, a row that stands twice does. Columns are hashed in the order given, with their types.
   */
  readonly contentHash: (columns: readonly HashedColumn[]) => string;
  /** Names the algorithm of `contentHash`. It changes when, and only when, equal rows would get another version. */
  readonly hashTag: string;
  /** The algorithm before this one: what was recorded under it is verified by it, and need not be computed again. */
  readonly formerHash: FormerHash;
  /** A query for the dates of a rule, as a column of the quoted name `column`. */
  readonly dateSeries: (column: string, rule: DateRule) => string;
  /** The day of the week of a date: 1 for Monday to 7 for Sunday. */
  readonly weekday: (date: string) => string;
  /** A query for the columns that exist in the datasets: (table_schema, table_name, column_name, data_type, ordinal_position). */
  readonly catalogColumns: (datasets: readonly string[]) => string;
  /** Whether that query fails where a dataset is absent. */
  readonly tellsAbsentDatasets: boolean;
  /** Undefined where nothing but names and types can be said of a table. */
  readonly layouts: LayoutQueries | undefined;
  /** What people read of tables in the warehouse: (table_schema, table_name, description). */
  readonly tableDescriptions: (datasets: readonly string[]) => string;
  /** Gives an existing table its description. */
  readonly describeTable: (table: TableId, description: string) => string;
  /** Whether `tableClauses` says it already. */
  readonly describesWhenCreating: boolean;
  /**
   * A query for what the engine says of the partitions of tables without reading them: (table_schema, table_name,
   * partition_id, total_rows, last_modified), the last in microseconds since 1970, and a row per partitioned table with
   * its partition_column, or with keeps_deleted where its metadata may count rows that were deleted. Tables are named by @tables as well. Undefined where the engine has no such metadata.
   */
  readonly partitionMetadata: ((tables: readonly TableId[]) => string) | undefined;
  /** Undefined where a process has the whole warehouse to itself. */
  readonly leases: LeaseStatements | undefined;
  /** How one attempt stages what it computed. */
  readonly stage: StageStatements;
  /** How what a runbook writes sees of tables only what it may. */
  readonly cut: CutStatements;
  /**
   * A query that answers another one, which is not narrowed, once for each date, as if it were asked for this date alone:
   * (asked_date, ...what it gives). Undefined where the engine cannot.
   */
  readonly eachAlone: ((query: string, sights: readonly Sight[]) => string) | undefined;
  /** Statements that make a part of a table, or all of it, hold exactly the rows of a query; all or nothing. */
  readonly replaceRows: (replacement: Replacement) => readonly string[];
  /**
   * How it is seen to that partitions hold what was staged: by a statement in the transaction that writes them, or by a
   * condition on the row that marks the commit.
   */
  readonly provesWrites: "statement" | "condition";
  /** Whether what a run replaces can be copied for `revert` in the transaction that replaces it. */
  readonly keepsCopies: boolean;
  /**
   * Statements to be sent together, in order: one script, which is one job, or each on its own inside a transaction. A
   * script whose statement fails is sent again from its beginning, so all but the last must be safe to repeat.
   */
  readonly inOneJob: (statements: readonly string[]) => readonly string[];
};

/** An algorithm that is used no more; `isNamed` tells its tags. */
type FormerHash = {
  readonly isNamed: (tag: string) => boolean;
  readonly contentHash: (columns: readonly HashedColumn[]) => string;
};

/** A column as a content version tells it from others: by its place, its type and its values. */
export type HashedColumn = Pick<Column, "name" | "type">;

/** `always`, `by-value`: as far as `lossOf` finds nothing, or `never`. */
export type Reading = "always" | "by-value" | "never";

/** A list of objects in the JSON object that a text parameter holds, and the columns whose texts they have. */
type JsonList = { readonly parameter: string; readonly list: string; readonly columns: readonly string[] };

/** A column that is made of an array parameter. */
type ArrayColumn = { readonly name: string; readonly type: ColumnType };

/**
 * A date and those after it, each so many units from the first: of a month that lacks the day its last one, and of every
 * month its last one where `isMonthEnd`.
 */
type DateRule = {
  readonly from: CalendarDate;
  readonly every: "day" | "week" | "month";
  readonly steps: number;
  readonly isMonthEnd: boolean;
};

/**
 * A table as the engine creates it. Required columns are NOT NULL on BigQuery, except arrays, which are never NULL
 * there. On DuckDB the checks of the stage and the contract gate guard them, so that a person can mend a table by hand.
 */
export type TableShape = {
  readonly table: TableId;
  /** What a row is, for people who look at the table in the warehouse. */
  readonly description: string | undefined;
  readonly columns: readonly Column[];
  readonly partitionBy: string | undefined;
  readonly cluster: readonly string[];
};

/** Queries for how tables lie. */
type LayoutQueries = {
  /** (table_schema, table_name, column_name, is_nullable, is_partitioning_column, clustering_ordinal_position) */
  readonly columns: (datasets: readonly string[]) => string;
  /** What makes rows vanish by themselves: (table_schema, table_name, option_name, option_value). */
  readonly expiries: (datasets: readonly string[]) => string;
};

/** The tables that leases stand in and are judged by. */
export type LeaseTables = { readonly leases: TableId; readonly runs: TableId; readonly partitions: TableId };

/** Statements about the leases of @processor_name on @periods under @token. Times are those of the warehouse. */
export type LeaseStatements = {
  /**
   * A script that takes the leases on all @periods, or none when another run's lease on one of them lives, and then tells
   * every living lease on them: (period, token, run_id, holder, taken_at, expires_at). Dead ones are removed. Safe to
   * repeat.
   */
  readonly take: (tables: LeaseTables) => string;
  /** A query for every living lease: (processor_name, period, token, run_id, holder, taken_at, expires_at). */
  readonly living: (tables: LeaseTables) => string;
  /** A query that gives true while the leases of @token on all @periods stand, and else an error. */
  readonly stands: (leases: TableId) => string;
  /** Puts off the end of the leases of @token. */
  readonly renew: (leases: TableId) => string;
  /** Gives the leases of @token back. */
  readonly release: (leases: TableId) => string;
};

/** What a cell stages into: `outcomes` and `population` stand behind `from`; `tables` are what is created. */
export type StageNames = {
  readonly outcomes: string;
  readonly population: string;
  readonly tables: readonly string[];
};

/** What a stage is made of: definitions of the columns of `outcomes`, the declared columns, and the queries that fill it. */
export type StageContent = {
  readonly definitions: readonly string[];
  readonly declared: readonly Column[];
  readonly outcomes: string;
  readonly population: string;
};

/** Statements about the stage of one attempt. */
type StageStatements = {
  /** Names of the stage of an attempt in the dataset `ledger`, `token` being unique to it. */
  readonly names: (stage: { readonly ledger: string; readonly token: string }) => StageNames;
  /** Makes an empty stage; none where filling creates it. */
  readonly create: (names: StageNames, definitions: readonly string[]) => readonly string[];
  /** Appends what the queries give for the dates in @dates: run together, both or neither are kept. */
  readonly fill: (names: StageNames, content: StageContent) => readonly string[];
  /** Removes a stage; none where it expires by itself. */
  readonly drop: (names: StageNames) => readonly string[];
  /** Removes a stage in the job that marks its commit; none where `drop` does. */
  readonly dropWithMarker: (names: StageNames) => readonly string[];
};

/** Between `begin` and `end` a session's queries of the runbook, once narrowed, see nothing beside the cuts. */
type CutStatements = {
  /** `token` is unique to the session. */
  readonly begin: (cuts: readonly TableCut[], token: string) => readonly string[];
  readonly narrow: (query: string, cuts: readonly TableCut[]) => string;
  /** How statements of ours name a table all of whose rows they see meanwhile. */
  readonly beside: (table: TableId) => string;
  readonly end: (token: string) => readonly string[];
};

/** Rows that replace others of a table. */
export type Replacement = {
  readonly table: TableId;
  readonly columns: readonly string[];
  /** A query that gives those columns. */
  readonly rows: string;
  /** What the rows are called in the statement. */
  readonly alias: string;
  /**
   * Which rows of the table go: all; all of a table that is read by date only; or those of @dates, which lie between
   * @start_date and @end_date.
   */
  readonly scope:
    | { readonly kind: "table" }
    | { readonly kind: "every-date"; readonly dateColumn: string }
    | { readonly kind: "given-dates"; readonly dateColumn: string };
};
