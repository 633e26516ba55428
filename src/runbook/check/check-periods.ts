import type { Declaration } from "../declaration.ts";
import type { Problem } from "../problem.ts";

/** Periods run forwards and share no date; `none` is the name of the dates in no period. */
export function* checkPeriods({ periods, calendar }: Declaration): Iterable<Problem> {
  const rule = calendar?.value.rule;
  const { from, to } = rule ?? {};
  if (calendar !== undefined && from !== undefined && to !== undefined && from > to) {
    yield { place: calendar.at("rule", "to"), ...endsEarly("The calendar", { from, to }) };
  }
  for (const { value, at } of periods) {
    if (value.id === "none")
      yield { place: at("id"), message: 'The period "none" is built in', hint: "choose another name" };
    if (value.from > value.to) yield { place: at("to"), ...endsEarly(`The period "${value.id}"`, value) };
  }
  yield* checkOverlaps({ periods });
}

function endsEarly(subject: string, range: { from: string; to: string }): Omit<Problem, "place"> {
  return {
    message: `${subject} ends on ${range.to}, before it starts on ${range.from}`,
    hint: "exchange the dates, or correct one",
  };
}

function* checkOverlaps({ periods }: Pick<Declaration, "periods">): Iterable<Problem> {
  for (const [index, { value, at }] of periods.entries()) {
    const shared = periods
      .slice(0, index)
      .filter(({ value: earlier }) => value.from <= earlier.to && earlier.from <= value.to)
      .map(({ value: { id, from, to } }) => `"${id}" (${from} to ${to})`);
    if (shared.length === 0) continue;
    yield {
      place: at("from"),
      message: `The period "${value.id}" shares dates with ${shared.join(", ")}`,
      hint: "give every date to one period",
      rule: "overlapping-periods",
    };
  }
}
