import { isWithin, type CalendarDate } from "../../domain/calendar-date.ts";
import type { TableCut } from "../../domain/table-cut.ts";
import type { TableId } from "../../domain/table-id.ts";
import { createSources, createTables } from "../../ledger/create-tables.ts";
import { readCalendarDays } from "../../ledger/read-calendar-days.ts";
import { ledgerTable } from "../../ledger/tables.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import { createStage } from "../../sql/stage.ts";
import { deleteUnseen } from "../../sql/table-cut.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";

/** A warehouse that cases have to themselves, what the last one left in it, and what the next one need not make again. */
export type Workshop = {
  readonly warehouse: Warehouse;
  readonly filled: Set<TableId>;
  /** The days of calendars by what they are known by, and the one that the table holds. */
  readonly calendars: Map<string, readonly CalendarDay[]>;
  calendar: string | undefined;
  readonly stages: Map<string, StageNames>;
};

/** Makes what cases fill: the tables of the runbook, its ledger, and those that others own. */
export async function openWorkshop(warehouse: Warehouse, runbook: Runbook): Promise<Workshop> {
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  return { warehouse, filled: new Set(), calendars: new Map(), calendar: undefined, stages: new Map() };
}

/** The stage of a processor, which its cases fill one after the other. */
export async function stageOf(
  { warehouse, stages }: Workshop,
  {
    runbook,
    processor,
    token,
  }: { readonly runbook: Runbook; readonly processor: Processor; readonly token: string },
): Promise<StageNames> {
  const known = stages.get(processor.id);
  if (known !== undefined) return known;
  const names = warehouse.dialect.stage.names({ ledger: runbook.ledger, token });
  for (const sql of createStage(warehouse.dialect, names, processor)) {
    await warehouse.query({ sql, purpose: `create the stage of ${processor.id}` });
  }
  stages.set(processor.id, names);
  return names;
}

type CalendarRequest = { readonly runbook: Runbook; readonly stepCase: Pick<StepCase, "calendar"> };

/** What the days of a case's calendar are known by; undefined where its rows tell them. */
export function calendarKey({ runbook, stepCase }: CalendarRequest): string | undefined {
  const { origin } = runbook.calendar;
  const isByRule = origin.kind === "rule" && origin.holidays === undefined;
  return stepCase.calendar?.join() ?? (isByRule ? "by rule" : undefined);
}

/** The days of a calendar that was given its rows; where no rows of the case tell, those of a case before are known. */
export async function readDays(
  { warehouse, calendars }: Workshop,
  { runbook, stepCase }: CalendarRequest,
): Promise<readonly CalendarDay[]> {
  const key = calendarKey({ runbook, stepCase });
  const known = key === undefined ? undefined : calendars.get(key);
  const days = known ?? (await readCalendarDays(warehouse, asWritten(warehouse, runbook)));
  if (key !== undefined) calendars.set(key, days);
  return days;
}

/** The runbook with a calendar that is what the table holds, of one text whatever its origin. */
function asWritten({ dialect }: Warehouse, { calendar, ...runbook }: Runbook): Runbook {
  const text = `select * from ${quoteTable(dialect, calendar.table)} as written`;
  const file = calendar.origin.kind === "query" ? calendar.origin.sql.file : "the rule of the calendar";
  return { ...runbook, calendar: { ...calendar, origin: { kind: "query", sql: { file, text }, reads: [] } } };
}

/** Statements that leave of all tables only what the cuts let be seen. */
export function cutTables(
  workshop: Workshop,
  {
    runbook: { ledger, calendar },
    cuts,
    days,
  }: {
    readonly runbook: Pick<Runbook, "ledger" | "calendar">;
    readonly cuts: readonly TableCut[];
    readonly days: readonly CalendarDay[];
  },
): readonly Statement[] {
  const { warehouse, filled } = workshop;
  const view = ledgerTable(ledger, "precompute_failures");
  const behind = ledgerTable(ledger, "cascade_failures");
  const stored = cuts.map((cut) => ({ cut, table: cut.table === view ? behind : cut.table }));
  const wanted = stored.filter(({ cut, table }) =>
    table === calendar.table ? days.some(({ date }) => !isSeen(cut, date)) : filled.has(table),
  );
  if (wanted.some(({ table }) => table === calendar.table)) workshop.calendar = undefined;
  const purpose = "leave what a step may see";
  return wanted.map(({ cut, table }) => ({ sql: deleteUnseen(warehouse.dialect, cut, table), purpose }));
}

function isSeen({ parts }: TableCut, date: CalendarDate): boolean {
  return parts.some(({ ranges }) => ranges?.some((range) => isWithin(date, range)) ?? true);
}
