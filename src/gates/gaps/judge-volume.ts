import { compareDates, type CalendarDate } from "../../domain/calendar-date.ts";
import { quantileOf } from "../../domain/quantile.ts";

/** How many earlier dates a date is set against. */
export const likeDates = 30;
/** The fewest that say anything. */
const fewestDates = 8;
/** Fewer rows than this a date vary too much by chance. */
const fewestRows = 20;
const lowShare = 0.65;
const deviations = 4;

/** A calendar date with its season, its rows, and how large it is beside others: 1 where nobody says. */
export type SizedDate = {
  readonly date: CalendarDate;
  readonly season: string;
  readonly rows: number;
  readonly size: number;
};

/** A date with far fewer rows than usual, and how many would be usual. */
export type ThinDate = { readonly date: CalendarDate; readonly rows: number; readonly usual: number };

/** A date that has lost more than half of the rows, or all, that a run found on it. */
export type VanishedDate = { readonly date: CalendarDate; readonly rows: number; readonly earlier: number };

/** Whether rows of a date have vanished, or there are few beside other dates. */
export function isVanished(found: ThinDate | VanishedDate): found is VanishedDate {
  return "earlier" in found;
}

/**
 * Dates with far fewer rows than those before them in their season, by their size. Thin is what lies below 65 % of the
 * lowest tenth, so that weaker days of a week are no finding, and below the median less four deviations, each 1.4826
 * times the median absolute deviation (the Hampel identifier: Davies and Gather, "The Identification of Multiple
 * Outliers", JASA 88, 1993). Dates without rows are not judged here.
 */
export function thinDates(dates: readonly SizedDate[]): readonly ThinDate[] {
  const ascending = dates
    .filter(({ rows, size }) => rows > 0 && size > 0)
    .toSorted((left, right) => compareDates(left.date, right.date));
  return ascending.flatMap((own, index) => {
    const before = ascending
      .slice(0, index)
      .filter(({ season }) => season === own.season)
      .slice(-likeDates);
    return before.length < fewestDates ? [] : thinAgainst(own, before);
  });
}

function thinAgainst({ date, rows, size }: SizedDate, before: readonly SizedDate[]): readonly ThinDate[] {
  const shares = before.map((other) => other.rows / other.size);
  const median = quantileOf(shares, 0.5);
  const deviation =
    1.4826 *
    quantileOf(
      shares.map((share) => Math.abs(share - median)),
      0.5,
    );
  const share = rows / size;
  const isThin = share < lowShare * quantileOf(shares, 0.1) && share < median - deviations * deviation;
  const usual = Math.round(median * size);
  return isThin && usual >= fewestRows ? [{ date, rows, usual }] : [];
}
