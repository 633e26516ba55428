import { formatCount } from "../../domain/format.ts";
import type { PartitionSeries, ReportModel } from "../model.ts";
import { isBad, statusOfLetter } from "../partition-status.ts";
import { isOver, periodsByDate } from "../day-rates.ts";
import { isAtLeast, type DetailLevel } from "./detail-level.ts";
import { foldSection, renderTable } from "./table.ts";
import { markup, type Markdown } from "../text/markdown-text.ts";

/** Dates with failures by category; below full detail only those on which something is wrong or the limit is passed. */
export function renderFailingDates(model: ReportModel, level: DetailLevel): Markdown {
  if (!isAtLeast(level, "failing-dates")) return markup``;
  const withCategories = isAtLeast(level, "full");
  const rows = partitionRows(model, (partition) => isFailing(partition, level));
  if (rows.length === 0) return markup``;
  const columns = [...dateColumns, ...(withCategories ? [{ head: "Categories", limit: 120 }] : [])];
  const cells = rows.map((row) => (withCategories ? [...cellsOf(row), row.categories] : cellsOf(row)));
  return foldSection("Failing dates", formatCount(rows.length), renderTable(columns, cells));
}

/** How many partitions a level lists, without rendering them. */
export function countListed(model: ReportModel, level: DetailLevel): number {
  if (level === "everything") return model.tally.partitions;
  if (!isAtLeast(level, "failing-dates")) return 0;
  let count = 0;
  for (const series of model.partitions) {
    const limits = limitsOf(model, series);
    for (const [index, letter] of Array.from(series.statuses).entries()) {
      const explained = series.explained[index] ?? 0;
      const isOverLimit = isOver({ explained, expected: series.expected[index] ?? 0, limit: limits[index] });
      if (isFailing({ explained, isOver: isOverLimit, isBad: isBad(statusOfLetter(letter)) }, level))
        count += 1;
    }
  }
  return count;
}

/** Every partition; only where a mebibyte is allowed. */
export function renderPartitions(model: ReportModel, level: DetailLevel): Markdown {
  if (level !== "everything") return markup``;
  const rows = partitionRows(model, () => true).map(cellsOf);
  return foldSection("Every partition", formatCount(rows.length), renderTable(dateColumns, rows));
}

function isFailing(
  { explained, isBad: bad, isOver: isOverLimit }: Pick<Partition, "explained" | "isBad" | "isOver">,
  level: DetailLevel,
): boolean {
  return bad || (isAtLeast(level, "full") ? explained > 0 : isOverLimit);
}

const dateColumns = [
  { head: "Processor", limit: 40 },
  { head: "Status" },
  { head: "Date" },
  ...["Expected", "Present", "Explained", "Waived", "Untracked"].map((head) => ({ head, isNumber: true })),
];

type Partition = {
  readonly processor: string;
  readonly status: string;
  readonly date: string;
  readonly counts: readonly number[];
  readonly explained: number;
  readonly categories: string;
  readonly isBad: boolean;
  readonly isOver: boolean;
};

function partitionRows(model: ReportModel, isShown: (partition: Partition) => boolean): readonly Partition[] {
  return model.partitions.flatMap((series) => {
    const categories = categoriesByDate(series);
    const limits = limitsOf(model, series);
    return model.dates
      .map((date, index) => partitionAt(series, { date, index, categories, limit: limits[index] }))
      .filter((partition) => partition.status !== "none" && isShown(partition));
  });
}

function partitionAt(
  series: PartitionSeries,
  at: {
    readonly date: string;
    readonly index: number;
    readonly categories: ReadonlyMap<number, string>;
    readonly limit: number | undefined;
  },
): Partition {
  const status = statusOfLetter(series.statuses[at.index]);
  const fields = ["expected", "present", "explained", "waived", "untracked"] as const;
  const counts = fields.map((field) => series[field][at.index] ?? 0);
  const [expected = 0, , explained = 0] = counts;
  return {
    processor: series.processor,
    status,
    date: at.date,
    counts,
    explained,
    categories: at.categories.get(at.index) ?? "",
    isBad: isBad(status),
    isOver: isOver({ explained, expected, limit: at.limit }),
  };
}

function cellsOf({ processor, status, date, counts }: Partition): readonly string[] {
  const [expected = "", ...others] = counts.map(formatCount);
  return [processor, status, date, status === "uncounted" ? "unknown" : expected, ...others];
}

function categoriesByDate({ categories }: PartitionSeries): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const [category, pairs] of Object.entries(categories)) {
    for (const [index, count] of pairs) {
      const before = texts.get(index);
      texts.set(index, `${before === undefined ? "" : `${before}, `}${category} ${formatCount(count)}`);
    }
  }
  return texts;
}

function limitsOf(model: ReportModel, { processor }: PartitionSeries): readonly (number | undefined)[] {
  const own = model.results.filter((result) => result.processor === processor);
  const limits = new Map(own.map(({ period, maximum }) => [period, maximum]));
  return periodsByDate(model).map((period) => limits.get(period));
}
