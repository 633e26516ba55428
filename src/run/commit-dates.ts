import { hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import {
  appendAttempts,
  blockedFailures,
  blockParameters,
  headParameters,
  insertFailures,
  type AttemptHead,
  type AttemptRow,
} from "../ledger/append-attempts.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { inOneJob } from "../sql/in-one-job.ts";
import { replacePartitions, stagedFailures, writtenCondition } from "../sql/replace-partitions.ts";
import type { StageNames } from "../sql/stage.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";

/** What one cell leaves: its ledger rows by what became of their dates, and the stage that holds the committed ones. */
export type CellCommit = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly head: AttemptHead;
  /** Undefined when nothing was staged. */
  readonly names: StageNames | undefined;
  readonly committed: readonly AttemptRow[];
  readonly failed: readonly AttemptRow[];
  readonly blocked: readonly AttemptRow[];
};

/**
 * Replaces the partitions of the committed dates and their failures by the stage's, shows the blocked ones among the
 * failures, and appends all ledger rows: one transaction where the engine has them. Where it has none, the ledger rows
 * come last and are the commit marker: what was written before a crash counts for nothing. At most two jobs on BigQuery,
 * whatever the number of dates. Fault: write-mismatch.
 */
export async function commitDates(warehouse: Warehouse, commit: CellCommit): Promise<void> {
  const attempts = [...commit.committed, ...commit.failed, ...commit.blocked];
  if (attempts.length === 0) return;
  try {
    await warehouse.execute([
      ...contentStatements(warehouse, commit),
      markerStatement(warehouse, commit, attempts),
    ]);
  } catch (cause) {
    if (!(cause instanceof Fault) || !cause.message.includes("write-mismatch")) throw cause;
    throw new Fault(
      "write-mismatch",
      `Cannot commit ${commit.processor.id}: the table does not hold what was staged`,
      {
        hint: "The dates stay pending; report this with the log, it is a defect of the warehouse or of the engine",
        cause,
      },
    );
  }
}

/** Partitions, then failures: only the last is not safe to repeat. */
function contentStatements(warehouse: Warehouse, commit: CellCommit): readonly Statement[] {
  const { runbook, processor, head, blocked } = commit;
  const { dialect } = warehouse;
  const names = stageOf(commit);
  const failures = [
    ...(names === undefined ? [] : [stagedFailures(dialect, names)]),
    ...(blocked.length === 0 ? [] : [blockedFailures(dialect)]),
  ];
  const statements = [
    ...(names === undefined || isWritten(processor) ? [] : replacePartitions(dialect, names, processor)),
    ...(failures.length === 0 ? [] : [insertFailures(dialect, head.ledger, failures)]),
  ];
  const retryable = runbook.categories.filter((category) => category.retryable).map(({ id }) => id);
  const parameters: Statement["parameters"] = {
    ...commitParameters(commit),
    ...blockParameters(blocked),
    retryable: { type: "array<string>", value: retryable },
  };
  return inOneJob(dialect, statements).map((sql) => ({
    sql,
    parameters,
    purpose: `write the partitions and failures of ${processor.id}`,
  }));
}

/** Whether the step has written its partitions itself: they hold already what was staged from them. */
function isWritten({ step }: Processor): boolean {
  return step.kind === "command" && step.writes === "direct";
}

function markerStatement(
  warehouse: Warehouse,
  commit: CellCommit,
  attempts: readonly AttemptRow[],
): Statement {
  const names = stageOf(commit);
  const condition =
    names === undefined ? undefined : writtenCondition(warehouse.dialect, names, commit.processor);
  const marker = appendAttempts(warehouse, commit.head, attempts, condition);
  return { ...marker, parameters: { ...commitParameters(commit), ...marker.parameters } };
}

/** The stage, when it holds dates to be committed. */
function stageOf({ names, committed }: CellCommit): StageNames | undefined {
  return committed.length === 0 ? undefined : names;
}

function commitParameters({ head, committed }: CellCommit): Readonly<Record<string, Parameter>> {
  const dates: readonly CalendarDate[] = committed.map(({ date }) => date);
  const hull = hullOf(dates);
  return {
    ...headParameters(head),
    start_date: { type: "date", value: hull?.from ?? null },
    end_date: { type: "date", value: hull?.to ?? null },
    dates: { type: "array<date>", value: dates },
  };
}
