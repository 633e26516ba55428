import { rememberAnswers } from "../gates/remember-answers.ts";
import type { RunEvent } from "../run/run-event.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { openQueryPool } from "../warehouse/query-pool.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What gates and reports ask while a run writes. Its answers are as new as the last event that it was told. */
export type ReadsBesideRun = AsyncDisposable & {
  readonly warehouse: Warehouse;
  /** To be told every event of the run: a cell makes the answers old that rest on what it writes. */
  readonly tell: (event: RunEvent) => void;
  readonly interrupt: () => void;
};

/** Opens queries side by side, in sessions of their own, where nothing is asked twice as long as its answer stands. */
export async function openReadsBesideRun(warehouse: Warehouse, runbook: Runbook): Promise<ReadsBesideRun> {
  const session = await warehouse.session();
  const pool = openQueryPool(session);
  const remembering = rememberAnswers(pool);
  return {
    warehouse: remembering,
    tell(event) {
      if (event.kind !== "cell-started" && event.kind !== "cell-ended") return;
      remembering.forget(warehouse.exclusive ? tablesBeside(runbook, event.cell.processor) : []);
    },
    interrupt: () => session.interrupt(),
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
    },
  };
}

/**
 * The tables that a cell of the processor does not write; where nobody else can write either, they stay as they are. Every
 * cell writes the ledger. A source is nobody's output: no view on what the runbook computes.
 */
function tablesBeside({ sources, calendar, processors }: Runbook, processor: string): readonly string[] {
  const others = processors.filter(({ id }) => id !== processor);
  return [calendar.table, ...[...sources, ...others].map(({ table }) => table)];
}
