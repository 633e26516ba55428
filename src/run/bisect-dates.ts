import type { CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";

/** Dates on which an attempt failed, each with what it said. */
export type FailedDates = ReadonlyMap<CalendarDate, string>;

/** Does something for some dates, all or nothing. */
type Attempt = (dates: readonly CalendarDate[]) => Promise<void>;

/**
 * Attempts dates together, and after a fault those that it may lie in on their own, so that the others go on. A command
 * that fails for all dates, for the first and for the last with one error is broken, and is not started for the others;
 * a missing program fails at once. Faults that lie in no date (interruption, disk) pass through.
 */
export async function bisectDates(dates: readonly CalendarDate[], attempt: Attempt): Promise<FailedDates> {
  const fault = await faultOf(dates, attempt);
  if (fault === undefined) return new Map();
  if (dates.length === 1 || fault.code === "command-missing") return allFailed(dates, fault.message);
  if (fault.code === "statement-failed") return bisectHalves(dates, attempt);
  const ends = [dates.slice(0, 1), dates.slice(-1)];
  const failed = new Map<CalendarDate, string>();
  for (const end of ends)
    for (const [date, message] of await bisectAlways(end, attempt)) failed.set(date, message);
  const isOne = [...failed.values()].every((message) => essenceOf(message) === essenceOf(fault.message));
  if (failed.size === ends.length && isOne) return allFailed(dates, fault.message);
  return new Map([...failed, ...(await bisectAlways(dates.slice(1, -1), attempt))]);
}

async function bisectAlways(dates: readonly CalendarDate[], attempt: Attempt): Promise<FailedDates> {
  const fault = await faultOf(dates, attempt);
  if (fault === undefined) return new Map();
  return dates.length === 1 ? allFailed(dates, fault.message) : bisectHalves(dates, attempt);
}

async function bisectHalves(dates: readonly CalendarDate[], attempt: Attempt): Promise<FailedDates> {
  const middle = Math.ceil(dates.length / 2);
  const earlier = await bisectAlways(dates.slice(0, middle), attempt);
  return new Map([...earlier, ...(await bisectAlways(dates.slice(middle), attempt))]);
}

async function faultOf(dates: readonly CalendarDate[], attempt: Attempt): Promise<Fault | undefined> {
  if (dates.length === 0) return undefined;
  try {
    await attempt(dates);
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

/** A message without what differs from start to start: times of day and addresses in memory. */
function essenceOf(message: string): string {
  return message.replaceAll(/\d{2}:\d{2}:\d{2}(?:[.,]\d+)?|\b0x[\da-f]+\b/gi, "");
}

function allFailed(dates: readonly CalendarDate[], message: string): FailedDates {
  return new Map(dates.map((date) => [date, message]));
}
