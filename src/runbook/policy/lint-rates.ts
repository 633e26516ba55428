import { formatDeclared, formatDeclaredRange } from "../../domain/format.ts";
import type { BudgetText } from "../schema/policy-schema.ts";
import type { Expectation } from "./expectation.ts";
import type { PolicyFinding } from "../problem.ts";
import type { Limit, PolicyModel } from "./policy-model.ts";
import { formatSpan, sharedDates } from "./spans.ts";

/** Expected rates against limits, against each other, and against nothing. */
export function* lintRates(model: PolicyModel): Iterable<PolicyFinding> {
  yield* lintAboveLimit(model);
  yield* lintPairs(model);
  yield* lintLimitPairs(model);
  yield* lintDenominators(model);
}

function* lintAboveLimit({ expectations, limits }: PolicyModel): Iterable<PolicyFinding> {
  for (const { source, ratePlace, period, processors, failure } of expectations) {
    for (const limit of limits) {
      const { maximum } = limit.entry.value;
      const dates = sharedDates(period, limit.dates);
      if (failure === undefined || maximum === undefined || failure.to <= maximum) continue;
      if (dates === undefined || !overlap(processors, limit.processors)) continue;
      yield {
        rule: "expectation-above-limit",
        place: ratePlace,
        message: `${source} expects ${formatDeclaredRange(failure)} failures on ${formatSpan(dates)}, where ${formatDeclared(maximum)} is the limit`,
        hint: "lower the expectation, or raise the limit",
      };
    }
  }
}

function* lintPairs({ expectations }: PolicyModel): Iterable<PolicyFinding> {
  for (const [index, later] of expectations.entries()) {
    for (const earlier of expectations.slice(0, index)) {
      const dates = sharedDates(earlier.period, later.period);
      if (dates === undefined || !overlap(earlier.processors, later.processors)) continue;
      if (earlier.failure === undefined || later.failure === undefined) continue;
      const [before, after] = [formatDeclaredRange(earlier.failure), formatDeclaredRange(later.failure)];
      if (before === after) continue;
      yield {
        rule: "two-expectations-one-date",
        place: later.ratePlace,
        message: `${later.source} expects ${after} failures on ${formatSpan(dates)}, ${earlier.source} ${before}${areDisjoint(earlier, later) ? ": no rate is both" : ""}`,
        hint: `keep one of them; the other is at ${earlier.ratePlace.file}:${earlier.ratePlace.line}`,
      };
    }
  }
}

/** Only one of two budgets for a processor and period is judged by; the other is never looked at. */
function* lintLimitPairs({ limits }: PolicyModel): Iterable<PolicyFinding> {
  for (const [index, later] of limits.entries()) {
    for (const earlier of limits.slice(0, index)) {
      const [own, other] = [later.entry.value, earlier.entry.value];
      const named = (own.processors ?? []).filter((id) => other.processors?.includes(id));
      const isSame = own.processors === undefined && other.processors === undefined;
      if (own.period !== other.period || (named.length === 0 && !isSame)) continue;
      yield {
        rule: "two-expectations-one-date",
        place: later.entry.at("period"),
        message: `Two budgets hold for ${isSame ? "all processors" : named.join(", ")} in "${own.period}"`,
        hint: `keep one; the other is at ${earlier.entry.at().file}:${earlier.entry.at().line}`,
      };
    }
  }
}

function* lintDenominators({ declaration, expectations, limits }: PolicyModel): Iterable<PolicyFinding> {
  const uncounted = declaration.processors
    .filter(({ value }) => value.population === undefined)
    .map(({ value }) => value.id);
  const rated = [
    ...limits.filter(({ entry }) => limitsRate(entry.value)),
    ...expectations.filter(({ failure }) => failure !== undefined),
  ];
  for (const { value, at } of declaration.processors) {
    if (!uncounted.includes(value.id) || !rated.some(({ processors }) => processors.includes(value.id)))
      continue;
    yield {
      rule: "rate-without-denominator",
      place: at(),
      message: `"population" is missing: no rate of ${value.id} is a share of anything`,
      hint: 'add "population"',
    };
  }
  for (const { value, at } of declaration.expectations) {
    const rows = expectations.filter(({ source, failure }) => source === `"${value.name}"` && failure);
    const open = uncounted.filter((id) => rows.some(({ processors }) => processors.includes(id)));
    if (value.of !== undefined || open.length === 0) continue;
    yield {
      rule: "rate-without-denominator",
      place: at("name"),
      message: `"${value.name}" states rates of ${open.join(", ")} and not what they are shares of`,
      hint: "name the population under `of`, or give the processors theirs",
    };
  }
}

function limitsRate({ maximum, expected, "date-maximum": dateMaximum }: BudgetText): boolean {
  return maximum !== undefined || expected !== undefined || dateMaximum !== undefined;
}

function areDisjoint({ failure: left }: Expectation, { failure: right }: Expectation): boolean {
  return left !== undefined && right !== undefined && (left.to < right.from || right.to < left.from);
}

function overlap(left: Limit["processors"], right: Limit["processors"]): boolean {
  return left.some((id) => right.includes(id));
}
