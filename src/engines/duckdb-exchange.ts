import { rm } from "node:fs/promises";
import type { Column } from "../domain/column.ts";
import { parseExactJson } from "../domain/exact-json.ts";
import { fitValue } from "../domain/fit-value.ts";
import { duckdb } from "../sql/duckdb.ts";
import { quoteDate, quoteName, quoteNames, quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import {
  failureColumns,
  inputPath,
  outputColumns,
  type CommandExchange,
  type CommandFile,
  type CommandInput,
  type CommandRequest,
} from "./command-exchange.ts";
import { columnComplaint } from "./column-complaint.ts";
import { rewriteLines } from "./rewrite-lines.ts";

const describedShape = { column_name: typed.text, column_type: typed.text };

const outputTable = "cascade_command_output";

/** DuckDB writes and reads the files itself; what a command wrote becomes a temporary table. */
export function duckDbExchange(
  warehouse: Warehouse,
  { processor }: CommandRequest,
  { folder }: { readonly folder: string },
): CommandExchange {
  const reading = `read the output of ${processor.id}`;
  async function load({ kind, path }: CommandFile): Promise<void> {
    const columns = outputColumns(processor, kind);
    const names = quoteNames(
      duckdb,
      columns.map(({ name }) => name),
    );
    const types = columns.map(
      ({ name, type }) => `${duckdb.quoteText(name)}: ${duckdb.quoteText(duckdb.columnType(type))}`,
    );
    const rows = `read_json(${duckdb.quoteText(path)}, format = 'newline_delimited', columns = {${types.join(", ")}})`;
    await warehouse.query({
      sql: `insert into ${outputTable} (${names}) select ${names} from ${rows}`,
      purpose: reading,
    });
  }
  return {
    async exportInput(input) {
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
      await rewriteLines(exported, ndjson, (line) => renderRow(input.columns, line));
      await rm(exported);
    },
    async rewriteParquet({ kind, path, to }) {
      const rows = `read_parquet(${duckdb.quoteText(path)})`;
      const described = await queryRows(
        warehouse,
        { sql: `describe select * from ${rows}`, purpose: reading },
        describedShape,
      );
      const declared = outputColumns(processor, kind).map(({ name }) => name);
      const complaint = columnComplaint(
        described.map(({ column_name: name }) => name),
        declared,
      );
      if (complaint !== undefined) return complaint;
      const columns = jsonColumns(
        described.map(({ column_name: name, column_type: type }) => ({ name, type })),
      );
      await warehouse.query({
        sql: `copy (select ${columns} from ${rows}) to ${duckdb.quoteText(to)} (format json)`,
        purpose: reading,
      });
      return undefined;
    },
    async readRows(files) {
      const shape = [...processor.columns, ...failureColumns].map(
        ({ name, type }) => `${quoteName(duckdb, name)} ${duckdb.columnType(type)}`,
      );
      await warehouse.query({
        sql: `create or replace temporary table ${outputTable} (${shape.join(", ")})`,
        purpose: `make room for the output of ${processor.id}`,
      });
      for (const file of files) await load(file);
      return `select * from ${outputTable}`;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Columns as they go into JSON, by their type in DuckDB: floats that are not finite, which JSON has not, as names. */
function jsonColumns(columns: readonly { readonly name: string; readonly type: string }[]): string {
  return columns
    .map(({ name, type }) => {
      const quoted = quoteName(duckdb, name);
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

function inputQuery({ table, dateColumn, columns, reach }: CommandInput): string {
  const date = quoteName(duckdb, dateColumn);
  const where =
    reach === undefined
      ? "false"
      : `${date} between ${quoteDate(duckdb, reach.from)} and ${quoteDate(duckdb, reach.to)}`;
  const declared = columns.map(({ name, type }) => {
    const column = quoteName(duckdb, name);
    const value =
      type === "timestamp" ? duckdb.instantOf(column) : `cast(${column} as ${duckdb.columnType(type)})`;
    return `${value} as ${column}`;
  });
  return `select ${declared.join(", ")} from ${quoteTable(duckdb, table)} where ${where} order by all`;
}
