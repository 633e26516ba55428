import { addDays, type CalendarDate } from "./calendar-date.ts";
import { decimalOf } from "./rate.ts";

/** 12345 as `12,345`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count);
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A count with its noun: `1 date`, `2 dates`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A rate as `17.9 %`, for reading only: verdicts compare exact numbers. Absent: `none`. */
export function formatRate(rate: number | undefined): string {
  return rate === undefined ? "none" : `${(rate * 100).toFixed(1)} %`;
}

/** A rate beside its limit, with as many decimals as it takes to tell them apart (at most 10). Absent: `none`. */
export function formatRateBeside(rate: number | undefined, limit: number | undefined): string {
  if (rate === undefined || limit === undefined) return formatRate(rate);
  for (let decimals = 1; decimals <= 10; decimals += 1) {
    const text = (rate * 100).toFixed(decimals);
    if (rate === limit || Number(text) !== Number(formatDeclared(limit).slice(0, -2))) return `${text} %`;
  }
  return formatRate(rate);
}

/** A limit as it is declared, every digit of it, beside measured rates: `15.0 %`, `6.55 %`. Absent: `none`. */
export function formatLimit(limit: number | undefined): string {
  return limit === undefined ? "none" : `${percentOf(limit, 1)} %`;
}

/** A rate as a policy declares it: `15 %`, `6.55 %`. */
export function formatDeclared(rate: number): string {
  return `${percentOf(rate, 0)} %`;
}

/** Rates as a policy declares them: `10-25 %`, or one rate. */
export function formatDeclaredRange({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? formatDeclared(from) : `${percentOf(from, 0)}-${formatDeclared(to)}`;
}

/** Hundredfold, exactly, with at least so many decimals. */
function percentOf(rate: number, fewest: number): string {
  const { digits, decimals } = decimalOf(rate);
  const places = Math.max(0, decimals - 2);
  const scaled = digits * 10n ** BigInt(Math.max(0, 2 - decimals));
  const text = String(scaled).padStart(places + 1, "0");
  const fraction = text.slice(text.length - places).padEnd(fewest, "0");
  const whole = text.slice(0, text.length - places);
  return places + fewest === 0 ? whole : `${whole}.${places === 0 ? "0".repeat(fewest) : fraction}`;
}

/** Milliseconds as `0.4 s`, `2 min 05 s` or `3 h 07 min`. */
export function formatDuration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Bytes as `512 B`, `1.5 MB`. Absent: `none`. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return "none";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** US dollars as `$6.25`, `$0.0075`; what is less than the last digit shown as `less than $0.0001`. */
export function formatDollars(dollars: number): string {
  if (dollars >= 1) return `$${dollars.toFixed(2)}`;
  return dollars > 0 && dollars < 0.0001 ? "less than $0.0001" : `$${dollars.toFixed(4)}`;
}

/** The place of every date in a calendar. */
export type DateOrder = ReadonlyMap<string, number>;

/** The order of a calendar's dates, ascending. */
export function orderOf(dates: readonly string[]): DateOrder {
  return new Map(dates.map((date, index) => [date, index]));
}

/**
 * Dates as runs: `2021-11-01 to 2021-11-04, 2021-11-09`; at most `limit` runs, then how many more. Runs are of days, or
 * of dates that follow each other in the calendar where its order is given.
 */
export function formatDates(
  dates: readonly string[],
  { limit = 6, order }: { readonly limit?: number; readonly order?: DateOrder } = {},
): string {
  const runs = dateRuns(dates, order);
  const shown = runs.slice(0, limit).map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
  const rest = runs.slice(limit).reduce((sum, run) => sum + run.count, 0);
  return [...shown, ...(rest > 0 ? [`and ${formatCount(rest)} more`] : [])].join(", ");
}

/** The first of some names and how many there are besides: `A, B and 3 more`; with a noun `A and 1 more date`. */
export function formatSome(
  names: readonly string[],
  {
    limit,
    of = names.length,
    noun,
    separator = ", ",
  }: {
    readonly limit: number;
    readonly of?: number;
    readonly noun?: string;
    readonly separator?: string;
  },
): string {
  const shown = names.slice(0, limit).join(separator);
  const rest = of - Math.min(names.length, limit);
  if (rest <= 0) return shown;
  const more = noun === undefined ? `${formatCount(rest)} more` : countOf(rest, `more ${noun}`);
  return `${shown} and ${more}`;
}

/** A text on one line: what somebody else wrote must not end a line of ours. */
export function onOneLine(text: string): string {
  return text.replaceAll(/[\n\r\u2028\u2029\u0085\v\f]+/g, " ");
}

/** The first of some lines, each on one, and one that tells how many there are besides and where: `and 3 more; all with --json`. */
export function formatLines(
  lines: readonly string[],
  { limit, where }: { readonly limit: number; readonly where?: string },
): readonly string[] {
  const shown = lines.slice(0, limit).map(onOneLine);
  const rest = lines.length - limit;
  if (rest <= 0) return shown;
  const more = `and ${formatCount(rest)} more`;
  return [...shown, where === undefined ? more : `${more}; ${where}`];
}

/** Dates by name, or the first, the last and how many there are where more than `limit` would be named. */
export function formatExtent(dates: readonly string[], { limit }: { readonly limit: number }): string {
  if (dates.length <= limit) return dates.join(", ");
  return `${dates[0] ?? ""} to ${dates.at(-1) ?? ""} (${countOf(dates.length, "date")})`;
}

type DateRun = { readonly from: string; readonly to: string; readonly count: number };

function dateRuns(dates: readonly string[], order: DateOrder | undefined): readonly DateRun[] {
  const runs: DateRun[] = [];
  for (const date of dates) {
    const last = runs.at(-1);
    if (last !== undefined && isNext(last.to, date, order)) {
      runs[runs.length - 1] = { from: last.from, to: date, count: last.count + 1 };
    } else {
      runs.push({ from: date, to: date, count: 1 });
    }
  }
  return runs;
}

function isNext(last: string, date: string, order: DateOrder | undefined): boolean {
  const [before, place] = [order?.get(last), order?.get(date)];
  if (before === undefined || place === undefined) return addDays(last as CalendarDate, 1) === date;
  return place === before + 1;
}

/** `explained / expected` as a rate; undefined of nothing. */
export function rateOf({
  explained,
  expected,
}: {
  readonly explained: number;
  readonly expected: number;
}): number | undefined {
  return expected === 0 ? undefined : explained / expected;
}
