import type { ColumnType } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";

const duckdb: Record<ColumnType, string> = {
  string: "varchar",
  int64: "bigint",
  float64: "double",
  bool: "boolean",
  date: "date",
  timestamp: "timestamp",
  "array<float64>": "double[]",
  "array<string>": "varchar[]",
  "array<int64>": "bigint[]",
};

/** How the dialect spells a column type in definitions and casts. */
export function physicalType(dialect: Dialect, type: ColumnType): string {
  return dialect === "duckdb" ? duckdb[type] : type;
}

/** The type as the engine's catalog prints it, for comparison with what is declared. */
export function catalogType(dialect: Dialect, type: ColumnType): string {
  return physicalType(dialect, type).toUpperCase();
}
