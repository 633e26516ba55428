import { everyDate, type CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import { readCatalog } from "../ledger/catalog.ts";
import { tableDriftOf } from "../ledger/drift.ts";
import { readContent } from "../ledger/read-content.ts";
import type { RowContent } from "../plan/plan.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** The tries of a command that writes its table itself. */
export type DirectWrites = {
  /** Lends the warehouse to a try. Fault: command-failed when the table is no longer as declared. */
  readonly write: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Dates of the table besides `dates` that hold other rows than before the first try; none where others may write too. */
  readonly changedBeside: (dates: readonly CalendarDate[]) => Promise<readonly CalendarDate[]>;
};

type Content = ReadonlyMap<CalendarDate, RowContent>;

/** Watches over a command that writes its table itself: two queries of the table's versions for all tries together. */
export function openDirectWrites(
  warehouse: Warehouse,
  { runbook, processor }: { readonly runbook: Runbook; readonly processor: Processor },
): DirectWrites {
  let before: Content | undefined;
  function read(): Promise<Content> {
    return readContent(warehouse, processor, { range: everyDate });
  }
  return {
    async write(work) {
      if (!warehouse.exclusive) return warehouse.lend(work);
      before ??= await read();
      const result = await warehouse.lend(work);
      await refuseOtherTable(warehouse, runbook, processor);
      return result;
    },
    async changedBeside(dates) {
      if (before === undefined) return [];
      const [own, known, now] = [new Set(dates), before, await read()];
      return [...new Set([...known.keys(), ...now.keys()])]
        .filter((date) => !own.has(date) && known.get(date)?.version !== now.get(date)?.version)
        .toSorted();
    },
  };
}

/** A table of other columns would be read into those declared, as far as the engine can. */
async function refuseOtherTable(
  warehouse: Warehouse,
  runbook: Runbook,
  { id, table }: Processor,
): Promise<void> {
  const catalog = await readCatalog(warehouse, runbook);
  const drift = catalog.has(table)
    ? tableDriftOf(warehouse, { catalog, runbook, table })
    : [`${table} is no longer there`];
  if (drift.length === 0) return;
  throw new Fault("command-failed", `Cannot read what the command of ${id} wrote: ${drift.join("; ")}`, {
    hint: "Let the command delete and insert rows of the table, and never create it anew",
  });
}
