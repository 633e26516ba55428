import { formatDeclaredRange } from "../../domain/format.ts";
import type { Expectation, ExpectedCount } from "./expectation.ts";
import type { PolicyFinding } from "../problem.ts";
import type { PolicyModel } from "./policy-model.ts";
import { countDays } from "./spans.ts";

type Counted = ExpectedCount & {
  readonly expectation: Expectation;
  /** Dates of the period, at most. */
  readonly dates: number;
  /** Members that the processor can have over all of them; undefined when nobody says. */
  readonly capacity: number | undefined;
};

/** Expected rows against what can be and against the rates beside them; and who is left out where others are counted. */
export function* lintCounts(model: PolicyModel): Iterable<PolicyFinding> {
  const counts = countsOf(model);
  for (const count of counts) yield* lintCapacity(count);
  for (const count of counts) yield* lintRate(count);
  yield* lintTrends(counts);
  const counted = new Set(counts.map(({ processor }) => processor));
  for (const { value, at } of model.declaration.processors) {
    if (counted.size === 0 || counted.has(value.id)) continue;
    yield {
      rule: "processor-without-expected-count",
      place: at("id"),
      message: `Nobody says how many rows ${value.id} should have`,
      hint: "add it to expected-rows of a budget",
    };
  }
}

function* lintCapacity({ processor, rows, place, dates, capacity }: Counted): Iterable<PolicyFinding> {
  if (capacity === undefined || rows <= capacity) return;
  yield {
    rule: "count-exceeds-capacity",
    place,
    message: `${rows} rows of ${processor} are expected on ${dates} dates, which hold ${capacity} members at most`,
    hint: "lower the count, or correct the capacity",
  };
}

/** Rows are the members without a failure: with the least rate expected, that many members must exist. */
function* lintRate({
  processor,
  rows,
  place,
  expectation,
  dates,
  capacity,
}: Counted): Iterable<PolicyFinding> {
  const { failure, period } = expectation;
  if (failure === undefined || capacity === undefined || rows > capacity) return;
  const needed = failure.from < 1 ? Math.ceil(rows / (1 - failure.from) - 1e-9) : Infinity;
  if (rows === 0 || needed <= capacity) return;
  yield {
    rule: "count-contradicts-rate",
    place,
    message: `${rows} rows of ${processor} in "${period.id}" with ${formatDeclaredRange(failure)} failing need ${needed} members, and ${dates} dates hold ${capacity}`,
    hint: "correct the count or the rate",
  };
}

/** Where more fail there cannot be more rows a date. */
function* lintTrends(counts: readonly Counted[]): Iterable<PolicyFinding> {
  for (const bad of counts) {
    for (const good of counts) {
      if (bad.processor !== good.processor || !isWorse(bad.expectation, good.expectation)) continue;
      const [rowsWhereBad, rowsWhereGood] = [bad.rows / bad.dates, good.rows / good.dates];
      if (rowsWhereBad <= rowsWhereGood) continue;
      yield {
        rule: "count-contradicts-rate",
        place: bad.place,
        message: `${bad.processor} has ${Math.round(rowsWhereBad)} rows a date in "${bad.expectation.period.id}", where ${shown(bad)} fail, and ${Math.round(rowsWhereGood)} in "${good.expectation.period.id}", where ${shown(good)} do`,
        hint: "correct a count or a rate",
      };
    }
  }
}

function isWorse({ failure: bad }: Expectation, { failure: good }: Expectation): boolean {
  return bad !== undefined && good !== undefined && bad.from > good.to;
}

function shown({ expectation }: Counted): string {
  return expectation.failure === undefined ? "some" : formatDeclaredRange(expectation.failure);
}

function countsOf({ declaration, expectations }: PolicyModel): readonly Counted[] {
  const isDaily = declaration.calendar?.value.rule?.every;
  const capacities = new Map(declaration.populations.map(({ name, value }) => [name, value.capacity]));
  const perDate = new Map(
    declaration.processors.map(({ value }) => [value.id, capacities.get(value.population ?? "")]),
  );
  return expectations.flatMap((expectation) => {
    const { period } = expectation;
    const days = countDays(period);
    const dates = period["expected-dates"] ?? (isDaily === "week" ? Math.ceil(days / 7) : days);
    return expectation.counts.map((count) => {
      const capacity = perDate.get(count.processor);
      return {
        ...count,
        expectation,
        dates,
        capacity: capacity === undefined ? undefined : capacity * dates,
      };
    });
  });
}
