import type { CalendarDate } from "../domain/calendar-date.ts";
import { formatBytes } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { failureSort, type FailureSort } from "../warehouse/statement-fault.ts";

/** Dates on which an attempt failed, each with what it said. */
export type FailedDates = ReadonlyMap<CalendarDate, string>;

/** Something that is done for some dates, all or nothing, and how it is looked at without doing it. */
export type DatesAttempt = {
  readonly run: (dates: readonly CalendarDate[]) => Promise<void>;
  /** Bytes that it would read; undefined where nothing is billed. Fault: that it cannot be done for any date. */
  readonly probe: (dates: readonly CalendarDate[]) => Promise<number | undefined>;
};

/**
 * Attempts dates together, and after a fault those that it may lie in on their own, so that the others go on. What lies
 * in no date is told once for all: a statement that the engine refuses, a command that fails for all dates, for the
 * first and for the last with one error, a missing program, a step that is too large for the first and for the last date
 * alone, and one over the limit on billed bytes of which fewer dates cost as much. Other faults (interruption, disk)
 * pass through.
 */
export async function bisectDates(
  dates: readonly CalendarDate[],
  attempt: DatesAttempt,
): Promise<FailedDates> {
  const fault = await faultOf(dates, attempt);
  if (fault === undefined) return new Map();
  if (dates.length === 1 || fault.code === "command-missing") return allFailed(dates, fault.message);
  const sort = failureSort(fault);
  return sort === undefined || sort === "too-large"
    ? bisectAfterEnds(dates, { attempt, fault })
    : bisectFailed(dates, { attempt, fault });
}

type Failed = { readonly attempt: DatesAttempt; readonly fault: Fault };

/** The first and the last date are attempted alone: where both fail as all did, no other is. */
async function bisectAfterEnds(
  dates: readonly CalendarDate[],
  { attempt, fault }: Failed,
): Promise<FailedDates> {
  const ends = [dates.slice(0, 1), dates.slice(-1)];
  const failed = new Map<CalendarDate, Fault>();
  for (const end of ends) {
    const own = await faultOf(end, attempt);
    if (own !== undefined) for (const date of end) failed.set(date, own);
  }
  const isOne = [...failed.values()].every((own) => isAlike(own, fault));
  if (failed.size === ends.length && isOne) return allFailed(dates, fault.message);
  const rest = dates.slice(1, -1);
  const others = await (failureSort(fault) === undefined ? bisectAlways : bisectHalves)(rest, attempt);
  return new Map([...[...failed].map(([date, own]) => [date, own.message] as const), ...others]);
}

async function bisectAlways(dates: readonly CalendarDate[], attempt: DatesAttempt): Promise<FailedDates> {
  const fault = await faultOf(dates, attempt);
  return fault === undefined ? new Map() : bisectFailed(dates, { attempt, fault });
}

async function bisectFailed(
  dates: readonly CalendarDate[],
  { attempt, fault }: Failed,
): Promise<FailedDates> {
  if (dates.length === 1) return allFailed(dates, fault.message);
  const sort = failureSort(fault);
  const reason = sort === undefined ? undefined : await whyWhole(dates, { attempt, fault, sort });
  if (reason !== undefined) return allFailed(dates, reason);
  return bisectHalves(dates, sort === "unsure" ? { ...attempt, probe: unlooked } : attempt);
}

async function bisectHalves(dates: readonly CalendarDate[], attempt: DatesAttempt): Promise<FailedDates> {
  const middle = Math.ceil(dates.length / 2);
  const earlier = await bisectAlways(dates.slice(0, middle), attempt);
  return new Map([...earlier, ...(await bisectAlways(dates.slice(middle), attempt))]);
}

/** What was looked at once is not looked at for every half. */
function unlooked(): Promise<undefined> {
  return Promise.resolve(undefined);
}

/** Two halves may together read this much of the whole: more means that each of many pieces would read the same again. */
const mostOfWhole = 1.25;

/** Why fewer dates would fail alike, as it is told of all; undefined where they may not. */
async function whyWhole(
  dates: readonly CalendarDate[],
  { attempt, fault, sort }: Failed & { readonly sort: FailureSort },
): Promise<string | undefined> {
  if (sort === "permanent") return fault.message;
  if (sort === "unsure") return (await refusalOf(dates, attempt))?.message;
  if (sort !== "too-costly") return undefined;
  const whole = await attempt.probe(dates);
  const half = await attempt.probe(dates.slice(0, Math.ceil(dates.length / 2)));
  if (whole === undefined || half === undefined || half * 2 <= whole * mostOfWhole) return undefined;
  return `${fault.message}; all dates read ${formatBytes(whole)} and half of them ${formatBytes(half)}, so fewer would not help`;
}

/** What the engine says of a statement that it cannot run for any date. */
async function refusalOf(
  dates: readonly CalendarDate[],
  { probe }: DatesAttempt,
): Promise<Fault | undefined> {
  return faultOf(dates, { run: async (some) => void (await probe(some)) });
}

async function faultOf(
  dates: readonly CalendarDate[],
  { run }: Pick<DatesAttempt, "run">,
): Promise<Fault | undefined> {
  if (dates.length === 0) return undefined;
  try {
    await run(dates);
    return undefined;
  } catch (cause) {
    if (cause instanceof Fault && liesInDates.has(cause.code)) return cause;
    throw cause;
  }
}

const liesInDates: ReadonlySet<Fault["code"]> = new Set([
  "statement-failed",
  "command-failed",
  "command-missing",
]);

function isAlike(own: Fault, fault: Fault): boolean {
  if (failureSort(fault) !== undefined) return failureSort(own) === failureSort(fault);
  return essenceOf(own.message) === essenceOf(fault.message);
}

/** A message without what differs from start to start: times of day and addresses in memory. */
function essenceOf(message: string): string {
  return message.replaceAll(/\d{2}:\d{2}:\d{2}(?:[.,]\d+)?|\b0x[\da-f]+\b/gi, "");
}

function allFailed(dates: readonly CalendarDate[], message: string): FailedDates {
  return new Map(dates.map((date) => [date, message]));
}
