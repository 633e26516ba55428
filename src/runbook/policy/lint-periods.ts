import { addDays } from "../../domain/calendar-date.ts";
import type { PolicyFinding } from "../problem.ts";
import type { PolicyModel } from "./policy-model.ts";
import { countDays, formatSpan } from "./spans.ts";

/** Names of periods, holes between them, and how many dates they hold. */
export function* lintPeriods(model: PolicyModel): Iterable<PolicyFinding> {
  yield* lintNames(model);
  yield* lintHoles(model);
  yield* lintDates(model);
}

/** A name, be it id, title or alias, that stands for two stretches of dates. */
function* lintNames({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const first = new Map<string, { readonly from: string; readonly to: string; readonly id: string }>();
  for (const { value, at } of declaration.periods) {
    const names = new Set([value.title, ...value.aliases].map((name) => name.toLowerCase()));
    for (const name of names) {
      const before = first.get(name);
      if (before === undefined) first.set(name, value);
      if (before === undefined || (before.from === value.from && before.to === value.to)) continue;
      yield {
        rule: "period-defined-twice",
        place: at(),
        message: `"${name}" is ${formatSpan(value)} here and ${before.from} to ${before.to} in "${before.id}"`,
        hint: "let one name stand for one stretch of dates",
      };
    }
  }
}

function* lintHoles({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const sorted = declaration.periods.toSorted((left, right) => (left.value.from < right.value.from ? -1 : 1));
  let end = sorted[0]?.value.to;
  for (const { value, at } of sorted) {
    if (end === undefined) return;
    if (value.from > addDays(end, 1)) {
      const hole = { from: addDays(end, 1), to: addDays(value.from, -1) };
      yield {
        rule: "missing-period",
        place: at("from"),
        message: `Before "${value.id}" lies ${formatSpan(hole)} in no period: nothing is expected of it`,
        hint: "give the dates to a period",
      };
    }
    if (value.to > end) end = value.to;
  }
}

function* lintDates({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  for (const { value, at } of declaration.periods) {
    const dates = value["expected-dates"];
    if (dates === undefined || dates <= countDays(value)) continue;
    yield {
      rule: "count-exceeds-capacity",
      place: at("expected-dates"),
      message: `"${value.id}" expects ${dates} dates in ${countDays(value)} days`,
      hint: "correct the number or the dates",
    };
  }
}
