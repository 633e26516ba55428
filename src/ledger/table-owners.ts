import { datasetOf, parseTableId, type TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Catalog } from "./catalog.ts";
import { keptShapes } from "./runbook-shapes.ts";

const describedShape = { table_schema: typed.text, table_name: typed.text, description: typed.text };

/**
 * Stops a runbook one of whose tables is kept with another ledger: each would take the other's rows for damage. The
 * description of a table names its ledger; one without it (older, or made by others) is nobody's. One query, none before
 * anything exists. Fault: table-taken.
 */
export async function refuseTakenTables(
  warehouse: Warehouse,
  catalog: Catalog,
  runbook: Runbook,
): Promise<void> {
  const { dialect } = warehouse;
  const existing = keptShapes(runbook).filter(({ table }) => catalog.has(table));
  if (existing.length === 0) return;
  const datasets = [...new Set(existing.map(({ table }) => datasetOf(table)))];
  const statement = { sql: dialect.tableDescriptions(datasets), purpose: "read whose tables they are" };
  const owners = new Map<string, string>();
  for (const row of await queryRows(warehouse, statement, describedShape)) {
    const table = parseTableId(`${row.table_schema}.${row.table_name}`);
    const owner = /\(ledger ([\w-]+)\)/.exec(row.description)?.[1];
    if (table !== undefined && owner !== undefined) owners.set(dialect.tableIdentity(table), owner);
  }
  for (const { table, description } of existing) {
    const owner = owners.get(dialect.tableIdentity(table));
    if (owner !== undefined && owner !== runbook.ledger)
      throw takenFault(warehouse, { table, description, owner, runbook });
  }
}

function takenFault(
  { dialect }: Warehouse,
  taken: {
    readonly table: TableId;
    readonly description: string;
    readonly owner: string;
    readonly runbook: Runbook;
  },
): Fault {
  const { table, description, owner, runbook } = taken;
  return new Fault(
    "table-taken",
    `Cannot keep ${table} with the ledger ${runbook.ledger}: it is kept with the ledger ${owner}`,
    {
      hint: `Name another table in ${runbook.name}; if the ledger ${owner} is given up, say so: ${dialect.describeTable(table, description)}`,
    },
  );
}
