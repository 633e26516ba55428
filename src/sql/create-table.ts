import type { Column } from "../domain/column.ts";
import type { Dialect, TableShape } from "./dialect.ts";
import type { TableId } from "../domain/table-id.ts";
import { quoteName, quoteTable } from "./identifiers.ts";

/** Creates a dataset where it is absent. */
export function createDataset(dialect: Dialect, dataset: string): string {
  return `create schema if not exists ${quoteName(dialect, dataset)}`;
}

/** Creates a table where it is absent: partitioned and clustered where the dialect has that, no expiry. */
export function createTable(dialect: Dialect, shape: TableShape): string {
  const columns = shape.columns.map((column) => columnDefinition(dialect, column)).join(",\n  ");
  return `create table if not exists ${quoteTable(dialect, shape.table)} (\n  ${columns}\n)${dialect.tableClauses(shape)}`;
}

/** The columns of a declared clustering that an engine takes: four at most. */
export function clusterOf(declared: readonly string[]): readonly string[] {
  return declared.slice(0, 4);
}

/** Whether a column is NOT NULL where the engine has that. */
export function isRequired({ nullable, type }: Column): boolean {
  return nullable === undefined && !type.startsWith("array");
}

/** Adds a column to a table that has rows: it takes NULL, whatever is declared. */
export function addColumn(dialect: Dialect, table: TableId, { name, type }: Column): string {
  return `alter table ${quoteTable(dialect, table)} add column ${quoteName(dialect, name)} ${dialect.columnType(type)}`;
}

function columnDefinition(dialect: Dialect, column: Column): string {
  return `${quoteName(dialect, column.name)} ${dialect.columnType(column.type)}${dialect.columnClauses(column)}`;
}
