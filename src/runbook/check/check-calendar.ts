import type { Declaration } from "../declaration.ts";
import type { Problem } from "../problem.ts";

/** A rule fills the date and the season only, and `period` is the engine's column. */
export function* checkCalendar({ calendar }: Declaration): Iterable<Problem> {
  if (calendar === undefined) return;
  const { value, atKey } = calendar;
  for (const name of Object.keys(value.columns)) {
    const place = atKey("columns", name);
    if (name === "period") {
      yield { place, message: 'The column "period" belongs to the engine', hint: "remove it" };
    } else if (value.rule !== undefined && name !== value.date && name !== value.season) {
      yield {
        place,
        message: `A calendar by rule has no column "${name}"`,
        hint: `keep "${value.date}" and "${value.season}", or write the calendar as sql`,
      };
    }
  }
}
