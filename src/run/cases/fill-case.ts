import type { TableId } from "../../domain/table-id.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import { ledgerShapes, ledgerTable, type LedgerTable } from "../../ledger/tables.ts";
import { tablesByName } from "../../runbook/parse-cases.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import { replaceCalendar } from "../../sql/calendar.ts";
import { calendarDates, insertRows, type TextRow } from "../../sql/case-rows.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { rowsParameter, textRow } from "./case-texts.ts";
import { calendarKey, type Workshop } from "./workshop.ts";

/** A case of a step, and whose it is. */
export type CaseRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly stepCase: StepCase;
};

const purpose = "fill the tables of a case";

/** Puts the rows, failures and calendar of a case in the place of all that the tables held. */
export async function fillCase(
  workshop: Workshop,
  { runbook, stepCase }: Pick<CaseRequest, "runbook" | "stepCase">,
): Promise<void> {
  const { warehouse, filled } = workshop;
  const tables = tablesByName(runbook);
  const insertions = [
    ...Object.entries(stepCase.given).flatMap(([name, rows]) => {
      const table = tables.get(name);
      return table === undefined ? [] : [{ filled: table, rows: rows.map(textRow) }];
    }),
    ...failuresOf({ runbook, stepCase }),
  ].filter(({ rows }) => rows.some((row) => Object.keys(row).length > 0));
  const emptied = [...filled].map((table) => ({
    sql: `delete from ${quoteTable(warehouse.dialect, table)}`,
    purpose,
  }));
  const inserted = insertions.map(({ filled: { table, columns }, rows }) => {
    const given = new Set(rows.flatMap((row) => Object.keys(row)));
    const named = columns.filter(({ name }) => given.has(name));
    return { sql: insertRows(warehouse.dialect, { table, columns: named }), purpose };
  });
  const key = calendarKey({ runbook, stepCase });
  const calendar = key !== undefined && key === workshop.calendar ? [] : replaceDays(warehouse, runbook);
  const lists = insertions.map(({ filled: { table }, rows }) => [table, rows] as const);
  const parameters = rowsParameter([...lists, [calendarDates, namedDays({ runbook, stepCase })]]);
  const statements = [...emptied, ...inserted, ...calendar];
  await warehouse.execute(statements.map((statement) => ({ ...statement, parameters })));
  workshop.calendar = key;
  filled.clear();
  for (const [table] of lists) filled.add(table);
}

function replaceDays({ dialect }: Warehouse, { calendar, periods }: Runbook): readonly Statement[] {
  const statements = replaceCalendar(dialect, calendar, periods);
  return statements.map((sql) => ({ sql, purpose: "bring the calendar up to date" }));
}

/** The dates that a case names as rows of the calendar. */
function namedDays({
  runbook: { calendar },
  stepCase,
}: Pick<CaseRequest, "runbook" | "stepCase">): readonly TextRow[] {
  const season = stepCase.calendar?.[0]?.slice(0, 4);
  return (stepCase.calendar ?? []).map((date) => ({
    [calendar.seasonColumn]: season,
    [calendar.dateColumn]: date,
  }));
}

type Filled = {
  readonly table: TableId;
  readonly columns: Parameters<typeof insertRows>[1]["columns"];
};

type Insertion = { readonly filled: Filled; readonly rows: readonly TextRow[] };

const start = "2000-01-01 00:00:00";

/** Failures as a commit would have left them: one attempt a date. */
function failuresOf({ runbook, stepCase }: Pick<CaseRequest, "runbook" | "stepCase">): readonly Insertion[] {
  const all = Object.entries(stepCase.failures).flatMap(([processor, failures]) =>
    failures.map((failure) => ({ processor, ...failure, date: failure.date ?? stepCase.dates[0] ?? "" })),
  );
  const retryable = new Set(runbook.categories.filter((one) => one.retryable).map(({ id }) => id));
  const failures = all.map((failure) => ({
    ...attemptOf(failure),
    entity_id: failure.entity,
    failure_category: failure.category,
    failure_reason: failure.reason ?? "",
    can_retry: String(retryable.has(failure.category)),
    created_at: start,
  }));
  const committed = { status: "committed", row_count: "0", failure_count: "0" };
  const nothing = { input_fingerprint: "", version: "", started_at: start, finished_at: start };
  const attempts = new Map(
    all.map((failure) => [
      tupleText([failure.processor, failure.date]),
      { ...attemptOf(failure), ...committed, ...nothing },
    ]),
  );
  return [
    { filled: ledgerRows(runbook, "cascade_partitions"), rows: [...attempts.values()] },
    { filled: ledgerRows(runbook, "cascade_failures"), rows: failures },
  ];
}

function attemptOf({ processor, date }: { readonly processor: string; readonly date: string }): TextRow {
  const attempt = `case ${processor} ${date}`;
  return { processor_name: processor, analysis_date: date, attempt_id: attempt, run_id: "case" };
}

function ledgerRows({ ledger }: Runbook, name: LedgerTable): Filled {
  const table = ledgerTable(ledger, name);
  const shape = ledgerShapes(ledger).find((one) => one.table === table);
  return { table, columns: shape?.columns ?? [] };
}
