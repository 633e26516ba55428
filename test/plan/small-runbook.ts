import { addDays, parseCalendarDate, type CalendarDate } from "../../src/domain/calendar-date.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import type { Window } from "../../src/domain/window.ts";
import { everyOf, ownDays } from "../../src/plan/calendar/own-days.ts";
import type { Attempt, Bookkeeping, CalendarDay, RowContent } from "../../src/plan/plan.ts";
import { emptyContent } from "../../src/plan/versions/settlement.ts";
import { createFingerprints } from "../../src/plan/versions/window-fingerprint.ts";
import type { Edge, Processor, Runbook, Source } from "../../src/runbook/runbook.ts";

/** The hash tag of every state made here. */
export const tag = "test-1";

/** The date that the text names; the test is wrong when there is none. */
export function day(text: string): CalendarDate {
  const date = parseCalendarDate(text);
  if (date === undefined) throw new Error(`No date: ${text}`);
  return date;
}

/** The table `test.<name>`. */
export function table(name: string): TableId {
  const id = parseTableId(`test.${name}`);
  if (id === undefined) throw new Error(`No table: ${name}`);
  return id;
}

/** Consecutive calendar dates of one season. */
export function season(name: string, from: string, days: number, period = "none"): readonly CalendarDay[] {
  return Array.from({ length: days }, (_, offset) => {
    const date = addDays(day(from), offset);
    return { date, season: name, period, version: `calendar ${date}` };
  });
}

/** An edge to `test.<name>`. */
export function edge(name: string, window: Window = { kind: "same-date" }, failures = false): Edge {
  return { table: table(name), window, failures, origin: "reads" };
}

const place = { file: "runbook.yml", line: 1, column: 1 };
const checked = {
  dateColumn: "date",
  columns: [],
  key: [],
  cluster: [],
  critical: [],
  distributions: [],
  place,
};
const sql = { file: "step.sql", text: "select 1" };

/** A source with table `test.<name>` in phase 2. */
export function source(name: string, required = true): Source {
  return { ...checked, table: table(name), phase: 2, minimumRows: "0", required, volume: "warn" };
}

/** A processor whose table is `test.<id>`; the calendar edge is added. */
export function processor(id: string, reads: readonly Edge[], more: Partial<Processor> = {}): Processor {
  const calendar: Edge = { ...edge("calendar"), origin: "calendar" };
  return {
    ...checked,
    id,
    table: table(id),
    title: id,
    phase: 3,
    entity: [],
    reads: [...reads, calendar],
    population: { id: "all", title: "all", sql, reads: [] },
    leadIn: false,
    parameters: [],
    step: { kind: "sql", sql },
    relations: [],
    definition: `definition of ${id}`,
    ...more,
  };
}

/** A runbook of the given sources and processors. */
export function runbook(
  sources: readonly Source[],
  processors: readonly Processor[],
  more: Partial<Runbook> = {},
): Runbook {
  const calendar: Runbook["calendar"] = {
    table: table("calendar"),
    dateColumn: "date",
    seasonColumn: "season",
    columns: [],
    origin: { kind: "query", sql, reads: [] },
  };
  const phases = [3, 4, 5].map((number) => ({ number, title: `Phase ${number}` }));
  const empty = {
    parameters: [],
    periods: [],
    categories: [],
    budgets: [],
    gates: [],
    recovery: [],
    causes: [],
    waivers: [],
  };
  const texts = { name: "small", title: "Small", description: "", owner: "tests", timeZone: "UTC" };
  const load = { load: undefined, sample: undefined };
  return {
    ...texts,
    ...empty,
    ...load,
    ledger: "ledger",
    folder: "runbooks/small",
    calendar,
    phases,
    sources,
    processors,
    ...more,
  };
}

/** Rows with a tagged version. */
export function rows(version: string, count = 10): RowContent {
  return { rows: count, version: `${tag}:${version}` };
}

/** A state that tests change partition by partition, as a warehouse would be. */
export type MutableState = {
  readonly hashTag: string;
  readonly calendar: readonly CalendarDay[];
  readonly content: Map<TableId, Map<CalendarDate, RowContent>>;
  readonly ledger: Map<string, Map<CalendarDate, Bookkeeping>>;
  readonly held: Map<string, Map<CalendarDate, string>>;
};

/** A state in which every source has rows on every calendar date and no processor has run. */
export function freshState(book: Runbook, calendar: readonly CalendarDay[]): MutableState {
  const content = new Map(
    book.sources.map((source) => [
      source.table,
      new Map(calendar.map(({ date }) => [date, rows(`${source.table} ${date}`)])),
    ]),
  );
  return { hashTag: tag, calendar, content, ledger: new Map(), held: new Map() };
}

/** Commits one partition as the run engine would: content, failures and the inputs as they are now. */
export function commit(
  state: MutableState,
  book: Runbook,
  unit: {
    readonly id: string;
    readonly date: CalendarDate;
    readonly content?: RowContent;
    readonly failures?: RowContent;
  },
): void {
  const fingerprints = createFingerprints(book, state);
  const { id, date, content = rows(`${unit.id} ${unit.date}`), failures = emptyContent } = unit;
  const inputs = fingerprints.inputsOf(id, date);
  setContent(state, table(id), { date, content });
  setAttempt(
    state,
    { id, date, failures },
    {
      rows: content.rows,
      failures: failures.rows,
      rowsVersion: content.version,
      failuresVersion: failures.version,
      definition: fingerprints.definitionOf(id),
      inputs,
    },
  );
}

/** Commits every unit of the runbook, in order, so that all is up to date. */
export function settledState(book: Runbook, calendar: readonly CalendarDay[]): MutableState {
  const state = freshState(book, calendar);
  const fingerprints = createFingerprints(book, state);
  for (const processor of book.processors) {
    const { id, table } = processor;
    const contents = new Map(
      ownDays(calendar, everyOf(processor)).map(({ date }) => [
        date,
        { content: rows(`${id} ${date}`), failures: emptyContent },
      ]),
    );
    for (const [date, { content }] of contents) {
      const inputs = fingerprints.inputsOf(id, date);
      setContent(state, table, { date, content });
      setAttempt(
        state,
        { id, date, failures: emptyContent },
        {
          rows: content.rows,
          rowsVersion: content.version,
          definition: fingerprints.definitionOf(id),
          inputs,
        },
      );
    }
    fingerprints.update(id, contents);
  }
  return state;
}

/** Replaces the rows of one partition, as a load or somebody outside Cascade would. */
export function setContent(
  state: MutableState,
  table: TableId,
  partition: { readonly date: CalendarDate; readonly content: RowContent },
): void {
  const dates = state.content.get(table) ?? new Map<CalendarDate, RowContent>();
  dates.set(partition.date, partition.content);
  state.content.set(table, dates);
}

/** Appends a ledger row; what is not given is that of an empty committed attempt. */
export function setAttempt(
  state: MutableState,
  unit: { readonly id: string; readonly date: CalendarDate; readonly failures?: RowContent },
  attempt: Partial<Attempt>,
): void {
  const dates = state.ledger.get(unit.id) ?? new Map<CalendarDate, Bookkeeping>();
  const whole: Attempt = {
    id: "run-1",
    status: "committed",
    rows: 0,
    failures: 0,
    rowsVersion: "",
    failuresVersion: "",
    definition: "",
    inputs: "",
    error: undefined,
    ...attempt,
  };
  dates.set(unit.date, { attempt: whole, failures: unit.failures ?? emptyContent });
  state.ledger.set(unit.id, dates);
}
