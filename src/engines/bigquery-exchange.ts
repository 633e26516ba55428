import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Column } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import { quoteName, quoteNames, quoteTable } from "../sql/identifiers.ts";
import { createOutput, googlesql } from "../sql/googlesql.ts";
import { stageTable } from "../sql/stage-table.ts";
import { renderNdjson, writeParquetFile } from "../warehouse/row-files.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import {
  failureColumns,
  failuresPath,
  formatOf,
  inputPath,
  outputColumns,
  outputPath,
  type CommandExchange,
  type CommandInput,
  type CommandRequest,
} from "./command-exchange.ts";

/**
 * Rows come by a query and are written here, since BigQuery exports to buckets only; what a command wrote is loaded
 * into tables beside the stage, which expire by themselves. One job for each input, two for each file that was written.
 */
export function bigQueryExchange(
  warehouse: Warehouse,
  { runbook, processor }: CommandRequest,
  { folder, randomId }: { readonly folder: string; readonly randomId: () => string },
): CommandExchange {
  const token = randomId();
  async function load(kind: "rows" | "failures", path: string): Promise<TableId | undefined> {
    if (!existsSync(path)) return undefined;
    const table = stageTable({ ledger: runbook.ledger, token: `${token}_${kind}` });
    const columns = outputColumns(processor, kind);
    const purpose = `read the output of ${processor.id}`;
    await warehouse.query({ sql: createOutput(table, columns), purpose });
    await warehouse.loadFile({ table, columns, path, format: await formatOf(path), purpose });
    return table;
  }
  return {
    async exportInput(input) {
      const rows = await readInput(warehouse, input, `export ${input.table} for ${processor.id}`);
      await writeParquetFile(inputPath(folder, input.table, "parquet"), input.columns, rows);
      await writeFile(inputPath(folder, input.table, "ndjson"), renderNdjson(input.columns, rows));
    },
    async readOutput() {
      const loaded = [
        { table: await load("rows", outputPath(folder)), columns: outputColumns(processor, "rows") },
        {
          table: await load("failures", failuresPath(folder)),
          columns: outputColumns(processor, "failures"),
        },
      ];
      const all = [...processor.columns, ...failureColumns];
      const parts = loaded.flatMap(({ table, columns }) =>
        table === undefined ? [] : [partOf(all, columns, `from ${quoteTable(googlesql, table)}`)],
      );
      return parts.length === 0
        ? partOf(all, [], "from unnest([1]) where false")
        : parts.join("\nunion all\n");
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function readInput(
  warehouse: Warehouse,
  { table, dateColumn, columns, reach }: CommandInput,
  purpose: string,
): Promise<readonly Row[]> {
  if (reach === undefined) return [];
  const names = columns.map(({ name }) => name);
  const order = columns
    .filter(({ type }) => !type.startsWith("array<"))
    .map(({ name }) => `${quoteName(googlesql, name)} nulls last`);
  return warehouse.query({
    sql: `select ${quoteNames(googlesql, names)}
from ${quoteTable(googlesql, table)} as input_row
where ${quoteName(googlesql, dateColumn)} between @start_date and @end_date
order by ${order.join(", ")}`,
    parameters: {
      start_date: { type: "date", value: reach.from },
      end_date: { type: "date", value: reach.to },
    },
    purpose,
  });
}

/** All columns by name: those that there are, NULL for the others. */
function partOf(
  all: readonly Pick<Column, "name" | "type">[],
  present: readonly Pick<Column, "name">[],
  from: string,
): string {
  const known = new Set(present.map(({ name }) => name));
  const columns = all.map(({ name, type }) => {
    const quoted = quoteName(googlesql, name);
    return known.has(name) ? quoted : `cast(null as ${type}) as ${quoted}`;
  });
  return `select ${columns.join(", ")} ${from}`;
}
