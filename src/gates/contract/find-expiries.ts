import { datasetOf, parseTableId, type TableId } from "../../domain/table-id.ts";
import { expiryShape, expiryText } from "../../ledger/table-layouts.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { ShapedRow } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import type { Violation } from "./contract-table.ts";

/** What makes rows of the runbook's tables vanish by themselves, or why that could not be asked. */
export type Expiries = {
  readonly of: (processor: Processor) => readonly Violation[];
  readonly messages: readonly string[];
};

/**
 * Asks which tables of processors expire; one query, none where the engine lets no table expire. Partitions may where
 * they are kept as long as the `retention` of their processor.
 */
export async function findExpiries(
  warehouse: Warehouse,
  processors: readonly Processor[],
): Promise<Expiries> {
  const { layouts } = warehouse.dialect;
  if (layouts === undefined || processors.length === 0) return { of: () => [], messages: [] };
  const datasets = [...new Set(processors.map(({ table }) => datasetOf(table)))];
  const question = { sql: layouts.expiries(datasets), purpose: "read which tables expire" };
  const answer = await askWarehouse(warehouse, question, expiryShape);
  if (answer.kind === "check-failed") return { of: () => [], messages: [answer.message] };
  return {
    of: ({ table, retention }) =>
      answer.rows
        .filter((row) => tableOf(row) === table && !isRetained(row, retention))
        .map((row) => ({
          of: "shape",
          check: expiryText(table, row),
          date: undefined,
          occurrences: 1,
          example: "",
          level: "warn",
        })),
    messages: [],
  };
}

type ExpiryRow = ShapedRow<typeof expiryShape>;

function tableOf({ table_schema: dataset, table_name: name }: ExpiryRow): TableId | undefined {
  return parseTableId(`${dataset}.${name}`);
}

function isRetained({ option_name: option, option_value: value }: ExpiryRow, retention = Infinity): boolean {
  return option === "partition_expiration_days" && Number(value) >= retention;
}
