import { dayRates, type DayRate, type DayRates } from "../day-rates.ts";
import { formatLimit, formatRateBeside } from "../../domain/format.ts";
import type { PeriodResult, ReportModel } from "../model.ts";
import { compareResults } from "../processor-state.ts";
import { escapeMermaid, joinMermaid, mermaid, type Mermaid } from "../text/mermaid-text.ts";
import type { Diagram } from "./mermaid-graph.ts";
import { cutText } from "../text/clean-text.ts";

const mostPoints = 62;

/** The rates by day that a chart shows: those of the worst processor that has failures and a limit. */
export function chartedRates(model: ReportModel): DayRates | undefined {
  const limited = model.results.filter(({ maximum, explained }) => maximum !== undefined && explained > 0);
  const [worst] = limited.toSorted(
    (left, right) => compareResults(left, right) || closeness(right) - closeness(left),
  );
  const rates = dayRates(model).find(({ processor }) => processor === worst?.processor);
  if (rates === undefined) return undefined;
  const days = rates.days.filter(({ limit }) => limit !== undefined);
  return days.length < 2 ? undefined : { processor: rates.processor, days };
}

/** Failure rate against its limit as a Mermaid chart: by day, or by groups of days when there are too many. */
export function mermaidRateChart(rates: DayRates): Diagram {
  const size = Math.ceil(rates.days.length / mostPoints);
  const points = size === 1 ? rates.days : groupDays(rates.days, size);
  const [first, last] = [points[0]?.date ?? "", points.at(-1)?.date ?? ""].map(escapeMermaid);
  const most = Math.max(...points.flatMap(({ rate, limit = 0 }) => [rate, limit]));
  const lines = [
    mermaid`xychart-beta`,
    mermaid`  title "${escapeMermaid(`${cutText(rates.processor, 24)} failure rate`)} and its limit, %"`,
    mermaid`  x-axis "${first ?? mermaid``} to ${last ?? mermaid``}, ${points.length} ${size === 1 ? mermaid`dates` : mermaid`groups of dates`}" 1 --> ${points.length}`,
    mermaid`  y-axis "failing, %" 0 --> ${Math.max(1, Math.ceil(most * 100))}`,
    mermaid`  line [${percents(points.map(({ rate }) => rate))}]`,
    mermaid`  line [${percents(points.map(({ limit = 0 }) => limit))}]`,
  ];
  const note = size === 1 ? "" : ` Each point stands for ${size} dates.`;
  return {
    text: joinMermaid(lines, "\n"),
    note: `The first line is the failure rate, the second the limit of its period.${note}`,
  };
}

/** One row per charted day, so that the chart only repeats a table. */
export function rateRows(rates: DayRates): readonly (readonly string[])[] {
  return rates.days.map(({ date, explained, expected, rate, limit }) => {
    return [date, `${explained} / ${expected}`, formatRateBeside(rate, limit), formatLimit(limit)];
  });
}

function groupDays(days: readonly DayRate[], size: number): readonly DayRate[] {
  const groups: DayRate[] = [];
  for (let start = 0; start < days.length; start += size) {
    const group = days.slice(start, start + size);
    const [first] = group;
    if (first === undefined) continue;
    const expected = group.reduce((sum, day) => sum + day.expected, 0);
    const explained = group.reduce((sum, day) => sum + day.explained, 0);
    groups.push({ ...first, expected, explained, rate: explained / expected });
  }
  return groups;
}

function closeness({ rate = 0, maximum = 0 }: PeriodResult): number {
  return rate - maximum;
}

function percents(rates: readonly number[]): Mermaid {
  return joinMermaid(
    rates.map((rate) => mermaid`${Number((rate * 100).toFixed(2))}`),
    ", ",
  );
}
