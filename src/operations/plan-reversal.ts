import { isWithin } from "../domain/calendar-date.ts";
import { formatLines } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { readReversals, type Reversal } from "../ledger/read-reversals.ts";
import { hasRun, readRunList } from "../ledger/read-runs.ts";
import type { Selection } from "../plan/plan.ts";
import { nearestName } from "../runbook/nearest.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

const mostCompared = 200;

/**
 * What reverting a run would bring back, of the selected processors and dates. Faults: usage where the engine keeps no
 * copies, unknown-name of a run that the ledger does not have, nothing-to-revert.
 */
export async function planReversal(
  warehouse: Warehouse,
  {
    runbook,
    runId,
    selection,
  }: { readonly runbook: Runbook; readonly runId: string; readonly selection: Selection },
): Promise<readonly Reversal[]> {
  refuseOtherEngines(warehouse, runbook);
  if (!(await hasRun(warehouse, runbook, runId))) await refuseUnknown(warehouse, runbook, runId);
  const { range, dates, processors, phases } = selection;
  const ids = new Set(
    runbook.processors.filter(({ phase }) => phases?.includes(phase) === true).map(({ id }) => id),
  );
  const found = (await readReversals(warehouse, runbook, runId)).filter(
    ({ processor, date }) =>
      (dates === undefined ? isWithin(date, range) : dates.includes(date)) &&
      processors?.includes(processor) !== false &&
      (phases === undefined || ids.has(processor)),
  );
  if (found.length > 0) return found;
  throw new Fault(
    "nothing-to-revert",
    `Cannot revert ${runId}: it has committed nothing of what was asked for`,
    {
      hint: "`cascade runs` shows what each run has replaced",
    },
  );
}

/** Refuses what cannot be restored, before anything is touched. Fault: nothing-to-revert. */
export function refuseObstacles(runId: string, reversals: readonly Reversal[]): void {
  const lost = reversals.filter(({ obstacle }) => obstacle !== undefined);
  if (lost.length === 0) return;
  const lines = lost.map(({ processor, date, obstacle }) => `${processor} ${date}: ${obstacle}`);
  const text = formatLines(lines, { limit: 10, where: "all with --dry-run --json" }).join("\n");
  throw new Fault(
    "nothing-to-revert",
    `Cannot revert ${runId}: ${lost.length} of ${reversals.length} partitions cannot be restored; nothing was touched\n${text}`,
    {
      hint: "Name what can be with --processor and --dates, or correct the definition and type `cascade run`; `keep: { runs: 3 }` in the runbook keeps copies from now on",
    },
  );
}

function refuseOtherEngines({ dialect }: Warehouse, { ledger }: Runbook): void {
  if (dialect.keepsCopies) return;
  throw new Fault("usage", "Cannot revert: on BigQuery this is not there yet, only on DuckDB", {
    hint: `Within the days of time travel, 7 unless the dataset says otherwise, copy the rows of a date back by hand: \`select * from <table> for system_time as of <before the run>\`, put in the place of the date's; \`${ledger}.cascade_partitions\` says when the run wrote it. Cascade then takes the date for pending and builds it again unless its definition or source was put back first`,
  });
}

async function refuseUnknown(warehouse: Warehouse, runbook: Runbook, runId: string): Promise<never> {
  const runs = (await readRunList(warehouse, runbook, mostCompared)).map((run) => run.runId);
  const nearest = nearestName(runId, runs);
  throw new Fault("unknown-name", `Cannot revert "${runId}": the ledger of ${runbook.name} has no such run`, {
    hint: nearest === undefined ? "`cascade runs` lists those that there are" : `Did you mean "${nearest}"?`,
  });
}
