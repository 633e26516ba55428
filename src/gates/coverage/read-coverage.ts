import { hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { dateLevelEntity, ledgerTable } from "../../ledger/tables.ts";
import { ownDates } from "../../plan/calendar/own-days.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { Waiver } from "../../runbook/waiver.ts";
import { coverageCounts, type MemberSources } from "../../sql/gate-coverage.ts";
import type { Parameter, Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse, type Answer } from "../ask-warehouse.ts";
import { acceptedStrangers, strangerNotes } from "./accept-strangers.ts";
import {
  countMembers,
  exampleOf,
  memberShape,
  statusOf,
  type DateStanding,
  type MemberGroup,
} from "./count-members.ts";
import { noMembers, type Coverage, type CoverageRow, type StrayDay } from "./coverage-row.ts";
import { calendarFaultOf, gateParameters, inForce, isFrozen, type GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";

/**
 * Accounts for every expected row of the scope: one query per processor, whatever the number of dates. A processor
 * whose query fails is `check-failed` on every date.
 */
export async function readCoverage(warehouse: Warehouse, scope: GateScope): Promise<Coverage> {
  const all = await Promise.all(
    scope.processors.map((processor) => coverProcessor(warehouse, ownScope(scope, processor), processor)),
  );
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
  const days = processor.leadIn ? [...scope.leadIn, ...scope.days] : scope.days;
  const waivers = inForce(scope, "gap").filter((waiver) => waiver.processor === processor.id);
  const answer = await askMembers(warehouse, scope, { processor, waivers });
  if (answer.kind === "check-failed") {
    const head = { ...noMembers, processor: processor.id, status: "check-failed" } as const;
    const rows = days.map(({ date, period }): CoverageRow => ({ ...head, date, period }));
    return { rows, strays: [], failed: [{ processor: processor.id, message: answer.message }] };
  }
  const byDate = Map.groupBy(answer.rows, (row) => row.analysis_date);
  const standingOf = standingsOf(scope, { processor, waivers });
  const rows = days.map(({ date, period }): CoverageRow => {
    const [members, standing] = [byDate.get(date) ?? [], standingOf(date)];
    const counts = countMembers(members, standing);
    const example = exampleOf(members, standing);
    const notes = strangerNotes(scope, { table: processor.table, date, isAccepted: true });
    return {
      ...counts,
      processor: processor.id,
      date,
      period,
      status: statusOf(counts, standing),
      ...(example === undefined ? {} : { example }),
      ...(counts.accepted === 0 ? {} : { because: notes.join("; ") }),
    };
  });
  return { rows, strays: straysOf(scope, processor, byDate), failed: [] };
}

type Waived = { readonly processor: Processor; readonly waivers: readonly Waiver[] };

async function askMembers(
  warehouse: Warehouse,
  scope: GateScope,
  { processor, waivers }: Waived,
): Promise<Answer<typeof memberShape>> {
  const fault = calendarFaultOf(scope, processor.population?.sql.text ?? "");
  if (fault !== undefined) return { kind: "check-failed", message: fault };
  const named = waivers.flatMap(({ dates, entities }) =>
    dates.flatMap((date) => entities.map((entity) => ({ date, entity }))),
  );
  const question: Statement = {
    sql: coverageCounts(warehouse.dialect, memberSources(scope, processor)),
    parameters: {
      ...memberParameters(scope, processor, rangeOf(scope, processor)),
      waived_date: { type: "array<date>", value: named.map(({ date }) => date) },
      waived_entity: { type: "array<string>", value: named.map(({ entity }) => entity) },
    },
    purpose: `account for the rows of ${processor.id}`,
  };
  return askWarehouse(warehouse, question, memberShape);
}

/** The scope's range, from the season's start where the lead-in is looked at. */
function rangeOf(scope: GateScope, processor: Processor): DateRange {
  const lead = processor.leadIn ? hullOf(scope.leadIn.map(({ date }) => date)) : undefined;
  return { from: lead?.from ?? scope.range.from, to: scope.range.to };
}

function standingsOf(scope: GateScope, { processor, waivers }: Waived): (date: CalendarDate) => DateStanding {
  const ledger = scope.state.ledger.get(processor.id);
  const whole = waivers.filter(({ entities }) => entities.length === 0);
  const waivedDates = new Set(whole.flatMap(({ dates }) => dates));
  const entityLevel = scope.runbook.categories.filter(({ level }) => level === "entity");
  const categories = new Set(entityLevel.map(({ id }) => id));
  return (date) => ({
    isBlocked: ledger?.get(date)?.attempt.status === "blocked" && !isFrozen(scope, processor, date),
    isWaived: waivedDates.has(date),
    frozen: frozenState(scope, processor, date),
    categories,
    isCounted: processor.population !== undefined,
    accepts: acceptedStrangers(scope, { table: processor.table, date }),
  });
}

function frozenState(scope: GateScope, processor: Processor, date: CalendarDate): DateStanding["frozen"] {
  if (!isFrozen(scope, processor, date)) return undefined;
  return scope.state.expired?.get(processor.table)?.has(date) === true ? "gone" : "kept";
}

/** Days of the range off the calendar on which something stands; members of the population do not count there. */
function straysOf(
  scope: GateScope,
  processor: Processor,
  byDate: ReadonlyMap<CalendarDate, readonly MemberGroup[]>,
): readonly StrayDay[] {
  const onCalendar = ownDates(scope.state.calendar, processor);
  return [...byDate].flatMap(([date, groups]) => {
    const held = groups.filter((group) => group.is_present === 1 || group.failure_category !== "");
    const entities = held.reduce((total, { members }) => total + members, 0);
    if (onCalendar.has(date) || entities === 0 || isFrozen(scope, processor, date)) return [];
    return [{ processor: processor.id, date, entities, example: held[0]?.example ?? "null" }];
  });
}
