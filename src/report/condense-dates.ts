import { tupleText } from "../domain/tuple-text.ts";
import { periodsByDate } from "./day-rates.ts";
import type { FailureExample, PartitionSeries, ReportModel } from "./model.ts";
import { compareStatuses, letterOf, statusOfLetter } from "./partition-status.ts";

/** A report whose dates stand for groups of dates of one period, each named by its first; `size` is that of the groups. */
export type CondensedReport = { readonly view: ReportModel; readonly size: number };

const mostEntities = 20;

/**
 * The report for pictures and tables that can show only so many partitions: the same where it has no more, else with
 * neighbouring dates taken together, their worst status and the sums of their counts.
 */
export function condenseDates(model: ReportModel, mostPartitions: number): CondensedReport {
  const most = Math.max(1, Math.floor(mostPartitions / Math.max(1, model.partitions.length)));
  if (model.dates.length <= most) return { view: model, size: 1 };
  const size = Math.ceil(model.dates.length / most);
  const groups = groupsOf(periodsByDate(model), size);
  const firsts = new Map(
    groups.flatMap(({ from, to }) =>
      model.dates.slice(from, to).map((date) => [date, model.dates[from] ?? date] as const),
    ),
  );
  function moved<Named extends { readonly date: string }>(named: Named): Named {
    return { ...named, date: firsts.get(named.date) ?? named.date };
  }
  const view = {
    ...model,
    dates: groups.map(({ from }) => model.dates[from] ?? ""),
    partitions: model.partitions.map((series) => condenseSeries(series, groups)),
    tainted: model.tainted.map(moved),
    findings: model.findings.map((finding) => ({
      ...finding,
      dates: [...new Set(finding.dates.map((date) => firsts.get(date) ?? date))],
    })),
    examples: uniteExamples(model.examples.map(moved)),
  };
  return { view, size };
}

type Group = { readonly from: number; readonly to: number };

function groupsOf(periods: readonly string[], size: number): readonly Group[] {
  const groups: { from: number; to: number }[] = [];
  for (const [index, period] of periods.entries()) {
    const last = groups.at(-1);
    if (last !== undefined && index - last.from < size && periods[last.from] === period) last.to = index + 1;
    else groups.push({ from: index, to: index + 1 });
  }
  return groups;
}

function condenseSeries(series: PartitionSeries, groups: readonly Group[]): PartitionSeries {
  function sums(field: "expected" | "present" | "explained" | "waived" | "untracked"): readonly number[] {
    return groups.map(({ from, to }) => {
      let sum = 0;
      for (let index = from; index < to; index += 1) sum += series[field][index] ?? 0;
      return sum;
    });
  }
  const groupAt = groups.flatMap(({ from, to }, place) => Array.from({ length: to - from }, () => place));
  const categories = Object.entries(series.categories).map(([category, pairs]) => {
    const counts = new Map<number, number>();
    for (const [index, count] of pairs) {
      const place = groupAt[index] ?? 0;
      counts.set(place, (counts.get(place) ?? 0) + count);
    }
    return [category, [...counts]] as const;
  });
  return {
    processor: series.processor,
    statuses: groups.map(({ from, to }) => worstLetter(series.statuses.slice(from, to))).join(""),
    expected: sums("expected"),
    present: sums("present"),
    explained: sums("explained"),
    waived: sums("waived"),
    untracked: sums("untracked"),
    ...(series.isUncounted === true ? { isUncounted: true } : {}),
    categories: Object.fromEntries(categories),
  };
}

function worstLetter(letters: string): string {
  const [worst = "skipped"] = [...new Set(letters)].map(statusOfLetter).toSorted(compareStatuses);
  return letterOf(worst);
}

function uniteExamples(examples: readonly FailureExample[]): readonly FailureExample[] {
  const groups = Map.groupBy(examples, ({ processor, date, category }) =>
    tupleText([processor, date, category]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const count = group.reduce((sum, example) => sum + example.count, 0);
    return [{ ...first, count, entities: group.flatMap(({ entities }) => entities).slice(0, mostEntities) }];
  });
}
