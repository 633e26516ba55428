import type { CellLease } from "../domain/locks.ts";
import { tupleText } from "../domain/tuple-text.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { hasLedger, readCatalog } from "./catalog.ts";
import { leaseTables } from "./leases.ts";

const leaseShape = {
  processor_name: typed.text,
  period: typed.text,
  token: typed.text,
  run_id: typed.text,
  holder: typed.text,
  taken_at: typed.text,
  expires_at: typed.text,
};

/**
 * The leases that live, one a cell, by processor; one query more than the catalog's. None where a process has the whole
 * warehouse to itself.
 */
export async function readLeases(warehouse: Warehouse, runbook: Runbook): Promise<readonly CellLease[]> {
  const { leases } = warehouse.dialect;
  if (leases === undefined) return [];
  const tables = leaseTables(runbook.ledger);
  const catalog = await readCatalog(warehouse, runbook);
  if (!catalog.has(tables.leases) || !hasLedger(catalog, runbook)) return [];
  const statement = {
    sql: leases.living(tables),
    purpose: "read which cells are leased",
  };
  const rows = await queryRows(warehouse, statement, leaseShape);
  const cells = Map.groupBy(rows, ({ processor_name: processor, token }) => tupleText([processor, token]));
  return [...cells.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    return {
      processor: first.processor_name,
      periods: own.map(({ period }) => period),
      runId: first.run_id,
      holder: first.holder,
      takenAt: first.taken_at,
      expiresAt: first.expires_at,
    };
  });
}
