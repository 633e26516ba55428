import { countOf, formatDuration } from "../domain/format.ts";
import { engines } from "../engines/engine-table.ts";
import { readCatalog } from "../ledger/catalog.ts";
import { readLoadDigest } from "../ledger/fillings.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { fingerprintOfLoad, ownFolderOfLoad } from "../run/load-files.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Ingest } from "../runbook/ingest.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { CommandContext } from "./command.ts";
import { fetchAndTell, ingest } from "./ingest-commands.ts";

/**
 * Fills the sources before a run: from files that its load fetches, or from the folder that the runbook's load names, the first time and when something there or
 * the load has changed; by the sample of a runbook without a load, where no source exists and the warehouse takes samples.
 */
export async function fillFirst(context: CommandContext, runbook: Runbook): Promise<void> {
  const { sample, load } = runbook;
  if (load?.from !== undefined) {
    return loadChanged(context, { runbook, load, from: await ownFolderOfLoad(load.from) });
  }
  if (sample === undefined || load !== undefined) return;
  if (await lookInto(context, runbook, takesSample)) {
    await fillAndTell(context, { runbook, command: "sample", ingest: sample });
  }
}

type Load = { readonly runbook: Runbook; readonly load: Ingest; readonly from: string };

async function loadChanged(context: CommandContext, { runbook, load, from }: Load): Promise<void> {
  if (load.fetch !== undefined) await fetchAndTell(context, { runbook, fetch: load.fetch, into: from });
  const digest = await fingerprintOfLoad(from, load);
  const loaded = await lookInto(context, runbook, async (warehouse) =>
    readLoadDigest(warehouse, await readCatalog(warehouse, runbook), runbook),
  );
  if (loaded === digest) return;
  const why = loaded === undefined ? "Nothing was loaded yet" : "Files or the load have changed";
  context.terminal.note(`${why}: loading from ${from}`);
  await fillAndTell(context, { runbook, command: "load", ingest: load, from, digest });
}

/** Fills sources of a runbook and tells how many rows they have. */
export async function fillAndTell(
  context: CommandContext,
  request: Parameters<typeof ingest>[1],
): Promise<void> {
  const { terminal } = context;
  if (request.command === "sample") {
    terminal.note(`The raw tables are empty: generating the sample of "${request.runbook.name}"`);
  }
  const startedAt = performance.now();
  const { tables, findings } = await ingest(context, request);
  const rows = tables.reduce((total, table) => total + table.rows, 0);
  const elapsed = formatDuration(performance.now() - startedAt);
  terminal.note(`${countOf(rows, "row")} in ${countOf(tables.length, "raw table")} (${elapsed})`);
  for (const { check, finding, occurrences } of findings) {
    terminal.note(`${check}: ${finding} (${occurrences})`);
  }
}

async function lookInto<Answer>(
  { options, effects }: CommandContext,
  runbook: Runbook,
  look: (warehouse: Warehouse, runbook: Runbook) => Promise<Answer>,
): Promise<Answer> {
  const request = { address: options.warehouse, mode: "write", runbook } as const;
  await using warehouse = await openWarehouse(effects, request);
  return await look(warehouse, runbook);
}

/** Whether no source exists, and the warehouse is one to put a sample into. */
async function takesSample(warehouse: Warehouse, runbook: Runbook): Promise<boolean> {
  if (!engines[warehouse.engine].runsIngest) return false;
  const catalog = await readCatalog(warehouse, runbook);
  return !runbook.sources.some(({ table }) => catalog.has(table));
}
