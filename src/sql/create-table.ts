import type { Column } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";
import { datasetOf, type TableId } from "../domain/table-id.ts";
import { physicalType } from "./column-types.ts";
import { quoteName, quoteNames, quoteTable } from "./identifiers.ts";

/**
 * A table as the engine creates it. Required columns are NOT NULL on BigQuery, except arrays, which are never NULL
 * there. On DuckDB the checks of the stage and the contract gate guard them, so that a person can mend a table by hand.
 */
export type TableShape = {
  readonly table: TableId;
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
  const cluster =
    shape.cluster.length === 0 ? "" : `\ncluster by ${quoteNames(dialect, shape.cluster.slice(0, 4))}`;
  return `${create}${partition}${cluster}`;
}

function columnDefinition(dialect: Dialect, column: Column): string {
  const optional = dialect === "duckdb" || column.nullable !== undefined || column.type.startsWith("array");
  return `${quoteName(dialect, column.name)} ${physicalType(dialect, column.type)}${optional ? "" : " not null"}`;
}
