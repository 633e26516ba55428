import * as fc from "fast-check";
import { addDays, type CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Window } from "../../src/domain/window.ts";
import type { CalendarDay, Selection } from "../../src/plan/plan.ts";
import type { Edge, Processor, Runbook } from "../../src/runbook/runbook.ts";
import { day, edge, processor, runbook, source, table, type MutableState } from "./small-runbook.ts";

const firstDay = day("2021-01-01");

/** Windows of every kind. */
export const windows: fc.Arbitrary<Window> = fc.oneof(
  fc.constant<Window>({ kind: "same-date" }),
  fc.integer({ min: 1, max: 12 }).map((days): Window => ({ kind: "previous-days", days })),
  fc.constant<Window>({ kind: "last-games", rows: 3 }),
  fc.constant<Window>({ kind: "season-to-date" }),
);

/** Two seasons with gaps among the 24 days from 2021-01-01, each with two periods. */
export const calendars: fc.Arbitrary<readonly CalendarDay[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 2, maxLength: 16 })
  .map((offsets) => offsets.toSorted((left, right) => left - right).map(calendarDay));

/** Up to five processors over two sources, each reading any table before it through any window. */
export const runbooks: fc.Arbitrary<Runbook> = fc
  .array(
    fc.record({
      reads: fc.array(fc.record({ back: fc.nat(6), window: windows, failures: fc.boolean() }), {
        maxLength: 3,
      }),
      leadIn: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((shapes) => {
    const names = ["raw", "odds", ...shapes.keys().map((number) => `P${number}`)];
    const processors = shapes.map(({ reads, leadIn }, number): Processor => {
      const edges = reads.map(({ back, window, failures }): Edge => {
        return edge(names[back % (number + 2)] ?? "raw", window, failures);
      });
      return processor(`P${number}`, edges, { leadIn });
    });
    return runbook([source("raw"), source("odds", false)], processors);
  });

/** Something that goes wrong or changes in a settled warehouse, at the `at`-th calendar date of the `of`-th table. */
export type Disturbance = {
  readonly kind: "rows" | "lost" | "failed" | "forgotten";
  readonly of: number;
  readonly at: number;
};

/** Up to four disturbances. */
export const disturbances: fc.Arbitrary<readonly Disturbance[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("rows", "lost", "failed", "forgotten"),
    of: fc.nat(6),
    at: fc.nat(15),
  }),
  { maxLength: 4 },
);

/** Applies disturbances; those that do not fit the table (a source never fails) change nothing. */
export function disturb(state: MutableState, book: Runbook, changes: readonly Disturbance[]): void {
  const tables = [
    ...book.sources.map((source) => source.table),
    ...book.processors.map(({ table }) => table),
  ];
  for (const { kind, of, at } of changes) {
    const name = tables[of % tables.length] ?? table("raw");
    const date = state.calendar[at % state.calendar.length]?.date ?? firstDay;
    const ledger = state.ledger.get(name.slice("test.".length));
    const held = ledger?.get(date);
    if (kind === "rows") state.content.get(name)?.set(date, { rows: 7, version: `${state.hashTag}:other` });
    if (kind === "lost") state.content.get(name)?.delete(date);
    if (kind === "forgotten") ledger?.delete(date);
    if (kind === "failed" && held !== undefined) {
      ledger?.set(date, { ...held, attempt: { ...held.attempt, status: "failed" } });
    }
  }
}

/** Selections of any dates on the calendar and any processors. */
export function selections(book: Runbook, calendar: readonly CalendarDay[]): fc.Arbitrary<Selection> {
  const ids = book.processors.map(({ id }) => id);
  const bound = fc.nat(calendar.length - 1).map((index) => calendar[index]?.date ?? firstDay);
  return fc
    .record(
      {
        bounds: fc.tuple(bound, bound),
        processors: fc.subarray(ids, { minLength: 1 }),
        withUpstream: fc.boolean(),
        withDownstream: fc.boolean(),
        force: fc.boolean(),
        chunkDays: fc.integer({ min: 1, max: 5 }),
        cellsPer: fc.constantFrom("season", "period"),
      },
      { requiredKeys: ["bounds"] },
    )
    .map(({ bounds: [one, other], ...rest }): Selection => {
      return { range: { from: one < other ? one : other, to: one < other ? other : one }, ...rest };
    });
}

/** Whether a window of a calendar date holds another date, straight from the window's definition. */
export function isInWindow(
  window: Window,
  date: CalendarDate,
  on: { readonly calendar: readonly CalendarDay[]; readonly of: CalendarDate },
): boolean {
  const own = on.calendar.find((other) => other.date === on.of)?.season;
  const start = on.calendar.find((other) => other.season === own)?.date ?? on.of;
  if (window.kind === "same-date") return date === on.of;
  if (date < start || date >= on.of) return false;
  return window.kind !== "previous-days" || date >= addDays(on.of, -window.days);
}

function calendarDay(offset: number): CalendarDay {
  const date = addDays(firstDay, offset);
  const period = `p${Math.floor(offset / 6)}`;
  return { date, season: offset < 12 ? "a" : "b", period, version: `calendar ${date}` };
}
