import type { Runbook } from "../runbook/runbook.ts";
import { trimKept } from "../sql/kept-copies.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** Removes copies of more runs than the runbook keeps; nothing where it does not say how many. */
export async function trimCopies(
  warehouse: Warehouse,
  { keep, ledger }: Pick<Runbook, "keep" | "ledger">,
): Promise<void> {
  if (keep === undefined || !warehouse.dialect.keepsCopies) return;
  await warehouse.execute([
    {
      sql: trimKept(warehouse.dialect, ledgerTable(ledger, "cascade_kept")),
      parameters: { runs: { type: "int64", value: keep.runs } },
      purpose: "remove copies of older runs",
    },
  ]);
}
