import type { Column } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";
import { datasetOf, type TableId } from "../domain/table-id.ts";
import { physicalType } from "./column-types.ts";
import { quoteName, quoteNames, quoteTable, quoteText } from "./identifiers.ts";

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

/** Creates the dataset of a table where it is absent. */
export function createDataset(dialect: Dialect, table: TableId): string {
  return `create schema if not exists ${quoteName(dialect, datasetOf(table))}`;
}

/** Creates a table where it is absent: partitioned and clustered where the dialect has that, no expiry. */
export function createTable(dialect: Dialect, shape: TableShape): string {
  const columns = shape.columns.map((column) => columnDefinition(dialect, column)).join(",\n  ");
  const create = `create table if not exists ${quoteTable(dialect, shape.table)} (\n  ${columns}\n)`;
  if (dialect === "duckdb") return create;
  const partition =
    shape.partitionBy === undefined ? "" : `\npartition by ${quoteName(dialect, shape.partitionBy)}`;
  const columnsOfCluster = clusterOf(shape.cluster);
  const cluster =
    columnsOfCluster.length === 0 ? "" : `\ncluster by ${quoteNames(dialect, columnsOfCluster)}`;
  return `${create}${partition}${cluster}${tableOptions(shape)}`;
}

/** The columns of a declared clustering that BigQuery takes: it has four at most. */
export function clusterOf(declared: readonly string[]): readonly string[] {
  return declared.slice(0, 4);
}

/** Whether a column is NOT NULL where the engine has that. */
export function isRequired({ nullable, type }: Column): boolean {
  return nullable === undefined && !type.startsWith("array");
}

/** Adds a column to a table that has rows: it takes NULL, whatever is declared. */
export function addColumn(dialect: Dialect, table: TableId, { name, type }: Column): string {
  return `alter table ${quoteTable(dialect, table)} add column ${quoteName(dialect, name)} ${physicalType(dialect, type)}`;
}

/** Without an expiry of its own, a table would take its dataset's default and vanish. */
function tableOptions({ description, partitionBy }: TableShape): string {
  const options = [
    "expiration_timestamp = null",
    ...(partitionBy === undefined ? [] : ["partition_expiration_days = null"]),
    ...(description === undefined ? [] : [`description = ${quoteText("googlesql", description)}`]),
  ];
  return `\noptions (${options.join(", ")})`;
}

function columnDefinition(dialect: Dialect, column: Column): string {
  const required = dialect === "googlesql" && isRequired(column) ? " not null" : "";
  return `${quoteName(dialect, column.name)} ${physicalType(dialect, column.type)}${required}${columnOptions(dialect, column)}`;
}

/** What the runbook says of a column: description, unit, and why NULL is legitimate. */
function columnOptions(dialect: Dialect, { description, unit, nullable }: Column): string {
  if (dialect === "duckdb") return "";
  const facts = [
    ...(description === undefined ? [] : [description]),
    ...(unit === undefined ? [] : [`unit: ${unit}`]),
    ...(nullable === undefined ? [] : [`NULL: ${nullable}`]),
  ];
  return facts.length === 0 ? "" : ` options (description = ${quoteText(dialect, facts.join("; "))})`;
}
