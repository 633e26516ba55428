import type { TableId } from "../../domain/table-id.ts";
import { createSources, createTables } from "../../ledger/create-tables.ts";
import { readCalendarDays } from "../../ledger/read-calendar-days.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { createBatch } from "../../sql/case-rows.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import { createStage } from "../../sql/stage.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";

/** A warehouse that cases have to themselves, what the last one left in it, and what the next one need not make again. */
export type Workshop = {
  readonly warehouse: Warehouse;
  /** The case whose rows the tables hold, or what its step may see of them, and the tables that have some. */
  holds: StepCase | undefined;
  filled: ReadonlySet<TableId>;
  /** The days of calendars by what they are known by, and the one that the table holds. */
  readonly calendars: Map<string, readonly CalendarDay[]>;
  calendar: HeldCalendar | undefined;
  readonly stages: Map<string, CaseStages>;
};

/** The stage of one case, and that of some, to which each case adds what it has staged. */
type CaseStages = { readonly one: StageNames; readonly batch: StageNames };

/** A calendar by what it is known by, and the statement that has left of it what a step may see; empty where all is there. */
export type HeldCalendar = { readonly key: string; readonly cut: string };

/** Makes what cases fill: the tables of the runbook, its ledger, and those that others own. */
export async function openWorkshop(warehouse: Warehouse, runbook: Runbook): Promise<Workshop> {
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  const nothing = { holds: undefined, filled: new Set<TableId>(), calendar: undefined };
  return { warehouse, ...nothing, calendars: new Map(), stages: new Map() };
}

/** The stages of a processor, which its cases fill one after the other. */
export async function stagesOf(
  { warehouse, stages }: Workshop,
  {
    runbook,
    processor,
    token,
  }: { readonly runbook: Runbook; readonly processor: Processor; readonly token: string },
): Promise<CaseStages> {
  const known = stages.get(processor.id);
  if (known !== undefined) return known;
  const { dialect } = warehouse;
  const [one, batch] = [
    dialect.stage.names({ ledger: runbook.ledger, token }),
    dialect.stage.names({ ledger: runbook.ledger, token: `${token}_batch` }),
  ];
  const created = [...createStage(dialect, one, processor), ...createStage(dialect, batch, processor)];
  for (const sql of [...created, ...createBatch(dialect, batch)])
    await warehouse.query({ sql, purpose: `create the stage of ${processor.id}` });
  const made = { one, batch };
  stages.set(processor.id, made);
  return made;
}

/** The days of the calendar that the table holds, of which no case has cut any. */
export async function readDays(workshop: Workshop, runbook: Runbook): Promise<readonly CalendarDay[]> {
  const { warehouse, calendars, calendar } = workshop;
  const days = await readCalendarDays(warehouse, asWritten(warehouse, runbook));
  if (calendar !== undefined) calendars.set(calendar.key, days);
  return days;
}

/** The runbook with a calendar that is what the table holds, of one text whatever its origin. */
function asWritten({ dialect }: Warehouse, { calendar, ...runbook }: Runbook): Runbook {
  const text = `select * from ${quoteTable(dialect, calendar.table)} as written`;
  const file = calendar.origin.kind === "query" ? calendar.origin.sql.file : "the rule of the calendar";
  return { ...runbook, calendar: { ...calendar, origin: { kind: "query", sql: { file, text }, reads: [] } } };
}
