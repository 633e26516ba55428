import { isUncounted } from "../../domain/accounts.ts";
import { isWithin, type CalendarDate } from "../../domain/calendar-date.ts";
import { hasVanished, readVolumes } from "../../ledger/recorded-volumes.ts";
import { ledgerTable } from "../../ledger/tables.ts";
import type { Processor, Source } from "../../runbook/runbook.ts";
import { sourceCounts } from "../../sql/gate-gaps.ts";
import { typed, type ShapedRow } from "../../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { missingRows } from "../../runbook/waiver.ts";
import { acceptanceOf } from "../acceptance.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import type { Coverage, CoverageRow } from "../coverage/coverage-row.ts";
import { failedGapTable, gapTable, lowRows, thinRows, type Gaps, type GapTable } from "./gap-table.ts";
import { gateParameters, type GateScope } from "../gate-scope.ts";
import { likeDates, thinDates, type ThinDate, type VanishedDate } from "./judge-volume.ts";

const countShape = {
  analysis_date: typed.date,
  is_calendar_date: typed.count,
  minimum_rows: typed.nullable(typed.float),
  row_count: typed.count,
};

/**
 * Which dates are absent from the scope's sources and processors. One query per source, and one for what
 * the ledger has recorded of all; processors are read off their coverage, which is one query each. Sources come first, both in the runbook's order. They are counted from some dates
 * before the range on, so that a date's volume can be told from its like.
 */
export async function readGaps(warehouse: Warehouse, scope: GateScope, coverage: Coverage): Promise<Gaps> {
  const volumes = await earlierRows(warehouse, scope);
  const counted = await Promise.all(scope.sources.map((source) => countSource(warehouse, scope, source)));
  const sizes = sizesOf(counted);
  const sources = counted.map((count) => {
    return sourceGaps(scope, { count, sizes, earlier: volumes.get(count.source.table) ?? new Map() });
  });
  const processors = scope.processors.map((processor) => processorGaps(scope, processor, coverage));
  return { expectedDates: scope.days.length, tables: [...sources, ...processors] };
}

/** What runs have found in the sources; nothing in a ledger that does not keep it yet. */
async function earlierRows(
  warehouse: Warehouse,
  { runbook: { ledger }, sources, catalog, range }: GateScope,
): ReturnType<typeof readVolumes> {
  if (sources.length === 0 || !catalog.has(ledgerTable(ledger, "cascade_volumes"))) return new Map();
  return readVolumes(warehouse, { ledger, tables: sources.map(({ table }) => table), range });
}

/** What a source has on the dates of the scope and some before; or why that is not known. */
type SourceCount =
  | {
      readonly kind: "counted";
      readonly source: Source;
      readonly rows: readonly ShapedRow<typeof countShape>[];
    }
  | { readonly kind: "check-failed"; readonly source: Source; readonly message: string };

async function countSource(warehouse: Warehouse, scope: GateScope, source: Source): Promise<SourceCount> {
  const { runbook, catalog, range } = scope;
  const question: Statement = {
    sql: sourceCounts(warehouse.dialect, runbook, { source, hasTable: catalog.has(source.table) }),
    parameters: gateParameters(runbook, { from: historyStart(scope), to: range.to }),
    purpose: `count the rows of ${source.table}`,
  };
  const answer = await askWarehouse(warehouse, question, countShape);
  return answer.kind === "check-failed"
    ? { kind: "check-failed", source, message: answer.message }
    : { kind: "counted", source, rows: answer.rows };
}

/** The first of the calendar dates before the range that volumes are set against, in the range's first season. */
function historyStart({ state: { calendar }, range }: GateScope): CalendarDate {
  const season = calendar.find(({ date }) => date >= range.from)?.season;
  const before = calendar.filter((day) => day.season === season && day.date < range.from);
  return before.at(-likeDates)?.date ?? before[0]?.date ?? range.from;
}

/** How large each date is: the fewest rows that the sources together should have on it. */
function sizesOf(counted: readonly SourceCount[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const count of counted) {
    if (count.kind === "check-failed") continue;
    for (const { analysis_date: date, minimum_rows: minimum = 0 } of count.rows) {
      sizes.set(date, (sizes.get(date) ?? 0) + minimum);
    }
  }
  return sizes;
}

type CountedSource = {
  readonly count: SourceCount;
  readonly sizes: ReadonlyMap<string, number>;
  /** What a run found before, by date. */
  readonly earlier: ReadonlyMap<CalendarDate, number>;
};

function sourceGaps(scope: GateScope, { count, sizes, earlier }: CountedSource): GapTable {
  const { source } = count;
  const head = { table: source.table, phase: source.phase, processor: undefined };
  if (count.kind === "check-failed") return failedGapTable(head, count.message);
  const days = new Set<string>(scope.days.map(({ date }) => date));
  const counted = count.rows.filter((row) => days.has(row.analysis_date));
  const rows = counted.flatMap(({ analysis_date: date, row_count: found, minimum_rows: minimum }) =>
    minimum === undefined ? [] : [{ date, rows: found, minimum }],
  );
  if (rows.length < days.size || rows.length < counted.length) {
    return failedGapTable(head, `The minimum rows of ${source.table} are not known on every date`);
  }
  const few = rows.filter(isLow);
  const expired = scope.state.expired?.get(source.table);
  const none = rows.filter((row) => isMissing(source, row) && expired?.has(row.date) !== true);
  const gone = vanishedIn(scope, source, { rows, earlier }).filter((found) => !isAmong(found, [few, none]));
  const missing = sortOut(scope, { source, name: missingRows, dates: none });
  const low = sortOut(scope, { source, name: lowRows, dates: few });
  const thin = sortOut(scope, {
    source,
    name: thinRows,
    dates: [
      ...gone,
      ...thinIn(scope, count.rows, sizes).filter(
        (found) => days.has(found.date) && !isAmong(found, [few, gone]),
      ),
    ],
  });
  return gapTable(head, {
    missing: missing.open.map(({ date }) => date),
    low: low.open.map(({ date, rows: found }) => ({ date, rows: found })),
    thin: thin.open,
    accepted: [...missing.accepted, ...low.accepted, ...thin.accepted],
    volume: source.volume,
    notExpected: [],
    offCalendar: count.rows
      .filter((row) => row.is_calendar_date === 0 && isWithin(row.analysis_date, scope.range))
      .map((row) => ({ date: row.analysis_date, rows: row.row_count })),
    expectedDates: days.size,
  });
}

function isAmong(
  { date }: { readonly date: CalendarDate },
  found: readonly (readonly { readonly date: CalendarDate }[])[],
): boolean {
  return found.flat().some((own) => own.date === date);
}

/** Dates on which a run found more than twice as many rows; what has expired may vanish, and what a waiver accepts as missing. */
function vanishedIn(
  { state: { expired, accepted } }: GateScope,
  { table }: Source,
  {
    rows,
    earlier,
  }: Pick<CountedSource, "earlier"> & {
    readonly rows: readonly { readonly date: CalendarDate; readonly rows: number }[];
  },
): readonly VanishedDate[] {
  return rows
    .map(({ date, rows: found }) => ({ date, rows: found, earlier: earlier.get(date) ?? 0 }))
    .filter((own) => hasVanished(own))
    .filter(({ date }) => ![expired, accepted].some((known) => known?.get(table)?.has(date) === true));
}

/** The dates of one kind of finding that somebody accepts, and those that nobody does. */
function sortOut<Found extends { readonly date: CalendarDate; readonly rows: number }>(
  scope: GateScope,
  found: { readonly source: Source; readonly name: string; readonly dates: readonly Found[] },
): { readonly open: readonly Found[]; readonly accepted: GapTable["accepted"] } {
  const { source, name, dates } = found;
  const judged = dates.map((own) => {
    return { own, ...acceptanceOf(scope, { table: source.table, name, date: own.date }) };
  });
  return {
    open: judged.filter(({ isAccepted }) => !isAccepted).map(({ own }) => own),
    accepted: judged
      .filter(({ isAccepted }) => isAccepted)
      .map(({ own, note }) => ({ date: own.date, because: `${name}, ${own.rows} rows; ${note}` })),
  };
}

/** Dates of the calendar with far fewer rows than usual for their size; where no source has a minimum all are of one size. */
function thinIn(
  { state: { calendar } }: GateScope,
  rows: readonly ShapedRow<typeof countShape>[],
  sizes: ReadonlyMap<string, number>,
): readonly ThinDate[] {
  const isSized = [...sizes.values()].some((size) => size > 0);
  const seasons = new Map<string, string>(calendar.map(({ date, season }) => [date, season]));
  return thinDates(
    rows.flatMap(({ analysis_date: date, row_count: found }) => {
      const season = seasons.get(date);
      return season === undefined
        ? []
        : [{ date, season, rows: found, size: isSized ? (sizes.get(date) ?? 0) : 1 }];
    }),
  );
}

function processorGaps(scope: GateScope, processor: Processor, coverage: Coverage): GapTable {
  const head = { table: processor.table, phase: processor.phase, processor: processor.id };
  const failed = coverage.failed.find((failure) => failure.processor === processor.id);
  if (failed !== undefined) return failedGapTable(head, failed.message);
  const rows = coverage.rows.filter((row) => row.processor === processor.id);
  const open = rows.filter(({ untracked }) => untracked > 0);
  return gapTable(head, {
    missing: rows.filter((row) => isAbsent(scope, row)).map(({ date }) => date),
    low: open.filter(({ present }) => present > 0).map(({ date, present }) => ({ date, rows: present })),
    thin: [],
    volume: "warn",
    accepted: [],
    notExpected: rows.filter(isNotExpected).map(({ date }) => date),
    offCalendar: coverage.strays
      .filter((stray) => stray.processor === processor.id)
      .map(({ date, entities }) => ({ date, rows: entities })),
    expectedDates: rows.length,
  });
}

/** Without a population a date is absent that nothing was committed on: rows that were rightly none are no gap. */
function isAbsent({ state }: GateScope, row: CoverageRow): boolean {
  if (row.present > 0) return false;
  if (row.untracked > 0) return true;
  const attempt = state.ledger.get(row.processor)?.get(row.date)?.attempt;
  return (
    isUncounted(row) &&
    row.explained === 0 &&
    attempt?.status !== "committed" &&
    state.frozen?.get(row.processor)?.has(row.date) !== true
  );
}

function isNotExpected({ untracked, present, explained }: CoverageRow): boolean {
  return untracked === 0 && present === 0 && explained > 0;
}

type DateCount = { readonly rows: number; readonly minimum: number };

function isMissing(source: Source, { rows, minimum }: DateCount): boolean {
  return rows === 0 && (source.required || minimum > 0);
}

function isLow({ rows, minimum }: DateCount): boolean {
  return rows > 0 && rows < minimum;
}
