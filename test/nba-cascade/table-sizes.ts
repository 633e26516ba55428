import type { Column } from "../../src/domain/column.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { read } from "./public-season.ts";

/** Rows of a table, and what BigQuery counts for them in bytes. */
export type TableSize = { readonly rows: number; readonly bytes: number };

/**
 * A table's size by BigQuery's rules: 8 bytes a number or time, 1 a flag, 2 and its length in UTF-8 a text, nothing for
 * NULL; see https://cloud.google.com/bigquery/pricing, "Data size calculation".
 */
export async function sizeOf(
  warehouse: Warehouse,
  table: string,
  columns: readonly Pick<Column, "name" | "type">[],
): Promise<TableSize> {
  const bytes = columns
    .map(({ name, type }) => `coalesce(sum(${bytesOf(`"${name}"`, type)}), 0)`)
    .join(" + ");
  const [row] = await read(warehouse, `select count(*) as row_count, ${bytes} as bytes from ${table}`);
  return { rows: Number(row?.["row_count"]), bytes: Number(row?.["bytes"]) };
}

function bytesOf(name: string, type: Column["type"]): string {
  if (type === "array<string>") return `list_sum(list_transform(${name}, lambda item: 2 + strlen(item)))`;
  if (type.startsWith("array<")) return `8 * len(${name})`;
  if (type === "string") return `2 + strlen(${name})`;
  return `case when ${name} is null then 0 else ${type === "bool" ? 1 : 8} end`;
}
