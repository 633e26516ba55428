import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Catalog } from "./catalog.ts";
import { ledgerTable } from "./tables.ts";

const ownerShape = { runbook: typed.text };

/**
 * Stops a runbook whose ledger another one has: the ledger is the runbook's that entered the first run, sample or load.
 * Processors are known by their names there, so two runbooks would undo each other's work. One that is only initialised
 * belongs to nobody yet. One query.
 * Fault: ledger-taken.
 */
export async function refuseOtherRunbook(
  warehouse: Warehouse,
  catalog: Catalog,
  { name, ledger }: Pick<Runbook, "name" | "ledger">,
): Promise<void> {
  const runs = ledgerTable(ledger, "cascade_runs");
  if (catalog.get(runs)?.has("runbook") !== true) return;
  const statement = {
    sql: `select runbook
from ${quoteTable(warehouse.dialect, runs)}
where runbook is not null
order by started_at, run_id
limit 1`,
    purpose: "read whose ledger it is",
  };
  const [owner] = await queryRows(warehouse, statement, ownerShape);
  if (owner === undefined || owner.runbook === name) return;
  throw new Fault(
    "ledger-taken",
    `Cannot use the ledger ${ledger} for the runbook ${name}: it belongs to the runbook ${owner.runbook}`,
    {
      hint: `Name another dataset under \`ledger\`; if ${owner.runbook} is what ${name} was called, say so: update ${runs} set runbook = '${name}' where runbook = '${owner.runbook}'`,
    },
  );
}
