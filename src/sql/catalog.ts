import type { Dialect } from "../domain/dialect.ts";
import { quoteName } from "./identifiers.ts";

/** A query for the columns that exist in the datasets: (table_schema, table_name, column_name, data_type, ordinal_position). */
export function catalogColumns(dialect: Dialect, datasets: readonly string[]): string {
  const columns = "table_schema, table_name, column_name, data_type, ordinal_position";
  if (dialect === "duckdb") {
    return `select ${columns}
from information_schema.columns
where table_catalog = 'cascade' and list_contains(@datasets, table_schema)
order by table_schema, table_name, ordinal_position`;
  }
  const all = datasets.map(
    (dataset) => `select ${columns} from ${quoteName(dialect, dataset)}.INFORMATION_SCHEMA.COLUMNS`,
  );
  return `${all.join("\nunion all\n")}\norder by table_schema, table_name, ordinal_position`;
}

/**
 * A query for how columns lie: (table_schema, table_name, column_name, is_nullable, is_partitioning_column,
 * clustering_ordinal_position). BigQuery only.
 */
export function columnLayouts(datasets: readonly string[]): string {
  const columns =
    "table_schema, table_name, column_name, is_nullable, is_partitioning_column, clustering_ordinal_position";
  return datasets
    .map((dataset) => `select ${columns} from ${quoteName("googlesql", dataset)}.INFORMATION_SCHEMA.COLUMNS`)
    .join("\nunion all\n");
}

/** A query for what makes rows vanish by themselves: (table_schema, table_name, option_name, option_value). BigQuery only. */
export function tableExpiries(datasets: readonly string[]): string {
  return datasets
    .map(
      (dataset) => `select table_schema, table_name, option_name, option_value
from ${quoteName("googlesql", dataset)}.INFORMATION_SCHEMA.TABLE_OPTIONS
where option_name in ('expiration_timestamp', 'partition_expiration_days')`,
    )
    .join("\nunion all\n");
}
