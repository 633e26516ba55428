import { formatCount, formatSome } from "../../domain/format.ts";
import type { FailureExample, ReportModel } from "../model.ts";
import { isBad, statusOfLetter } from "../partition-status.ts";
import { isAtLeast, type DetailLevel } from "./detail-level.ts";
import { foldSection, renderTable } from "./table.ts";
import { markup, type Markdown } from "../text/markdown-text.ts";

const mostRows = 200;
const mostEntities = 5;

/**
 * The first entities behind every failing or untracked partition, by name; those on which something is wrong come first.
 * Below full detail only those.
 */
export function renderEntities(model: ReportModel, level: DetailLevel): Markdown {
  if (!isAtLeast(level, "failing-dates")) return markup``;
  const bad = badPartitions(model);
  const wrong = model.examples.filter((example) => bad(example));
  const others = isAtLeast(level, "full") ? model.examples.filter((example) => !bad(example)) : [];
  const shown = [...wrong, ...others].slice(0, mostRows);
  if (shown.length === 0) return markup``;
  const rows = shown.map(({ processor, date, category, count, entities }) => [
    processor,
    date,
    category,
    formatCount(count),
    formatSome(
      entities.map(({ entity }) => entity),
      { limit: mostEntities, of: count },
    ),
  ]);
  const count = `${formatCount(shown.length)} of ${formatCount(model.examples.length)}`;
  return foldSection("Entities by name", count, renderTable(columns, rows));
}

const columns = [
  { head: "Processor", limit: 40 },
  { head: "Date" },
  { head: "Category", limit: 60 },
  { head: "Entities", isNumber: true },
  { head: "First", limit: 200 },
];

function badPartitions(model: ReportModel): (example: FailureExample) => boolean {
  const indexes = new Map(model.dates.map((date, index) => [date, index]));
  const letters = new Map(model.partitions.map(({ processor, statuses }) => [processor, statuses]));
  return ({ processor, date }) => {
    const letter = letters.get(processor)?.[indexes.get(date) ?? -1];
    return letter !== undefined && isBad(statusOfLetter(letter));
  };
}
