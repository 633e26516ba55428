import { readCatalog } from "../ledger/catalog.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** Whether every required source has a row: false on a new warehouse, or after a load that was interrupted. */
export async function hasRawRows(warehouse: Warehouse, runbook: Runbook): Promise<boolean> {
  const catalog = await readCatalog(warehouse, runbook);
  for (const { table, required } of runbook.sources) {
    if (!required) continue;
    if (!catalog.has(table)) return false;
    const question = {
      sql: `select 1 as one from ${quoteTable(warehouse.dialect, table)} limit 1`,
      purpose: `look whether ${table} has rows`,
    };
    const rows = await queryRows(warehouse, question, { one: typed.count });
    if (rows.length === 0) return false;
  }
  return true;
}
