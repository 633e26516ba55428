import { compareRate } from "../domain/rate.ts";
import type { PeriodResult, ReportModel } from "./model.ts";

/** The failure rate of one processor by day, with the limit of each day's period; only days whose every member has an outcome. */
export type DayRates = {
  readonly processor: string;
  readonly days: readonly DayRate[];
};

/** `limit` is the maximum, `band` the expected range; absent where no budget holds. */
export type DayRate = {
  readonly date: string;
  /** Its place among the dates of the report: where one is left out, nothing was judged. */
  readonly place: number;
  readonly period: string;
  readonly expected: number;
  readonly explained: number;
  readonly rate: number;
  readonly limit?: number | undefined;
  readonly band?: { readonly from: number; readonly to: number } | undefined;
};

/** The rates of every processor, in the model's order. */
export function dayRates(model: ReportModel): readonly DayRates[] {
  const periodOf = periodsByDate(model);
  const results = Map.groupBy(model.results, ({ processor }) => processor);
  return model.partitions.map(({ processor, expected, explained, present, untracked }) => {
    const byPeriod = new Map((results.get(processor) ?? []).map((result) => [result.period, result]));
    const days = model.dates.flatMap((date, place) => {
      const counts = { expected: expected[place] ?? 0, explained: explained[place] ?? 0 };
      const isJudged =
        counts.expected > 0 && (untracked[place] ?? 0) === 0 && counts.explained + (present[place] ?? 0) > 0;
      return isJudged ? [dayRate({ date, place, ...counts }, byPeriod.get(periodOf[place] ?? ""))] : [];
    });
    return { processor, days };
  });
}

/** Whether more fails on a day than the maximum of its period, which holds for the whole period. */
export function isOver({
  explained,
  expected,
  limit,
}: Pick<DayRate, "explained" | "expected" | "limit">): boolean {
  return limit !== undefined && compareRate({ part: explained, whole: expected }, limit) > 0;
}

/** The period of each date of the model. */
export function periodsByDate({ dates, periods }: ReportModel): readonly string[] {
  const named = periods
    .filter(({ id }) => id !== "none")
    .toSorted((left, right) => (left.from < right.from ? -1 : 1));
  let next = 0;
  return dates.map((date) => {
    while ((named[next]?.to ?? date) < date) next += 1;
    const period = named[next];
    return period !== undefined && period.from <= date ? period.id : "none";
  });
}

function dayRate(
  counts: Pick<DayRate, "date" | "place" | "expected" | "explained">,
  result: PeriodResult | undefined,
): DayRate {
  return {
    ...counts,
    period: result?.period ?? "none",
    rate: counts.explained / counts.expected,
    limit: result?.maximum,
    band: result?.expectedRate,
  };
}
