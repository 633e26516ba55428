import { createTables } from "../ledger/create-tables.ts";
import { appendAttempts, headParameters, type AttemptHead } from "../ledger/append-attempts.ts";
import { trimCopies } from "../ledger/kept-copies.ts";
import { copyParameters, type Reversal } from "../ledger/read-reversals.ts";
import { closeDeadRuns, recordRunEnd, recordRunStart, type RunOrigin } from "../ledger/record-run.ts";
import { ledgerTable } from "../ledger/tables.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { keepRows, restoreRows } from "../sql/kept-copies.ts";
import { repeatFailures } from "../sql/reversals.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";
import type { RunEffects } from "./run-event.ts";

/** What is brought back, of which run, and who asks for it. */
export type RevertRequest = {
  readonly runbook: Runbook;
  /** None with an obstacle. */
  readonly reversals: readonly Reversal[];
  readonly origin: RunOrigin;
};

/**
 * Brings partitions, failures and ledger back to what they were, all in one transaction; gives the id of the run that the
 * ledger has of it. What it replaces is kept as by any other run, so that it can be undone too. Fault: write-mismatch.
 */
export async function revertRun(
  warehouse: Warehouse,
  { runbook, reversals, origin }: RevertRequest,
  effects: RunEffects,
): Promise<string> {
  const startedAt = effects.now();
  const runId = `${startedAt.toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z-${effects.randomId()}`;
  await createTables(warehouse, runbook);
  await closeDeadRuns(warehouse, runbook);
  const plan = { digest: "", selection: "", units: "" };
  const asked = { requestedBy: effects.holder, ...origin };
  await recordRunStart(warehouse, { ...plan, runId, runbook, command: "revert", startedAt, origin: asked });
  const groups = Map.groupBy(reversals, ({ processor }) => processor);
  await warehouse.execute(
    runbook.processors.flatMap((processor) => {
      const own = groups.get(processor.id) ?? [];
      const head = {
        ledger: runbook.ledger,
        processor: processor.id,
        attemptId: `${runId}/revert/${processor.id}`,
        runId,
        startedAt,
        finishedAt: effects.now(),
      };
      return own.length === 0 ? [] : restoring(warehouse, { runbook, processor, head, reversals: own });
    }),
  );
  await trimCopies(warehouse, runbook);
  await recordRunEnd(warehouse, runbook.ledger, { runId, status: "ok", finishedAt: effects.now() });
  return runId;
}

type Restoring = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly head: AttemptHead;
  readonly reversals: readonly Reversal[];
};

function restoring(
  warehouse: Warehouse,
  { runbook, processor, head, reversals }: Restoring,
): readonly Statement[] {
  const { dialect } = warehouse;
  const store = ledgerTable(runbook.ledger, "cascade_kept");
  const parameters: Readonly<Record<string, Parameter>> = {
    ...headParameters(head),
    ...copyParameters(processor.id, reversals),
    restored_date: { type: "array<date>", value: reversals.map(({ date }) => date) },
    restored_version: {
      type: "array<string>",
      value: reversals.map(({ version }) => withoutTag(version, warehouse.hashTag)),
    },
    earlier_attempts: { type: "array<string>", value: reversals.flatMap(({ earlier }) => earlier ?? []) },
  };
  const isKept = (runbook.keep?.runs ?? 0) > 0;
  const statements = [
    ...(isKept ? [keepRows(dialect, store, processor)] : []),
    ...restoreRows(dialect, store, processor),
    repeatFailures(dialect, runbook.ledger),
  ];
  const rows = reversals.map(({ row }) => row);
  return [
    ...statements.map((sql) => ({ sql, parameters, purpose: `bring ${processor.id} back` })),
    appendAttempts(warehouse, head, rows),
  ];
}

/** A version as a statement computes it. */
function withoutTag(version: string, hashTag: string): string {
  return version.startsWith(`${hashTag}:`) ? version.slice(hashTag.length + 1) : version;
}
