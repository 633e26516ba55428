import { existsSync } from "node:fs";
import { duckdb } from "../sql/duckdb.ts";
import { quoteName, quoteTable } from "../sql/identifiers.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
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

const outputTable = "cascade_command_output";

/** DuckDB writes and reads the files itself; what a command wrote becomes a temporary table. */
export function duckDbExchange(
  warehouse: Warehouse,
  { processor }: CommandRequest,
  { folder }: { readonly folder: string },
): CommandExchange {
  async function read(kind: "rows" | "failures", path: string): Promise<void> {
    if (!existsSync(path)) return;
    const columns = outputColumns(processor, kind);
    const names = columns.map(({ name }) => quoteName(duckdb, name)).join(", ");
    const types = columns.map(({ name, type }) => `'${name}': '${duckdb.columnType(type)}'`).join(", ");
    const rows =
      (await formatOf(path)) === "parquet"
        ? `read_parquet(${textOf(path)})`
        : `read_json(${textOf(path)}, format = 'newline_delimited', columns = {${types}})`;
    await warehouse.query({
      sql: `insert into ${outputTable} (${names}) select ${names} from ${rows}`,
      purpose: `read the output of ${processor.id}`,
    });
  }
  return {
    async exportInput(input) {
      const sql = inputQuery(input);
      for (const format of ["parquet", "ndjson"] as const) {
        const path = textOf(inputPath(folder, input.table, format));
        await warehouse.query({
          sql: `copy (${sql}) to ${path} (format ${format === "ndjson" ? "json" : format})`,
          purpose: `export ${input.table} for ${processor.id}`,
        });
      }
    },
    async readOutput() {
      const shape = [...processor.columns, ...failureColumns].map(
        ({ name, type }) => `${quoteName(duckdb, name)} ${duckdb.columnType(type)}`,
      );
      await warehouse.query({
        sql: `create or replace temporary table ${outputTable} (${shape.join(", ")})`,
        purpose: `make room for the output of ${processor.id}`,
      });
      await read("rows", outputPath(folder));
      await read("failures", failuresPath(folder));
      return `select * from ${outputTable}`;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function inputQuery({ table, dateColumn, reach }: CommandInput): string {
  const date = quoteName(duckdb, dateColumn);
  const where = reach === undefined ? "false" : `${date} between date '${reach.from}' and date '${reach.to}'`;
  return `select * from ${quoteTable(duckdb, table)} where ${where} order by all`;
}

function textOf(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
