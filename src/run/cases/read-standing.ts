import { endOf } from "../../domain/every.ts";
import { everyOf, ownDays } from "../../plan/calendar/own-days.ts";
import { unionOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { Column } from "../../domain/column.ts";
import type { TableId } from "../../domain/table-id.ts";
import { splitTuple } from "../../domain/tuple-text.ts";
import { Fault } from "../../errors.ts";
import { ledgerTable } from "../../ledger/tables.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import { cutInputs, inputsOfProcessor, inputsOfReads, type Input } from "../../plan/upstream/input-cut.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { CaseFailure } from "../../runbook/schema/case-schema.ts";
import { textColumns, type TextRow } from "../../sql/case-rows.ts";
import { quoteName, quoteTable } from "../../sql/identifiers.ts";
import { withinRanges } from "../../sql/table-cut.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { textShape } from "./case-texts.ts";

/** What a case is recorded of: a date of a processor, whole or one entity of it. */
export type RecordRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly date: CalendarDate;
  readonly entity: string | undefined;
  /** Whether texts stay as they are. */
  readonly keepsTexts: boolean;
};

/** A table of which rows were read, by the name that a case gives it. */
type StandingTable = {
  readonly name: string;
  readonly table: TableId;
  readonly dateColumn: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
};

/** A row or a failure that the step may read. */
export type StandingPiece =
  | { readonly kind: "row"; readonly of: StandingTable; readonly row: TextRow }
  | { readonly kind: "failure"; readonly of: Processor; readonly failure: CaseFailure };

/** What stands in the windows of a date, and what of the date itself. */
export type Standing = {
  readonly pieces: readonly StandingPiece[];
  readonly rows: readonly TextRow[];
  readonly failures: readonly CaseFailure[];
};

/** Most rows that are read for a case; what comes of it is far smaller. */
const mostRows = 20_000;

/** Most rows and failures that a case expects. */
const mostExpected = 500;

/** Reads what stands in the windows of a date, and what of it. Fault: usage for nothing and for too much. */
export async function readStanding(
  warehouse: Warehouse,
  request: RecordRequest & { readonly calendar: readonly CalendarDay[] },
): Promise<Standing> {
  const { runbook, processor, date, entity, calendar } = request;
  const today: readonly DateRange[] = [{ from: date, to: date }];
  const allRows = await readRows(warehouse, { name: processor.id, ...processor }, today);
  const allFailures = await readFailures(warehouse, { runbook, of: processor, ranges: today });
  const rows = allRows.filter((row) => isRowOf(processor, row, entity));
  const failures = allFailures.filter((failure) => entity === undefined || failure.entity === entity);
  if (rows.length + failures.length === 0) throw nothing(request);
  if (rows.length + failures.length > mostExpected)
    throw tooMuch(request, `has more than ${mostExpected} rows`);
  const inputs = [
    ...inputsOfProcessor(runbook, processor.id),
    ...inputsOfReads(runbook, processor.population?.reads ?? []),
  ];
  const cuts = cutInputs(runbook, { inputs, dates: [date], calendar });
  const first = seasonUpTo(calendar, request)[0] ?? date;
  const pieces: StandingPiece[] = [];
  for (const of of tablesOf(inputs)) {
    const parts = cuts.filter(({ table }) => table === of.table).flatMap((cut) => cut.parts);
    // What reads every row of a season and others is taken to need none after the date; the trials tell.
    const ranges = parts.flatMap((part) => part.ranges ?? [{ from: first, to: date }]);
    const found = await readRows(warehouse, of, ranges);
    pieces.push(...found.map((row) => ({ kind: "row" as const, of, row })));
    if (pieces.length > mostRows) throw tooMuch(request, `reads more than ${mostRows} rows`);
  }
  for (const { producer, holds } of inputs) {
    if (holds !== "failures" || producer.kind !== "processor") continue;
    const of = producer.processor;
    const ranges = cuts.flatMap(({ parts }) =>
      parts.filter((part) => part.processor === of.id).flatMap((part) => part.ranges ?? []),
    );
    const found = await readFailures(warehouse, { runbook, of, ranges });
    pieces.push(...found.map((failure) => ({ kind: "failure" as const, of, failure })));
  }
  return { pieces, rows, failures };
}

/** Dates of the season of a partition, up to its end. */
export function seasonUpTo(
  calendar: readonly CalendarDay[],
  { processor, date }: Pick<RecordRequest, "processor" | "date">,
): readonly CalendarDate[] {
  const every = everyOf(processor);
  const season = ownDays(calendar, every).find((day) => day.date === date)?.season;
  const until = endOf(every, date);
  return calendar.filter((day) => day.season === season && day.date <= until).map((day) => day.date);
}

/** Whether a row of a processor is one of an entity; of any, where none is named. */
export function isRowOf(processor: Processor, row: TextRow, entity: string | undefined): boolean {
  return entity === undefined || entityParts(processor, entity).every(([name, value]) => row[name] === value);
}

/** The columns of an entity with its texts. */
export function entityParts(
  { entity: names }: Processor,
  entity: string,
): readonly (readonly [column: string, text: string])[] {
  const values = names.length === 1 ? [entity] : splitTuple(entity);
  return names.map((name, index) => [name, values[index] ?? ""]);
}

/** Tables whose rows are read, each once. */
function tablesOf(inputs: readonly Input[]): readonly StandingTable[] {
  const tables = inputs.flatMap(({ producer, holds, table }): readonly StandingTable[] => {
    if (holds !== "rows" || producer.kind === "calendar") return [];
    if (producer.kind === "source") return [{ name: table, ...producer.source }];
    return [{ name: producer.processor.id, ...producer.processor }];
  });
  return [...new Map(tables.map((table) => [table.table, table])).values()];
}

function readRows(
  warehouse: Warehouse,
  { table, dateColumn, columns, key }: StandingTable,
  ranges: readonly DateRange[],
): Promise<readonly TextRow[]> {
  const { dialect } = warehouse;
  const order = [dateColumn, ...key].map((name) => quoteName(dialect, name)).join(", ");
  const sql = `select ${textColumns(dialect, columns)}
from ${quoteTable(dialect, table)} as standing
where ${withinRanges(dialect, dateColumn, unionOf(ranges))}
order by ${order}
limit ${mostRows + 1}`;
  return queryRows(warehouse, { sql, purpose: `read rows of ${table} for a case` }, textShape(columns));
}

const failureShape = {
  analysis_date: typed.date,
  entity_id: typed.text,
  failure_category: typed.text,
  failure_reason: typed.nullable(typed.text),
};

async function readFailures(
  warehouse: Warehouse,
  {
    runbook,
    of,
    ranges,
  }: { readonly runbook: Runbook; readonly of: Processor; readonly ranges: readonly DateRange[] },
): Promise<readonly CaseFailure[]> {
  const { dialect } = warehouse;
  const view = quoteTable(dialect, ledgerTable(runbook.ledger, "precompute_failures"));
  const sql = `select cast(analysis_date as ${dialect.columnType("string")}) as analysis_date, entity_id, failure_category, failure_reason
from ${view}
where processor_name = @processor and ${withinRanges(dialect, "analysis_date", unionOf(ranges))}
order by 1, 2
limit ${mostRows + 1}`;
  const parameters = { processor: { type: "string", value: of.id } } as const;
  const purpose = `read failures of ${of.id} for a case`;
  const rows = await queryRows(warehouse, { sql, parameters, purpose }, failureShape);
  return rows.map(({ analysis_date, entity_id, failure_category, failure_reason }) => ({
    date: analysis_date,
    entity: entity_id,
    category: failure_category,
    reason: failure_reason ?? "",
  }));
}

/** What a case would take more of than can be read or tried. */
export function tooMuch({ processor, date, entity }: RecordRequest, what: string): Fault {
  return new Fault("usage", `Cannot record ${processor.id} ${date}: it ${what}`, {
    hint:
      entity === undefined
        ? `Name an entity (${processor.entity.join("|")}) behind the date`
        : "Take an earlier date of the season, whose windows hold less",
  });
}

function nothing({ processor, date, entity }: RecordRequest): Fault {
  const whose = entity === undefined ? "" : ` of ${entity}`;
  return new Fault("usage", `Cannot record ${processor.id} ${date}: nothing stands there${whose}`, {
    hint: "Name a date that is built, and an entity as `cascade coverage --reconcile` names it",
  });
}
