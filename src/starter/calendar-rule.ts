import { dayNumber, type CalendarDate } from "../domain/calendar-date.ts";
import { countOf, formatCount } from "../domain/format.ts";
import type { FoundDates, Guess } from "./found-table.ts";

/** Dates by rule, as a calendar declares them. */
export type GuessedRule = {
  readonly every: "day" | "week" | "month";
  readonly from: CalendarDate;
  readonly to: CalendarDate;
};

/** From the first to the last date of all tables: days, unless each is the first of its month or on one weekday. */
export function guessRule(tables: readonly FoundDates[]): Guess<GuessedRule> | undefined {
  const dates = [...new Set(tables.flatMap((found) => found.map(({ date }) => date)))].toSorted();
  const [from] = dates;
  const to = dates.at(-1);
  if (from === undefined || to === undefined) return undefined;
  const every = stepOf(dates);
  const why = every === "week" ? "each date is on one weekday" : "each date is the first of a month";
  return { value: { every, from, to }, why };
}

/** Most days for which dates in steps are told from a few that happen to lie so. */
const fewestDates = 3;

function stepOf(dates: readonly CalendarDate[]): GuessedRule["every"] {
  if (dates.length < fewestDates) return "day";
  if (dates.every((date) => date.endsWith("-01"))) return "month";
  const numbers = dates.map(dayNumber);
  return numbers.every((number) => (number - (numbers[0] ?? 0)) % 7 === 0) ? "week" : "day";
}

/** How many dates a rule has. */
function countDates({ every, from, to }: GuessedRule): number {
  if (every === "month") return monthNumber(to) - monthNumber(from) + 1;
  return Math.floor((dayNumber(to) - dayNumber(from)) / (every === "week" ? 7 : 1)) + 1;
}

function monthNumber(date: CalendarDate): number {
  return 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7));
}

/** What a source may be expected to have on each date: rows at all, and how many at least. */
export function guessRows(
  rule: GuessedRule,
  dates: FoundDates,
): Guess<{ required: false } | { "minimum-rows": number }> | undefined {
  const missing = countDates(rule) - dates.length;
  if (missing > 0) {
    return {
      value: { required: false },
      why: `${countOf(missing, "date")} of ${formatCount(countDates(rule))} without a row`,
    };
  }
  const fewest = Math.min(...dates.map(({ rows }) => rows));
  const least = Math.floor(fewest / 2);
  if (least < 2) return undefined;
  return {
    value: { "minimum-rows": least },
    why: `half of the fewest rows that one of ${countOf(dates.length, "date")} has, ${fewest}`,
  };
}
