import type { TableId } from "../../domain/table-id.ts";
import { narrowTables } from "../../sql/narrow-tables.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import type { PrintedColumn, Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { quoted } from "./measure-rows.ts";
import type { RowSet } from "./row-set.ts";

/** A statement as the engine is asked it, and the table that it computes. */
type BenchedStatement = Pick<Statement, "parameters" | "purpose"> & {
  readonly table: TableId;
  readonly text: string;
  readonly columns: readonly PrintedColumn[];
};

/** Where statements are computed over all dates. */
export type StepBench = {
  readonly warehouse: Warehouse;
  /** A statement that reads what others compute, in words that the engine understands before there are their tables. */
  readonly readable: (text: string) => string;
  /** Makes what a statement gives readable for those after it; what stands behind `from` to look at it. */
  readonly keep: (statement: BenchedStatement) => Promise<Pick<RowSet, "from" | "parameters">>;
};

/** Tables in a workshop of one's own, in the types that they are stored in. */
export function storingBench(workshop: Warehouse): StepBench {
  const { dialect } = workshop;
  return {
    warehouse: workshop,
    readable: (text) => text,
    async keep({ table, text, columns, parameters = {}, purpose }) {
      const casts = columns.map(({ name, type }) => {
        const column = quoted(dialect.quote, name);
        return `cast(${column} as ${dialect.columnType(dialect.describedType(type))}) as ${column}`;
      });
      const name = quoteTable(dialect, table);
      const sql = `create table ${name} as\nselect ${casts.join(", ")} from (\n${text}\n) as computed`;
      await workshop.query({ sql, parameters, purpose });
      return { from: `${name} as looked_at` };
    },
  };
}

/** Somebody's warehouse, in which nothing is stored: each look computes what the statement reads again. */
export function askingBench(warehouse: Warehouse): StepBench {
  const texts = new Map<string, string>();
  function readable(text: string): string {
    return narrowTables(text, (name) => texts.get(name.toLowerCase()));
  }
  return {
    warehouse,
    readable,
    keep({ table, text, parameters = {} }) {
      const query = `\n${text}\n`;
      texts.set(table.toLowerCase(), query);
      return Promise.resolve({ from: `(${query}) as looked_at`, parameters });
    },
  };
}
