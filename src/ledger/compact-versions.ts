import { forgetVersions } from "../sql/partition-metadata.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";
import type { VersionMemory } from "./version-memory.ts";

/** Fewer superseded records are not worth a statement that reads them all. */
const fewest = 1000;

/**
 * Deletes the versions that nobody asks for any more, once those that this process met are many, and more than those that
 * count. For whoever is alone at it: cells side by side would wait for each other.
 */
export async function compactVersions(
  warehouse: Warehouse,
  ledger: string,
  memory: VersionMemory,
): Promise<void> {
  const counting = memory.known.values().reduce((sum, versions) => sum + versions.size, 0);
  if (memory.superseded < Math.max(fewest, counting)) return;
  const sql = forgetVersions(warehouse.dialect, ledgerTable(ledger, "cascade_versions"));
  await warehouse.execute([{ sql, purpose: "forget superseded versions" }]);
  memory.superseded = 0;
}
