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
import { leaseParameters, standingQuery, type LeaseClaim } from "../ledger/leases.ts";
import { ledgerTable } from "../ledger/tables.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import { keepRows } from "../sql/kept-copies.ts";
import {
  replacedCondition,
  replacePartitions,
  stagedFailures,
  writtenCondition,
} from "../sql/replace-partitions.ts";
import type { Dialect, StageNames } from "../sql/dialect.ts";
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
  /** The lease that has to stand when the cell writes; undefined where nobody else can write. */
  readonly claim: LeaseClaim | undefined;
  /** What is entered with the commit and holds only if it does. */
  readonly entries?: readonly Statement[];
  /** Whether partitions are replaced by nothing: also those that the step of a processor writes itself. */
  readonly isWithdrawal?: boolean;
};

/**
 * Replaces the partitions of the committed dates and their failures by the stage's, shows the blocked ones among the
 * failures, and appends all ledger rows: one transaction where the engine has them. Where it has none, the ledger rows
 * come last and are the commit marker: what was written before a crash counts for nothing. At most two jobs on BigQuery,
 * whatever the number of dates. Where there is a lease, both write only while it stands. Faults: write-mismatch,
 * lease-lost.
 */
export async function commitDates(warehouse: Warehouse, commit: CellCommit): Promise<void> {
  const attempts = [...commit.committed, ...commit.failed, ...commit.blocked];
  if (attempts.length === 0) return;
  try {
    await warehouse.execute([
      ...contentStatements(warehouse, commit),
      ...markerStatements(warehouse, commit, attempts),
      ...(commit.entries ?? []),
    ]);
  } catch (cause) {
    throw refusalOf(cause, commit.processor) ?? cause;
  }
}

/** What a condition of the commit has refused; undefined when something else failed. */
function refusalOf(cause: unknown, { id }: Processor): Fault | undefined {
  if (!(cause instanceof Fault)) return undefined;
  if (cause.message.includes("write-mismatch")) {
    return new Fault("write-mismatch", `Cannot commit ${id}: the table does not hold what was staged`, {
      hint: "The dates stay pending; report this with the log, it is a defect of the warehouse or of the engine",
      cause,
    });
  }
  if (!cause.message.includes("lease-lost")) return undefined;
  return new Fault(
    "lease-lost",
    `Cannot commit ${id}: this run stood still until another one took its lease`,
    {
      hint: "Type the command again: it does what the other run leaves to do",
      cause,
    },
  );
}

/** Whether the lease stands, then partitions, then failures: only the last is not safe to repeat. */
function contentStatements(warehouse: Warehouse, commit: CellCommit): readonly Statement[] {
  const { runbook, processor, head, blocked, claim } = commit;
  const { dialect } = warehouse;
  const names = stageOf(commit);
  const failures = [
    ...(names === undefined ? [] : [stagedFailures(dialect, names)]),
    ...(blocked.length === 0 ? [] : [blockedFailures(dialect)]),
  ];
  const replacing =
    names === undefined || isWritten(commit) ? [] : replacePartitions(dialect, names, processor);
  const onDates = { column: processor.dateColumn, dates: commit.committed.map(({ date }) => date) };
  const writes = [
    ...(replacing.length === 0 ? [] : keeping(dialect, commit)),
    ...replacing,
    ...(failures.length === 0 ? [] : [insertFailures(dialect, head.ledger, failures)]),
  ];
  const statements =
    claim === undefined || writes.length === 0 ? writes : [standingQuery(warehouse, claim), ...writes];
  const retryable = runbook.categories.filter((category) => category.retryable).map(({ id }) => id);
  const parameters: Statement["parameters"] = {
    ...(claim === undefined ? {} : leaseParameters(claim)),
    ...commitParameters(commit),
    ...blockParameters(blocked),
    retryable: { type: "array<string>", value: retryable },
  };
  return dialect.inOneJob(statements).map((sql) => ({
    sql,
    parameters,
    purpose: `write the partitions and failures of ${processor.id}`,
    ...(replacing.includes(sql) ? { onDates } : {}),
  }));
}

/** What copies the rows that are about to be replaced, where the runbook keeps them. */
function keeping(dialect: Dialect, { runbook, processor }: CellCommit): readonly string[] {
  const isKept = dialect.keepsCopies && (runbook.keep?.runs ?? 0) > 0;
  return isKept ? [keepRows(dialect, ledgerTable(runbook.ledger, "cascade_kept"), processor)] : [];
}

/** Whether the step has written its partitions itself: they hold already what was staged from them. */
function isWritten({ processor, isWithdrawal = false }: CellCommit): boolean {
  return !isWithdrawal && writesItself(processor);
}

/** The commit marker, which may be sent again, and then what removes the stage. */
function markerStatements(
  warehouse: Warehouse,
  commit: CellCommit,
  attempts: readonly AttemptRow[],
): readonly Statement[] {
  const { claim } = commit;
  const names = stageOf(commit);
  const written = names === undefined ? undefined : conditionOf(warehouse, commit, names);
  const stands = claim === undefined ? undefined : `(\n${standingQuery(warehouse, claim)}\n)`;
  const conditions = [written, stands].filter((condition) => condition !== undefined);
  const condition = conditions.length === 0 ? undefined : conditions.join(" and ");
  const marker = appendAttempts(warehouse, commit.head, attempts, condition);
  const asked = claim === undefined ? {} : leaseParameters(claim);
  const parameters = { ...asked, ...commitParameters(commit), ...marker.parameters };
  const { dialect } = warehouse;
  const removing = commit.names === undefined ? [] : dialect.stage.dropWithMarker(commit.names);
  return dialect.inOneJob([marker.sql, ...removing]).map((sql) => ({ ...marker, sql, parameters }));
}

/** What is asked of the partitions before they count as committed. */
function conditionOf({ dialect }: Warehouse, commit: CellCommit, names: StageNames): string | undefined {
  const { processor } = commit;
  return isWritten(commit)
    ? writtenCondition(dialect, names, processor)
    : replacedCondition(dialect, processor);
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
    committed_rows: { type: "int64", value: committed.reduce((sum, { rows }) => sum + rows, 0) },
  };
}
