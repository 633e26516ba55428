import { writeFile } from "node:fs/promises";
import { hasOrder, isOpaque, undated, type Column } from "../domain/column.ts";
import { isDecimal } from "../domain/decimal.ts";
import { quoteName, quoteTable } from "../sql/identifiers.ts";
import { createOutput, googlesql } from "../sql/googlesql.ts";
import { withinRanges } from "../sql/table-cut.ts";
import { stageTable } from "../sql/stage-table.ts";
import { renderNdjson, writeParquetFile } from "../warehouse/row-files.ts";
import { openParquet } from "../warehouse/read-parquet.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import {
  columnComplaint,
  inputPath,
  outputColumns,
  readColumns,
  type CommandExchange,
  type CommandFile,
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
  async function load({ kind, path }: CommandFile): Promise<string> {
    const table = stageTable({ ledger: runbook.ledger, token: `${token}_${kind}` });
    const columns = outputColumns(processor, kind);
    const purpose = `read the output of ${processor.id}`;
    await warehouse.query({ sql: createOutput(table, columns), purpose });
    await warehouse.loadFile({ table, columns, path, format: "ndjson", purpose });
    return partOf(readColumns(processor), columns, `from ${quoteTable(googlesql, table)}`);
  }
  return {
    async exportInput(input) {
      const rows = await readInput(warehouse, input, `export ${input.table} for ${processor.id}`);
      await writeParquetFile(inputPath(folder, input.table, "parquet"), input.columns, rows);
      await writeFile(inputPath(folder, input.table, "ndjson"), renderNdjson(input.columns, rows));
    },
    async rewriteParquet({ kind, path, to }) {
      const rows = await openParquet(path);
      const complaint = columnComplaint({ processor, kind }, rows.columns);
      if (complaint === undefined) await rows.writeNdjson(to);
      return complaint;
    },
    async readRows(files) {
      const parts: string[] = [];
      for (const file of files) parts.push(await load(file));
      return parts.length === 0
        ? partOf(readColumns(processor), [], "from unnest([1]) where false")
        : parts.join("\nunion all\n");
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function readInput(
  warehouse: Warehouse,
  { table, dateColumn, columns, ranges }: CommandInput,
  purpose: string,
): Promise<readonly Row[]> {
  if (ranges.length === 0) return [];
  const selected = columns.map(({ name, type }) => exactColumn(quoteName(googlesql, name), type));
  const order = columns
    .filter(({ type }) => hasOrder(type))
    .map(({ name }) => `${quoteName(googlesql, name)} nulls last`);
  return warehouse.query({
    sql: `select ${selected.join(", ")}
from ${quoteTable(googlesql, table)} as input_row
where ${dateColumn === undated ? "true" : withinRanges(googlesql, dateColumn, ranges)}
order by ${order.join(", ")}`,
    purpose,
  });
}

/** A column as the port gives it without loss: of instants it keeps milliseconds only. */
function exactColumn(name: string, type: Column["type"]): string {
  if (type === "timestamp") return `format_timestamp('%F %H:%M:%E6S', input_row.${name}, 'UTC') as ${name}`;
  if (type === "json" || isOpaque(type)) return `to_json_string(input_row.${name}) as ${name}`;
  const isNumber = type === "int64" || type === "float64" || isDecimal(type);
  return isNumber ? `cast(input_row.${name} as ${googlesql.columnType(type)}) as ${name}` : name;
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
    return known.has(name) ? quoted : `cast(null as ${googlesql.columnType(type)}) as ${quoted}`;
  });
  return `select ${columns.join(", ")} ${from}`;
}
