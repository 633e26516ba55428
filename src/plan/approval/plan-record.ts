import { compareDates, parseCalendarDate, type CalendarDate } from "../../domain/calendar-date.ts";
import type { CalendarDay, Plan, Selection } from "../plan.ts";

/** A plan as it was carried out: its digest, what it was made for, and the units that it was to run. */
export type ApprovedPlan = {
  readonly digest: string;
  readonly selection: Selection;
  readonly units: readonly { readonly processor: string; readonly dates: readonly CalendarDate[] }[];
};

/** The same as the ledger holds it, selection and units as JSON. */
export type PlanRecord = { readonly digest: string; readonly selection: string; readonly units: string };

/**
 * A plan for the ledger. Dates that follow each other in the calendar are one entry `from..to`; one that has left it is an
 * entry of its own, which stays in the plan whatever the calendar becomes.
 */
export function renderPlanRecord(
  { digest, cells }: Pick<Plan, "digest" | "cells">,
  { selection, calendar }: { readonly selection: Selection; readonly calendar: readonly CalendarDay[] },
): PlanRecord {
  const byProcessor = Map.groupBy(cells, ({ processor }) => processor);
  const units = [...byProcessor].map(([processor, own]) => {
    const dates = new Set(own.flatMap((cell) => cell.dates));
    return [processor, runsOf(dates, calendar)];
  });
  return {
    digest,
    selection: JSON.stringify(selection),
    units: JSON.stringify(Object.fromEntries(units)),
  };
}

/** The inverse of `renderPlanRecord`, on the calendar as it is now; undefined for a text of another form. */
export function parsePlanRecord(
  { digest, selection, units }: PlanRecord,
  calendar: readonly CalendarDay[],
): ApprovedPlan | undefined {
  try {
    const entries = Object.entries(JSON.parse(units) as Readonly<Record<string, readonly string[]>>);
    const selected = parseSelection(selection);
    if (selected === undefined) return undefined;
    return {
      digest,
      selection: selected,
      units: entries.map(([processor, runs]) => ({
        processor,
        dates: runs.flatMap((run) => datesOf(run, calendar)),
      })),
    };
  } catch {
    return undefined;
  }
}

/** The selection of a record; undefined for a text of another form. */
export function parseSelection(text: string): Selection | undefined {
  try {
    const selection = JSON.parse(text) as Partial<Selection> | null;
    return selection?.range === undefined ? undefined : { ...selection, range: selection.range };
  } catch {
    return undefined;
  }
}

function runsOf(dates: ReadonlySet<CalendarDate>, calendar: readonly CalendarDay[]): readonly string[] {
  const runs: { from: CalendarDate; to: CalendarDate }[] = [];
  let isOpen = false;
  for (const { date } of calendar) {
    const last = runs.at(-1);
    if (!dates.has(date)) isOpen = false;
    else if (isOpen && last !== undefined) last.to = date;
    else {
      runs.push({ from: date, to: date });
      isOpen = true;
    }
  }
  const known = new Set(calendar.map(({ date }) => date));
  return [
    ...runs.map(({ from, to }) => `${from}..${to}`),
    ...[...dates].filter((date) => !known.has(date)).toSorted(compareDates),
  ];
}

function datesOf(run: string, calendar: readonly CalendarDay[]): readonly CalendarDate[] {
  const [from = "", to] = run.split("..");
  if (to === undefined) return [parseCalendarDate(from) ?? []].flat();
  return calendar.map(({ date }) => date).filter((date) => from <= date && date <= to);
}
