import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { countOf } from "../domain/format.ts";
import { readCalendarDays } from "../ledger/read-calendar-days.ts";
import { tupleText } from "../domain/tuple-text.ts";
import { Fault } from "../errors.ts";
import { changedCalendar } from "../plan/change/changed-calendar.ts";
import { formatCause, recomputeCauses } from "../plan/change/recompute-causes.ts";
import type { Plan } from "../plan/plan.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { vetRunbook } from "../run/vet-runbook.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { readRedPartitions, turnedGreen, type RedPartition } from "./red-partitions.ts";

/** A runbook as it was and as it would be, and what would run of it then. */
type Change = {
  readonly before: Runbook;
  readonly after: Runbook;
  readonly plan: Plan;
  /** The dates whose verdicts are compared; absent where nothing is built that could be judged. */
  readonly judged?: { readonly range: DateRange; readonly today: CalendarDate } | undefined;
};

/** What a change of a runbook has computed again, and which verdicts it flips on what is built: a line a cause. */
export async function describeChange(warehouse: Warehouse, change: Change): Promise<readonly string[]> {
  await vetRunbook(warehouse, change.before);
  const { after, plan, judged } = change;
  const before = await completeRunbook(warehouse, change.before);
  const causes = recomputeCauses({ before, after, plan, isBuilt: judged !== undefined }).map(formatCause);
  const removed = before.processors.filter(({ id }) => !after.processors.some((one) => one.id === id));
  const calendar = await calendarLines(warehouse, { before, after });
  const flips = judged === undefined ? [] : await flippedVerdicts(warehouse, { before, after }, judged);
  return [
    ...calendar,
    ...(causes.length === 0 ? ["No definition changed: nothing is computed again for it"] : causes),
    ...removed.map(({ id, table }) => `${id} is gone; ${table} stays as it is`),
    ...flips,
  ];
}

/** The dates that come to the calendar, leave it, or stand in it otherwise; it is asked where its declaration differs. */
async function calendarLines(
  warehouse: Warehouse,
  { before, after }: Pick<Change, "before" | "after">,
): Promise<readonly string[]> {
  const [was, is] = [before, after].map(({ calendar, periods }) => JSON.stringify([calendar, periods]));
  if (was === is) return [];
  return changedCalendar(await readCalendarDays(warehouse, before), await readCalendarDays(warehouse, after));
}

async function flippedVerdicts(
  warehouse: Warehouse,
  { before, after }: Pick<Change, "before" | "after">,
  judged: NonNullable<Change["judged"]>,
): Promise<readonly string[]> {
  const was = await readRedPartitions(warehouse, before, judged);
  const is = await redUnder(warehouse, { before, after }, judged);
  if (typeof is === "string") return [is];
  const lines = [...flipLines(turnedGreen(was, is), "green"), ...flipLines(turnedGreen(is, was), "red")];
  return lines.length === 0 ? ["No verdict flips on what is built"] : lines;
}

/**
 * What the changed policy objects to in what is built as it is: that a definition has changed since is told before, and is no
 * verdict. A text where the tables lack what the changed checks look at.
 */
async function redUnder(
  warehouse: Warehouse,
  { before, after }: Pick<Change, "before" | "after">,
  judged: NonNullable<Change["judged"]>,
): Promise<readonly RedPartition[] | string> {
  const built = new Map(before.processors.map(({ id, definition }) => [id, definition]));
  const processors = after.processors.map((one) => ({
    ...one,
    definition: built.get(one.id) ?? one.definition,
  }));
  try {
    return await readRedPartitions(warehouse, { ...after, processors }, judged);
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === "interrupted") throw cause;
    return `Which verdicts flip cannot be told before it has run: ${cause.message}`;
  }
}

function flipLines(partitions: readonly RedPartition[], colour: "green" | "red"): readonly string[] {
  const causes = Map.groupBy(partitions, ({ gate, table, period }) =>
    tupleText([gate ?? "", table, period ?? ""]),
  );
  return [...causes.values()].map((own) => {
    const [first] = own;
    const dates = [...new Set(own.map(({ date }) => date))].toSorted();
    const by = first?.gate === undefined ? `the budget of ${first?.period ?? ""}` : `gate ${first.gate}`;
    return `${countOf(dates.length, "date")} of ${first?.table ?? ""} turn${dates.length === 1 ? "s" : ""} ${colour} by ${by}: ${dates.length > 2 ? `${dates[0] ?? ""} to ${dates.at(-1) ?? ""}` : dates.join(", ")}`;
  });
}
