import { createHash } from "node:crypto";
import { isWithin, type CalendarDate } from "../../domain/calendar-date.ts";
import type { TableCut } from "../../domain/table-cut.ts";
import type { TableId } from "../../domain/table-id.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import { ledgerShapes, ledgerTable, type LedgerTable } from "../../ledger/tables.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import { tablesByName } from "../../runbook/parse-cases.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import { replaceCalendar } from "../../sql/calendar.ts";
import { calendarDates, caseNumber, insertRows, numberedCase, type TextRow } from "../../sql/case-rows.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import { deleteUnseen } from "../../sql/table-cut.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { rowsParameter, textRow } from "./case-texts.ts";
import type { HeldCalendar, Workshop } from "./workshop.ts";

/** A case of a step, and whose it is. */
export type CaseRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly stepCase: StepCase;
};

const purpose = "fill the tables of a case";

/** Statements that fill a workshop, what they take of the case, and what is to be done once they are carried out. */
export type CaseFilling = {
  readonly statements: readonly Statement[];
  readonly parameters: NonNullable<Statement["parameters"]>;
  readonly done: () => void;
};

/** What of a case's tables its step may see, the days of its calendar, and its number among others. */
type Seen = {
  readonly cuts: readonly TableCut[];
  readonly days: readonly CalendarDay[];
  readonly number: number;
};

/**
 * What puts the rows, failures and calendar of a case in the place of all that the tables held, and leaves of them what
 * its step may see where that is known.
 */
export function fillCase(
  workshop: Workshop,
  { runbook, stepCase }: Pick<CaseRequest, "runbook" | "stepCase">,
  seen: Seen = { cuts: [], days: [], number: 0 },
): CaseFilling {
  const { warehouse } = workshop;
  const insertions = workshop.holds === stepCase ? [] : insertionsOf({ runbook, stepCase });
  const lists = insertions.map(({ filled: { table }, rows }) => [table, rows] as const);
  const filled = workshop.holds === stepCase ? workshop.filled : new Set(lists.map(([table]) => table));
  const emptied = workshop.holds === stepCase ? [] : [...workshop.filled];
  const { cut, others } = cutsOf(warehouse, { runbook, filled, seen });
  const calendar = { key: calendarKey({ runbook, stepCase }), cut };
  const parameters = rowsParameter([
    ...lists,
    [calendarDates, namedDays({ runbook, stepCase })],
    [numberedCase, [{ [caseNumber]: String(seen.number) }]],
  ]);
  const statements = [
    ...emptied.map((table) => `delete from ${quoteTable(warehouse.dialect, table)}`),
    ...insertions.map((insertion) => insertionOf(warehouse, insertion)),
    ...bringCalendar(workshop, { runbook, calendar }),
    ...others,
  ];
  return {
    statements: statements.map((sql) => ({ sql, purpose, parameters })),
    parameters,
    done: () => void Object.assign(workshop, { holds: stepCase, filled, calendar }),
  };
}

function insertionsOf(request: Pick<CaseRequest, "runbook" | "stepCase">): readonly Insertion[] {
  const tables = tablesByName(request.runbook);
  return [
    ...Object.entries(request.stepCase.given).flatMap(([name, rows]) => {
      const table = tables.get(name);
      return table === undefined ? [] : [{ filled: table, rows: rows.map(textRow) }];
    }),
    ...failuresOf(request),
  ].filter(({ rows }) => rows.some((row) => Object.keys(row).length > 0));
}

function insertionOf({ dialect }: Warehouse, { filled: { table, columns }, rows }: Insertion): string {
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  return insertRows(dialect, { table, columns: columns.filter(({ name }) => given.has(name)) });
}

/** What leaves of the calendar what the step may see, empty where that is all of it; and of the other tables that hold rows. */
function cutsOf(
  { dialect }: Warehouse,
  {
    runbook: { ledger, calendar },
    filled,
    seen: { cuts, days },
  }: { readonly runbook: Runbook; readonly filled: ReadonlySet<TableId>; readonly seen: Seen },
): { readonly cut: string; readonly others: readonly string[] } {
  const view = ledgerTable(ledger, "precompute_failures");
  const behind = ledgerTable(ledger, "cascade_failures");
  const stored = cuts.map((cut) => ({ cut, table: cut.table === view ? behind : cut.table }));
  const own = cuts.find(({ table }) => table === calendar.table);
  const isCut = own !== undefined && days.some(({ date }) => !isSeen(own, date));
  return {
    cut: isCut ? deleteUnseen(dialect, own) : "",
    others: stored
      .filter(({ table }) => filled.has(table))
      .map(({ cut, table }) => deleteUnseen(dialect, cut, table)),
  };
}

function isSeen({ parts }: TableCut, date: CalendarDate): boolean {
  return parts.some(({ ranges }) => ranges?.some((range) => isWithin(date, range)) ?? true);
}

/** What makes the calendar's table hold a calendar, and of that what the step may see. */
function bringCalendar(
  { warehouse: { dialect }, calendar: held }: Workshop,
  { runbook, calendar: { key, cut } }: { readonly runbook: Runbook; readonly calendar: HeldCalendar },
): readonly string[] {
  if (held?.key === key && held.cut === cut) return [];
  const isWhole = held?.key === key && held.cut === "";
  const written = isWhole ? [] : replaceCalendar(dialect, runbook.calendar, runbook.periods);
  return cut === "" ? written : [...written, cut];
}

/** What the days of a case's calendar are known by: the dates that it names, or the rows that its origin reads. */
export function calendarKey({ runbook, stepCase }: Pick<CaseRequest, "runbook" | "stepCase">): string {
  if (stepCase.calendar !== undefined) return stepCase.calendar.join();
  const { origin } = runbook.calendar;
  const reads = new Set<string | undefined>(
    (origin.kind === "query" ? origin.reads : (origin.holidays ?? [])).map((read) => read.table),
  );
  const tables = tablesByName(runbook);
  const read = Object.entries(stepCase.given).filter(([name]) => reads.has(tables.get(name)?.table));
  const text = JSON.stringify(read.map(([name, rows]) => [name, rows.map(textRow)]));
  return createHash("sha256").update(text).digest("hex");
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
