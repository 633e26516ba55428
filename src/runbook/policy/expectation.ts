import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Place } from "../runbook.ts";
import type { PeriodText } from "../schema/calendar-schema.ts";
import { failureRange, type RateRange } from "./rates.ts";

/** Rows that a processor should have in a period. */
export type ExpectedCount = { readonly processor: string; readonly rows: number; readonly place: Place };

/** What somebody expects of a period, in a budget or in a table of the plan. */
export type Expectation = {
  /** Who says so: the table's title, or the budget. */
  readonly source: string;
  readonly place: Place;
  /** Of the rate, or of the whole where there is none. */
  readonly ratePlace: Place;
  readonly period: PeriodText;
  readonly processors: readonly string[];
  readonly failure: RateRange | undefined;
  readonly counts: readonly ExpectedCount[];
};

type ExpectationContext = {
  readonly declaration: Declaration;
  readonly processors: readonly string[];
  readonly periods: ReadonlyMap<string, Entry<PeriodText>>;
};

/** What budgets expect, then the plan's tables, each in the order of the files. Unknown periods are left out. */
export function readExpectations(context: ExpectationContext): readonly Expectation[] {
  return [...ofBudgets(context), ...ofTables(context)];
}

function ofBudgets({ declaration, processors, periods }: ExpectationContext): readonly Expectation[] {
  return declaration.budgets.flatMap(({ value, at, atKey }) => {
    const period = periods.get(value.period)?.value;
    if (period === undefined) return [];
    const counts = Object.entries(value["expected-rows"]).map(([processor, rows]) => ({
      processor,
      rows,
      place: atKey("expected-rows", processor),
    }));
    return [
      {
        source: `the budget of ${value.period}`,
        place: at(),
        ratePlace: at("expected"),
        period,
        processors: value.processors ?? processors,
        failure: value.expected,
        counts,
      },
    ];
  });
}

function ofTables({ declaration, processors, periods }: ExpectationContext): readonly Expectation[] {
  return declaration.expectations.flatMap(({ value, at, atKey }) =>
    value.rows.flatMap((row, index) => {
      const period = periods.get(row.period)?.value;
      if (period === undefined) return [];
      const counts = Object.entries(row.counts).map(([processor, rows]) => ({
        processor,
        rows,
        place: atKey("rows", index, "counts", processor),
      }));
      return [
        {
          source: `"${value.name}"`,
          place: at("rows", index),
          ratePlace: at("rows", index, row.success === undefined ? "failure" : "success"),
          period,
          processors: row.processors ?? processors,
          failure: failureRange(row),
          counts,
        },
      ];
    }),
  );
}
