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
  insertFailures,
  replacePartitions,
  stageContent,
  writtenCondition,
} from "../sql/replace-partitions.ts";
import type { StageNames } from "../sql/stage.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";

/** What one date of a stage holds: its rows and its failures. */
export type StagedContent = { readonly rows: RowContent; readonly failures: RowContent };

/** Content of the stage by date; a date without any outcome (an empty population) has empty content. */
export async function readStage(
  warehouse: Warehouse,
  { names, processor, dates }: { names: StageNames; processor: Processor; dates: readonly CalendarDate[] },
): Promise<(date: CalendarDate) => StagedContent> {
  if (dates.length === 0) return () => ({ rows: emptyContent, failures: emptyContent });
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
 * where the engine has them. Where it has none, the ledger rows come last and are the commit marker: what was written
 * before a crash counts for nothing. At most five statements, whatever the number of dates. Fault: write-mismatch.
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
  const attempts = [...request.committed, ...request.failed];
  try {
    await warehouse.execute(
      dates.length === 0
        ? [appendAttempts(warehouse, head, attempts)]
        : replaceStatements(warehouse, { ...request, attempts }, dates),
    );
  } catch (cause) {
    if (!(cause instanceof Fault) || !cause.message.includes("write-mismatch")) throw cause;
    throw new Fault(
      "write-mismatch",
      `Cannot commit ${processor.id}: the table does not hold what was staged`,
      {
        hint: "The dates stay pending; report this with the log, it is a defect of the warehouse or of the engine",
        cause,
      },
    );
  }
}

function replaceStatements(
  warehouse: Warehouse,
  request: {
    readonly runbook: Runbook;
    readonly processor: Processor;
    readonly names: StageNames;
    readonly head: AttemptHead;
    readonly attempts: readonly AttemptRow[];
  },
  dates: readonly CalendarDate[],
): readonly Statement[] {
  const { runbook, processor, names, head } = request;
  const { dialect } = warehouse;
  const parameters = commitParameters(request, dates);
  const failures = ledgerTable(head.ledger, "cascade_failures");
  const retryable = runbook.categories.filter((category) => category.retryable).map(({ id }) => id);
  const marker = appendAttempts(
    warehouse,
    head,
    request.attempts,
    writtenCondition(dialect, names, processor),
  );
  return [
    ...replacePartitions(dialect, names, processor).map((sql) => ({
      sql,
      parameters,
      purpose: `write the partitions of ${processor.id}`,
    })),
    {
      sql: insertFailures(dialect, names, failures),
      parameters: { ...parameters, retryable: { type: "array<string>", value: retryable } },
      purpose: `write the failures of ${processor.id}`,
    },
    { ...marker, parameters: { ...parameters, ...marker.parameters } },
  ];
}

function commitParameters(
  { head }: { readonly head: AttemptHead },
  dates: readonly CalendarDate[],
): Readonly<Record<string, Parameter>> {
  const hull = hullOf(dates);
  return {
    ...headParameters(head),
    start_date: { type: "date", value: hull?.from ?? null },
    end_date: { type: "date", value: hull?.to ?? null },
    dates: { type: "array<date>", value: dates },
  };
}
