import { undated } from "../domain/column.ts";
import { rm } from "node:fs/promises";
import type { Column } from "../domain/column.ts";
import { isDecimal } from "../domain/decimal.ts";
import { parseExactJson } from "../domain/exact-json.ts";
import { fitValue } from "../domain/fit-value.ts";
import type { Processor } from "../runbook/runbook.ts";
import { duckdb } from "../sql/duckdb.ts";
import { quoteName, quoteNames, quoteTable } from "../sql/identifiers.ts";
import { withinRanges } from "../sql/table-cut.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
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
import { rewriteLines } from "./rewrite-lines.ts";

const describedShape = { column_name: typed.text, column_type: typed.text };

const outputTable = "cascade_command_output";

/** DuckDB writes and reads the files itself; what a command wrote becomes a temporary table. */
export function duckDbExchange(
  warehouse: Warehouse,
  { processor }: CommandRequest,
  { folder }: { readonly folder: string },
): CommandExchange {
  return {
    exportInput: (input) => exportInput(warehouse, { input, folder, processor }),
    rewriteParquet: (file) => rewriteParquet(warehouse, { ...file, processor }),
    async readRows(files) {
      const shape = readColumns(processor).map(
        ({ name, type }) => `${quoteName(duckdb, name)} ${duckdb.columnType(type)}`,
      );
      await warehouse.query({
        sql: `create or replace temporary table ${outputTable} (${shape.join(", ")})`,
        purpose: `make room for the output of ${processor.id}`,
      });
      for (const file of files) await loadFile(warehouse, { ...file, processor });
      return `select * from ${outputTable}`;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

type OutputFile = CommandFile & { readonly processor: Processor };

async function exportInput(
  warehouse: Warehouse,
  {
    input,
    folder,
    processor,
  }: { readonly input: CommandInput; readonly folder: string; readonly processor: Processor },
): Promise<void> {
  const purpose = `export ${input.table} for ${processor.id}`;
  const rows = inputQuery(input);
  const parquet = inputPath(folder, input.table, "parquet");
  const ndjson = inputPath(folder, input.table, "ndjson");
  const exported = `${ndjson}.exported`;
  await warehouse.query({
    sql: `copy (${rows}) to ${duckdb.quoteText(parquet)} (format parquet)`,
    purpose,
  });
  const columns = jsonColumns(
    input.columns.map(({ name, type }) => ({ name, type: duckdb.columnType(type).toUpperCase() })),
  );
  await warehouse.query({
    sql: `copy (select ${columns} from (${rows}) as input_row) to ${duckdb.quoteText(exported)} (format json)`,
    purpose,
  });
  await rewriteLines(exported, ndjson, { rewrite: (line) => renderRow(input.columns, line) });
  await rm(exported);
}

async function rewriteParquet(
  warehouse: Warehouse,
  { processor, kind, path, to }: OutputFile & { readonly to: string },
): Promise<string | undefined> {
  const purpose = readingOf(processor);
  const rows = `read_parquet(${duckdb.quoteText(path)})`;
  const describe = { sql: `describe select * from ${rows}`, purpose };
  const found = (await queryRows(warehouse, describe, describedShape)).map(
    ({ column_name: name, column_type: type }) => ({ name, type }),
  );
  const complaint = columnComplaint(
    { processor, kind },
    found.map(({ name }) => name),
  );
  if (complaint !== undefined) return complaint;
  await warehouse.query({
    sql: `copy (select ${jsonColumns(found)} from ${rows}) to ${duckdb.quoteText(to)} (format json)`,
    purpose,
  });
  return undefined;
}

async function loadFile(warehouse: Warehouse, { processor, kind, path }: OutputFile): Promise<void> {
  const columns = outputColumns(processor, kind);
  const names = quoteNames(
    duckdb,
    columns.map(({ name }) => name),
  );
  const types = columns.map(
    ({ name, type }) =>
      `${duckdb.quoteText(name)}: ${duckdb.quoteText(duckdb.columnType(isText(type) ? "string" : type))}`,
  );
  const values = columns.map(({ name, type }) => fromText(quoteName(duckdb, name), type));
  const rows = `read_json(${duckdb.quoteText(path)}, format = 'newline_delimited', columns = {${types.join(", ")}})`;
  await warehouse.query({
    sql: `insert into ${outputTable} (${names}) select ${values.join(", ")} from ${rows}`,
    purpose: readingOf(processor),
  });
}

/** Types whose values a reader of JSON would take for floats, or for the letters that stand for them. */
function isText(type: Column["type"]): boolean {
  return type === "bytes" || isDecimal(type);
}

function fromText(name: string, type: Column["type"]): string {
  if (type === "bytes") return `from_base64(${name})`;
  return isDecimal(type) ? `cast(${name} as ${duckdb.columnType(type)})` : name;
}

function readingOf({ id }: Processor): string {
  return `read the output of ${id}`;
}

/** Columns as they go into JSON, by their type in DuckDB: floats that are not finite, which JSON has not, as names. */
function jsonColumns(columns: readonly { readonly name: string; readonly type: string }[]): string {
  return columns
    .map(({ name, type }) => {
      const quoted = quoteName(duckdb, name);
      if (type === "BLOB") return `to_base64(${quoted}) as ${quoted}`;
      if (type === "DOUBLE" || type === "FLOAT") return `${finiteJson(quoted)} as ${quoted}`;
      if (type !== "DOUBLE[]" && type !== "FLOAT[]") return quoted;
      return `list_transform(${quoted}, lambda element: ${finiteJson("element")}) as ${quoted}`;
    })
    .join(", ");
}

function finiteJson(value: string): string {
  return `case
    when isnan(${value}) then to_json('NaN')
    when isinf(${value}) then to_json(if(${value} > 0, 'Infinity', '-Infinity'))
    else to_json(${value})
  end`;
}

/** A row of JSON in the one way that both warehouses give it. */
function renderRow(columns: readonly Column[], line: string): string {
  const row = parseExactJson(line) as Readonly<Record<string, unknown>>;
  const members = columns.map(({ name, type }) => {
    const value = row[name] ?? null;
    return `${JSON.stringify(name)}:${fitValue(type, value) ?? JSON.stringify(value)}`;
  });
  return `{${members.join(",")}}`;
}

function inputQuery({ table, dateColumn, columns, ranges }: CommandInput): string {
  const where = dateColumn === undated ? "true" : withinRanges(duckdb, dateColumn, ranges);
  const declared = columns.map(({ name, type }) => {
    const column = quoteName(duckdb, name);
    const value =
      type === "timestamp" ? duckdb.instantOf(column) : `cast(${column} as ${duckdb.columnType(type)})`;
    return `${value} as ${column}`;
  });
  return `select ${declared.join(", ")} from ${quoteTable(duckdb, table)} where ${where} order by all`;
}
