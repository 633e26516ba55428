import { hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import {
  appendAttempts,
  headParameters,
  type AttemptHead,
  type AttemptRow,
} from "../ledger/append-attempts.ts";
import { contentOf } from "../ledger/read-state.ts";
import { ledgerTable } from "../ledger/tables.ts";
import { emptyContent } from "../plan/settlement.ts";
import type { RowContent } from "../plan/plan.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import {
  deletePartitions,
  insertFailures,
  insertPartitions,
  stageContent,
  verifyPartitions,
} from "../sql/replace-partitions.ts";
import type { StageNames } from "../sql/stage.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";

/** What one date of a stage holds: its rows and its failures. */
export type StagedContent = { readonly rows: RowContent; readonly failures: RowContent };

/** Content of the stage by date; a date without any outcome (an empty population) has empty content. */
export async function readStage(
  warehouse: Warehouse,
  names: StageNames,
  processor: Processor,
): Promise<(date: CalendarDate) => StagedContent> {
  const rows = await warehouse.query({
    sql: stageContent(warehouse.dialect, names, processor),
    purpose: `read the stage of ${processor.id}`,
  });
  const byDate = new Map(
    rows.map((row): [string, StagedContent] => [
      String(row["analysis_date"]),
      {
        rows: contentOf(warehouse, { row_count: row["row_count"] ?? 0, version: row["rows_version"] ?? "" }),
        failures: contentOf(warehouse, {
          row_count: row["failure_count"] ?? 0,
          version: row["failures_version"] ?? "",
        }),
      },
    ]),
  );
  return (date) => byDate.get(date) ?? { rows: emptyContent, failures: emptyContent };
}

/**
 * Replaces the partitions of `dates` and their failures by the stage's and appends their ledger rows: one transaction
 * where the engine has them. Five statements, whatever the number of dates. Fault: write-mismatch.
 */
export async function commitDates(
  warehouse: Warehouse,
  request: {
    readonly runbook: Runbook;
    readonly processor: Processor;
    readonly names: StageNames;
    readonly head: AttemptHead;
    readonly committed: readonly AttemptRow[];
    readonly failed: readonly AttemptRow[];
  },
): Promise<void> {
  const { processor, head } = request;
  const dates = request.committed.map((row) => row.date);
  const attempts = appendAttempts(warehouse, head, [...request.committed, ...request.failed]);
  const replace = dates.length === 0 ? [] : replaceStatements(warehouse, request, dates);
  try {
    await warehouse.execute([...replace, attempts]);
  } catch (cause) {
    if (!(cause instanceof Fault) || !cause.message.includes("write-mismatch")) throw cause;
    throw new Fault(
      "write-mismatch",
      `Cannot commit ${processor.id}: the table does not hold what was staged`,
      {
        hint: "Nothing was kept; report this with the log, it is a defect of the warehouse or of the engine",
        cause,
      },
    );
  }
}

function replaceStatements(
  warehouse: Warehouse,
  {
    runbook,
    processor,
    names,
    head,
  }: { runbook: Runbook; processor: Processor; names: StageNames; head: AttemptHead },
  dates: readonly CalendarDate[],
): Statement[] {
  const { dialect } = warehouse;
  const hull = hullOf(dates);
  const retryable = runbook.categories.filter((category) => category.retryable).map(({ id }) => id);
  const parameters: Record<string, Parameter> = {
    ...headParameters(head),
    start_date: { type: "date", value: hull?.from ?? null },
    end_date: { type: "date", value: hull?.to ?? null },
    dates: { type: "array<date>", value: dates },
    retryable: { type: "array<string>", value: retryable },
  };
  const failures = ledgerTable(head.ledger, "cascade_failures");
  return [
    { sql: deletePartitions(dialect, processor), purpose: `clear the partitions of ${processor.id}` },
    { sql: insertPartitions(dialect, names, processor), purpose: `write the partitions of ${processor.id}` },
    {
      sql: verifyPartitions(dialect, names, processor),
      purpose: `read back the partitions of ${processor.id}`,
    },
    {
      sql: insertFailures(dialect, names, { failures, retryable }),
      purpose: `write the failures of ${processor.id}`,
    },
  ].map((statement) => ({ ...statement, parameters }));
}
