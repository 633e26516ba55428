import { hullOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { Row, Statement } from "./warehouse.ts";

/**
 * The rows of an answer `perDate`, those from the first to the last of some dates asked for again. Dates out of the range
 * of the question have no part in it.
 */
export async function askAgain(
  rows: readonly Row[],
  dates: readonly CalendarDate[],
  how: { readonly statement: Statement; readonly ask: (statement: Statement) => Promise<readonly Row[]> },
): Promise<readonly Row[]> {
  const { statement, ask } = how;
  const { from: start, to: end } = rangeAsked(statement);
  const asked = hullOf(dates.filter((date) => date >= start && date <= end));
  if (asked === undefined) return rows;
  const { from, to } = asked;
  const parameters = {
    ...statement.parameters,
    start_date: { type: "date", value: from },
    end_date: { type: "date", value: to },
  } as const;
  const renewed = await ask({ ...statement, parameters });
  const others = rows.filter((row) => dateIn(row) < from || dateIn(row) > to);
  return [...others, ...renewed].toSorted(
    (left, right) => Number(dateIn(left) > dateIn(right)) - Number(dateIn(left) < dateIn(right)),
  );
}

/** From where to where a question `perDate` looks. */
export function rangeAsked({
  parameters = {},
  purpose,
}: Statement): Readonly<Record<keyof DateRange, string>> {
  const [from, to] = [parameters["start_date"]?.value, parameters["end_date"]?.value];
  if (typeof from !== "string" || typeof to !== "string") throw new Error(`No range to ${purpose} by date`);
  return { from, to };
}

function dateIn(row: Row): string {
  return String(row["analysis_date"]);
}
