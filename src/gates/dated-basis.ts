import { parseCalendarDate, type CalendarDate } from "../domain/calendar-date.ts";
import { digestOf } from "../ledger/kept-answers.ts";
import type { RowContent } from "../plan/plan.ts";

/** What a table holds on a date. */
export type DatedContent = RowContent & { readonly date: CalendarDate };

/** What answers by date about one table rest on: its date, a digest of what all dates share, and one of each date's rows. */
export type DatedBasis = {
  readonly column: string;
  readonly common: string;
  readonly dates: ReadonlyMap<string, string>;
};

const mark = "by-date";
/** Of a digest, enough to tell what two states of one date hold. */
const digits = 32;

/** The basis of a table without its column: whatever tells it from others, and its rows. */
export function datedBasis(common: string, rows: readonly DatedContent[]): Omit<DatedBasis, "column"> {
  return {
    common: digestOf(common),
    dates: new Map(
      rows.map(({ date, rows: count, version }) => [
        date,
        digestOf(JSON.stringify([count, version])).slice(0, digits),
      ]),
    ),
  };
}

/** A basis as it is kept with an answer. */
export function basisText({ common, dates }: DatedBasis): string {
  return [mark, common, ...[...dates].map(([date, digest]) => `${date}=${digest}`)].join(" ");
}

/** The dates on which a table holds something else than a kept basis says; undefined where that is not comparable. */
export function datesMoved(kept: string, { common, dates }: DatedBasis): readonly CalendarDate[] | undefined {
  const [head, ground, ...pairs] = kept.split(" ");
  if (head !== mark || ground !== common) return undefined;
  const before = new Map(pairs.map((pair) => [pair.slice(0, 10), pair.slice(11)]));
  const all = new Set([...before.keys(), ...dates.keys()]);
  return [...all]
    .filter((date) => before.get(date) !== dates.get(date))
    .flatMap((date) => parseCalendarDate(date) ?? []);
}
