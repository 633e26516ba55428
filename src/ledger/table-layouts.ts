import { datasetOf, parseTableId, type TableId } from "../domain/table-id.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { clusterOf, isRequired } from "../sql/create-table.ts";
import type { TableShape } from "../sql/dialect.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ownShapes } from "./runbook-shapes.ts";

/** How a table lies in the warehouse, beside the names and types of its columns. */
export type TableLayout = {
  readonly partitionBy: string | undefined;
  readonly cluster: readonly string[];
  /** Columns that take NULL. */
  readonly nullable: ReadonlySet<string>;
  /** Options that make rows vanish by themselves, with their values. */
  readonly expiries: ReadonlyMap<string, string>;
};

const tableShape = { table_schema: typed.text, table_name: typed.text };

const layoutShape = {
  ...tableShape,
  column_name: typed.text,
  is_nullable: typed.oneOf(["YES", "NO"]),
  is_partitioning_column: typed.oneOf(["YES", "NO"]),
  clustering_ordinal_position: typed.nullable(typed.count),
};

/** A row of `LayoutQueries.expiries`. */
export const expiryShape = { ...tableShape, option_name: typed.text, option_value: typed.text };

/** Reads how the tables of the runbook's own datasets lie; two queries. None where the engine lays nothing out. */
export async function readLayouts(
  warehouse: Warehouse,
  runbook: Runbook,
): Promise<ReadonlyMap<TableId, TableLayout>> {
  const { layouts: queries } = warehouse.dialect;
  if (queries === undefined) return new Map();
  const datasets = [...new Set(ownShapes(runbook).map(({ table }) => datasetOf(table)))];
  const asked = { sql: queries.columns(datasets), purpose: "read how tables lie" };
  const found = await queryRows(warehouse, asked, layoutShape);
  const columns = found.map((row) => ({ ...row, column_name: row.column_name.toLowerCase() }));
  const expiries = { sql: queries.expiries(datasets), purpose: "read which tables expire" };
  const options = await queryRows(warehouse, expiries, expiryShape);
  const layouts = new Map<TableId, TableLayout>();
  for (const [table, rows] of Map.groupBy(columns, tableOf)) {
    if (table === undefined) continue;
    const clustered = rows.flatMap(({ column_name: name, clustering_ordinal_position: position }) =>
      position === undefined ? [] : [{ name, position }],
    );
    const expiring = options.filter((row) => tableOf(row) === table);
    layouts.set(table, {
      partitionBy: rows.find((row) => row.is_partitioning_column === "YES")?.column_name,
      cluster: clustered.toSorted((left, right) => left.position - right.position).map(({ name }) => name),
      nullable: new Set(rows.filter((row) => row.is_nullable === "YES").map((row) => row.column_name)),
      expiries: new Map(expiring.map((row) => [row.option_name, row.option_value])),
    });
  }
  return layouts;
}

/** Differences between how a table lies and how it would be created, one line each with what mends it. */
export function layoutDrift(
  { table, columns, partitionBy, cluster }: TableShape,
  found: TableLayout,
): readonly string[] {
  const wanted = clusterOf(cluster);
  const partition =
    found.partitionBy === partitionBy
      ? []
      : [
          `${table}: expected partitions by ${partitionBy ?? "nothing"}, found ${found.partitionBy ?? "none"}; copy it into a new table, partitions cannot be altered`,
        ];
  const clustering =
    found.cluster.join() === wanted.join()
      ? []
      : [
          `${table}: expected clusters by ${wanted.join(", ") || "nothing"}, found ${found.cluster.join(", ") || "none"}; mend it with \`bq update --clustering_fields=${wanted.join(",")} ${table}\``,
        ];
  const required = columns.flatMap((column) => {
    if (found.nullable.has(column.name) !== isRequired(column)) return [];
    return isRequired(column)
      ? [`${table}.${column.name}: expected NOT NULL, found NULLABLE; the checks guard it all the same`]
      : [
          `${table}.${column.name}: expected NULLABLE, found NOT NULL; mend it with \`alter table ${table} alter column ${column.name} drop not null\``,
        ];
  });
  const expiries = [...found.expiries].map(([option, value]) =>
    expiryText(table, { option_name: option, option_value: value }),
  );
  return [...partition, ...clustering, ...required, ...expiries];
}

/** What is told of an option that makes the rows of a table vanish. */
export function expiryText(
  table: TableId,
  {
    option_name: option,
    option_value: value,
  }: Pick<ShapedRow<typeof expiryShape>, "option_name" | "option_value">,
): string {
  return `${table}: expected no expiry, found ${option} ${value}; its rows will vanish: mend it with \`alter table ${table} set options (${option} = null)\``;
}

function tableOf(row: ShapedRow<typeof tableShape>): TableId | undefined {
  return parseTableId(`${row.table_schema}.${row.table_name}`);
}
