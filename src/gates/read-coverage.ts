import { hullOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import { dateLevelEntity, ledgerTable } from "../ledger/tables.ts";
import type { CalendarDay } from "../plan/plan.ts";
import type { Processor, Waiver } from "../runbook/runbook.ts";
import { coverageCounts, type MemberSources } from "../sql/gate-coverage.ts";
import type { Parameter, Row, Warehouse } from "../warehouse/warehouse.ts";
import { askWarehouse, type Answer } from "./ask-warehouse.ts";
import { countMembers, statusOf, type DateStanding } from "./count-members.ts";
import { noMembers, type Coverage, type CoverageRow, type StrayDay } from "./coverage-row.ts";
import { calendarFaultOf, daysOf, gateParameters, inForce, type GateScope } from "./gate-scope.ts";

/**
 * Accounts for every expected row of the scope: one query per processor, whatever the number of dates. A processor
 * whose query fails is `check-failed` on every date.
 */
export async function readCoverage(warehouse: Warehouse, scope: GateScope): Promise<Coverage> {
  const all: Coverage[] = [];
  for (const processor of scope.processors) all.push(await coverProcessor(warehouse, scope, processor));
  return {
    rows: all.flatMap(({ rows }) => rows),
    strays: all.flatMap(({ strays }) => strays),
    failed: all.flatMap(({ failed }) => failed),
  };
}

/** Where the members of a processor are read from, as far as it exists. */
export function memberSources({ runbook, catalog }: GateScope, processor: Processor): MemberSources {
  return {
    processor,
    ledger: runbook.ledger,
    hasTable: catalog.has(processor.table),
    hasFailures: catalog.has(ledgerTable(runbook.ledger, "precompute_failures")),
  };
}

/** Parameters of every statement over a processor's members. */
export function memberParameters(
  { runbook }: GateScope,
  processor: Processor,
  range: DateRange,
): Readonly<Record<string, Parameter>> {
  return {
    ...gateParameters(runbook, range),
    processor_name: { type: "string", value: processor.id },
    date_level: { type: "string", value: dateLevelEntity },
  };
}

async function coverProcessor(
  warehouse: Warehouse,
  scope: GateScope,
  processor: Processor,
): Promise<Coverage> {
  const days = daysOf(scope, processor);
  const answer = await askMembers(warehouse, scope, processor);
  if (answer.kind === "check-failed") {
    const head = { ...noMembers, processor: processor.id, status: "check-failed" } as const;
    const rows = days.map(({ date, period }): CoverageRow => ({ ...head, date, period }));
    return { rows, strays: [], failed: [{ processor: processor.id, message: answer.message }] };
  }
  const byDate = Map.groupBy(answer.rows, (row) => String(row["analysis_date"]));
  return {
    rows: days.map((day) => rowOf(scope, processor, { day, groups: byDate.get(day.date) ?? [] })),
    strays: straysOf(scope, processor, byDate),
    failed: [],
  };
}

async function askMembers(warehouse: Warehouse, scope: GateScope, processor: Processor): Promise<Answer> {
  const fault = calendarFaultOf(scope, processor.population.sql.text);
  if (fault !== undefined) return { kind: "check-failed", message: fault };
  const range = rangeOf(scope, processor);
  const named = waiversOf(scope, processor).flatMap(({ dates, entities }) =>
    dates.flatMap((date) => entities.map((entity) => ({ date, entity }))),
  );
  return askWarehouse(warehouse, {
    sql: coverageCounts(warehouse.dialect, memberSources(scope, processor)),
    parameters: {
      ...memberParameters(scope, processor, range),
      waived_date: { type: "array<date>", value: named.map(({ date }) => date) },
      waived_entity: { type: "array<string>", value: named.map(({ entity }) => entity) },
    },
    purpose: `account for the rows of ${processor.id}`,
  });
}

/** The scope's range, from the season's start where the lead-in is looked at. */
function rangeOf(scope: GateScope, processor: Processor): DateRange {
  const lead = processor.leadIn ? hullOf(scope.leadIn.map(({ date }) => date)) : undefined;
  return { from: lead?.from ?? scope.range.from, to: scope.range.to };
}

function waiversOf(scope: GateScope, processor: Processor): readonly Waiver[] {
  return inForce(scope, "gap").filter((waiver) => waiver.processor === processor.id);
}

function rowOf(
  scope: GateScope,
  processor: Processor,
  { day, groups }: { readonly day: CalendarDay; readonly groups: readonly Row[] },
): CoverageRow {
  const { date, period } = day;
  const standing = standingOf(scope, processor, date);
  const counts = countMembers(groups, standing);
  return { ...counts, processor: processor.id, date, period, status: statusOf(counts, standing) };
}

function standingOf(scope: GateScope, processor: Processor, date: CalendarDate): DateStanding {
  const attempt = scope.state.ledger.get(processor.id)?.get(date)?.attempt;
  const entityLevel = scope.runbook.categories.filter(({ level }) => level === "entity");
  return {
    isBlocked: attempt?.status === "blocked",
    isWaived: waiversOf(scope, processor).some(
      ({ dates, entities }) => entities.length === 0 && dates.includes(date),
    ),
    categories: new Set(entityLevel.map(({ id }) => id)),
  };
}

/** Days of the range off the calendar on which something stands; members of the population do not count there. */
function straysOf(
  { state }: GateScope,
  processor: Processor,
  byDate: ReadonlyMap<string, readonly Row[]>,
): readonly StrayDay[] {
  const onCalendar = new Set<string>(state.calendar.map(({ date }) => date));
  return [...byDate].flatMap(([date, groups]) => {
    const held = groups.filter((row) => row["is_present"] === 1 || row["failure_category"] !== "");
    const entities = held.reduce((total, row) => total + Number(row["members"]), 0);
    if (onCalendar.has(date) || entities === 0) return [];
    return [
      {
        processor: processor.id,
        date: date as CalendarDate,
        entities,
        example: String(held[0]?.["example"]),
      },
    ];
  });
}
