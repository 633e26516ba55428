import { dayOf, type CalendarDate } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { createVersionMemory, readMetadata, type Metadata } from "../../ledger/version-memory.ts";
import { upstreamsOf } from "../../plan/upstream/upstream.ts";
import { settlementOf } from "../../plan/versions/settlement.ts";
import type { Gate, Processor, Runbook, Source } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";
import { failedFreshTable, freshTable, lateAcceptance, type FreshTable } from "./fresh-table.ts";

/**
 * How old the scope's tables are that a freshness gate limits; sources first, both in the runbook's order. Dates are read
 * off the state; one query more where the engine tells when tables were written.
 */
export async function readFreshness(
  warehouse: Warehouse,
  { scope, gate }: { readonly scope: GateScope; readonly gate: Gate | undefined },
): Promise<readonly FreshTable[]> {
  const ages = maximumAges(scope.runbook, gate);
  const sources = scope.sources.filter(({ table }) => ages.has(table));
  const whole = scope.wholeSources.filter(({ table }) => ages.has(table));
  const processors = scope.processors.filter(({ table }) => ages.has(table));
  const written = await tryMetadata(warehouse, scope, [...sources, ...whole, ...processors]);
  const look = { scope, ages, written };
  return [
    ...sources.map((source) => judgeTable(look, source, { id: undefined, isThere: hasRows(scope, source) })),
    ...whole.flatMap((source) => judgeWhole(look, source)),
    ...processors.map((processor) =>
      judgeTable({ ...look, scope: ownScope(scope, processor) }, processor, {
        id: processor.id,
        isThere: isSettled(scope, processor),
      }),
    ),
  ];
}

/**
 * Most days that each table may be old, by table: the least that the freshness gates of the runbook say of it, or one of
 * them where it is given. A gate speaks of its processors and of the sources that these read.
 */
function maximumAges(runbook: Runbook, only: Gate | undefined): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  for (const gate of only === undefined ? runbook.gates : [only]) {
    const { kind, maximumAge, maximumAges: own = {}, processors } = gate;
    if (kind !== "freshness" || maximumAge === undefined) continue;
    for (const { table, name } of limitedTables(runbook, processors)) {
      const age = own[name] ?? maximumAge;
      ages.set(table, Math.min(age, ages.get(table) ?? age));
    }
  }
  return ages;
}

/** Tables with the names by which a gate limits them. */
function limitedTables(
  runbook: Runbook,
  processors: readonly string[],
): readonly { readonly table: string; readonly name: string }[] {
  const upstreams = upstreamsOf(runbook);
  const sources = processors.flatMap((id) =>
    (upstreams.get(id) ?? []).flatMap(({ producer }) =>
      producer.kind === "source" ? [producer.source.table] : [],
    ),
  );
  return [
    ...[...new Set(sources)].map((table) => ({ table, name: table })),
    ...runbook.processors
      .filter(({ id }) => processors.includes(id))
      .map(({ table, id }) => ({ table, name: id })),
  ];
}

type Written = Metadata | undefined | Fault;
type TableReading = {
  readonly scope: GateScope;
  readonly ages: ReadonlyMap<string, number>;
  readonly written: Written;
};

function judgeTable(
  { scope, ages, written }: TableReading,
  judged: Source | Processor,
  own: { readonly id: string | undefined; readonly isThere: (date: CalendarDate) => boolean },
): FreshTable {
  const { table, phase } = judged;
  const head = { table, phase, processor: own.id, maximumAge: ages.get(table) ?? 0 };
  if (written instanceof Fault) return failedFreshTable(head, written.message);
  const dates = scope.days.map(({ date }) => date).filter((date) => date <= scope.today);
  const accepted = dates
    .filter((date) => !own.isThere(date))
    .filter((date) => lateAcceptance(scope, { table, date }).isAccepted);
  const dueDates = dates.filter((date) => !accepted.includes(date));
  const changedAt = changeOf(written, judged)?.toISOString();
  return freshTable(head, { dueDates, accepted, isThere: own.isThere, changedAt });
}

/** A table without dates is as new as the day on which it was last written; nothing is said where the engine does not tell. */
function judgeWhole(look: TableReading, source: Source): readonly FreshTable[] {
  const { written, scope } = look;
  const changedAt = written instanceof Fault ? undefined : changeOf(written, source);
  if (!(written instanceof Fault) && changedAt === undefined) return [];
  const day = changedAt && dayOf(changedAt, scope.runbook.timeZone);
  return [judgeTable(look, source, { id: undefined, isThere: (date) => day !== undefined && date <= day })];
}

/** When the engine last wrote a table; undefined where it does not tell. */
function changeOf(written: Metadata | undefined, { table }: Source | Processor): Date | undefined {
  const micros = (written?.get(table) ?? []).flatMap(({ last_modified: changed }) => changed ?? []);
  return micros.length === 0 ? undefined : new Date(Math.max(...micros) / 1000);
}

function hasRows({ state }: GateScope, { table }: Source): (date: CalendarDate) => boolean {
  return (date) => (state.content.get(table)?.get(date)?.rows ?? 0) > 0;
}

function isSettled({ state }: GateScope, processor: Processor): (date: CalendarDate) => boolean {
  return (date) => settlementOf(processor, date, state).kind === "settled";
}

/** What the engine says of when tables were written, or why it could not be asked. */
async function tryMetadata(
  warehouse: Warehouse,
  { catalog }: GateScope,
  tables: readonly (Source | Processor)[],
): Promise<Written> {
  const present = tables.map(({ table }) => table).filter((table) => catalog.has(table));
  try {
    return await readMetadata(warehouse, createVersionMemory(), present);
  } catch (cause) {
    if (cause instanceof Fault && cause.exitCode === 3) return cause;
    throw cause;
  }
}
