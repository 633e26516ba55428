import { undated } from "../domain/column.ts";
import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { isWithin } from "../domain/calendar-date.ts";
import { tablesOf } from "../domain/sql-tokens.ts";
import type { TableId } from "../domain/table-id.ts";
import { readCatalog, type Catalog } from "../ledger/catalog.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import type { CalendarDay, WarehouseState } from "../plan/plan.ts";
import type { Processor, Runbook, Source } from "../runbook/runbook.ts";
import type { Waiver } from "../runbook/waiver.ts";
import type { Parameter, Warehouse } from "../warehouse/warehouse.ts";
import { staleCalendar } from "./stale-calendar.ts";
import { asOf } from "../plan/waivers/with-waivers.ts";
import type { WaiverVerdict } from "../plan/waivers/waivers-in-force.ts";

/** What a check is asked to look at; absent fields mean all. */
export type ScopeRequest = {
  readonly runbook: Runbook;
  /** The state over the range, and over whole periods where budgets are judged. */
  readonly state: WarehouseState;
  readonly range: DateRange;
  /** Explicit dates inside the range; days off the calendar are ignored. */
  readonly dates?: readonly CalendarDate[];
  /** What was asked for, where more than that is looked at: budgets are judged over whole periods. */
  readonly selected?: Pick<ScopeRequest, "range" | "dates">;
  readonly processors?: readonly string[];
  readonly phases?: readonly number[];
  /** Sources whose gaps are looked at; absent: those of the phases, or none when processors are named. */
  readonly sources?: readonly TableId[];
  /** Whether processors with a lead-in are looked at from their season's start. */
  readonly withLeadIn?: boolean;
  /** The day on which waivers are judged. */
  readonly today: CalendarDate;
};

/** What all checks of one gate look at, and what they have to know before they ask. */
export type GateScope = {
  readonly runbook: Runbook;
  readonly state: WarehouseState;
  readonly range: DateRange;
  /** The calendar days of the range that are looked at, ascending. */
  readonly days: readonly CalendarDay[];
  /** The same with the dates of weeks and months that tables have as partitions; see `ownScope`. */
  readonly allDays: readonly CalendarDay[];
  /** Those of them that were asked for: all, unless more is looked at. */
  readonly selected: ReadonlySet<CalendarDate>;
  /** Calendar days before the range back to its first season's start; empty unless asked for. */
  readonly leadIn: readonly CalendarDay[];
  readonly processors: readonly Processor[];
  readonly sources: readonly Source[];
  /** Those that have no dates, and are looked at whole. */
  readonly wholeSources: readonly Source[];
  /** Which tables exist: an absent table holds nothing, without a failing query. */
  readonly catalog: Catalog;
  /** Why statements that read the calendar table would answer wrongly; undefined when it is current. */
  readonly calendarFault: string | undefined;
  readonly waivers: readonly WaiverVerdict[];
  /** The day on which it is judged. */
  readonly today: CalendarDate;
};

/** Resolves a request; two queries. Faults: those of the warehouse. */
export async function openGateScope(warehouse: Warehouse, request: ScopeRequest): Promise<GateScope> {
  const { runbook, state, range } = request;
  const catalog = await readCatalog(warehouse, runbook);
  const days = daysIn(state.calendar, request);
  const all = allDays(runbook, state.calendar);
  const selected = daysIn(all, request.selected ?? request);
  const asked = runbook.sources.filter((source) => isAsked(source, request));
  const known = asOf(runbook, state, request.today);
  return {
    runbook,
    state: known.state,
    range,
    days,
    allDays: daysIn(all, request),
    selected: new Set(selected.map(({ date }) => date)),
    leadIn: request.withLeadIn === true ? leadInOf(state.calendar, range) : [],
    processors: runbook.processors.filter(
      ({ id, phase }) =>
        (request.processors?.includes(id) ?? true) && (request.phases?.includes(phase) ?? true),
    ),
    sources: asked.filter(({ dateColumn }) => dateColumn !== undated),
    wholeSources: asked.filter(({ dateColumn }) => dateColumn === undated),
    catalog,
    calendarFault: await staleCalendar(warehouse, { runbook, state, range }),
    waivers: known.verdicts,
    today: request.today,
  };
}

function daysIn(
  calendar: readonly CalendarDay[],
  { range, dates }: Pick<ScopeRequest, "range" | "dates">,
): readonly CalendarDay[] {
  return calendar.filter(({ date }) => isWithin(date, range) && (dates?.includes(date) ?? true));
}

/** `@start_date`, `@end_date` over a range, and the runbook's parameters. */
export function gateParameters(runbook: Runbook, range: DateRange): Readonly<Record<string, Parameter>> {
  const declared = runbook.parameters.map(({ name, type, value }): [string, Parameter] => [
    name,
    { type, value },
  ]);
  return {
    ...Object.fromEntries(declared),
    start_date: { type: "date", value: range.from },
    end_date: { type: "date", value: range.to },
  };
}

/** Why a text cannot be asked now: it reads the calendar table, and that is not current. */
export function calendarFaultOf(scope: GateScope, text: string): string | undefined {
  const table = scope.runbook.calendar.table.toLowerCase();
  return tablesOf(text).some((name) => name.toLowerCase() === table) ? scope.calendarFault : undefined;
}

/** Whether a processor's partition stays as it is because what it was built from has expired. */
export function isFrozen(
  { state }: Pick<GateScope, "state">,
  { id }: Pick<Processor, "id">,
  date: CalendarDate | undefined,
): boolean {
  return date !== undefined && state.frozen?.get(id)?.has(date) === true;
}

/** Waivers in force of one kind. */
export function inForce(scope: GateScope, kind: Waiver["kind"]): readonly Waiver[] {
  return scope.waivers
    .filter(({ status, waiver }) => status === "in-force" && waiver.kind === kind)
    .map(({ waiver }) => waiver);
}

function isAsked({ table, phase }: Source, { sources, processors, phases }: ScopeRequest): boolean {
  if (sources !== undefined) return sources.includes(table);
  return processors === undefined && (phases?.includes(phase) ?? true);
}

function leadInOf(calendar: readonly CalendarDay[], range: DateRange): readonly CalendarDay[] {
  const first = calendar.find(({ date }) => date >= range.from);
  return calendar.filter(({ date, season }) => date < range.from && season === first?.season);
}
