import { countOf, formatDuration } from "../domain/format.ts";
import { engines } from "../engines/engine-table.ts";
import { readCatalog } from "../ledger/catalog.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { CommandContext } from "./command.ts";
import { ingest } from "./ingest-commands.ts";

/**
 * Fills the sources before a run: by the sample where a runbook has nothing else to fill them with, in a warehouse that has
 * none of them and runs samples itself.
 */
export async function fillFirst(context: CommandContext, runbook: Runbook): Promise<void> {
  const { sample, load } = runbook;
  if (sample === undefined || load !== undefined || (await hasSources(context, runbook))) return;
  await sampleFirst(context, { runbook, command: "sample", ingest: sample });
}

/** Makes the sample of a runbook and tells of it. */
export async function sampleFirst(
  context: CommandContext,
  request: Parameters<typeof ingest>[1],
): Promise<void> {
  const { terminal } = context;
  terminal.note(`The raw tables are empty: generating the sample of "${request.runbook.name}"`);
  const startedAt = performance.now();
  const { tables } = await ingest(context, request);
  const rows = tables.reduce((total, table) => total + table.rows, 0);
  const elapsed = formatDuration(performance.now() - startedAt);
  terminal.note(`${countOf(rows, "row")} in ${countOf(tables.length, "raw table")} (${elapsed})`);
}

/** Whether some source exists, or the warehouse is none to put a sample into. */
async function hasSources({ options, effects }: CommandContext, runbook: Runbook): Promise<boolean> {
  await using warehouse = await openWarehouse(effects, {
    address: options.warehouse,
    mode: "write",
    runbook,
  });
  if (!engines[warehouse.engine].runsIngest) return true;
  const catalog = await readCatalog(warehouse, runbook);
  return runbook.sources.some(({ table }) => catalog.has(table));
}
