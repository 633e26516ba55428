import { formatCount, formatRate } from "../../domain/format.ts";
import { formatExpected, type Accounts } from "../../domain/accounts.ts";
import type { ReportModel, PartitionSeries } from "../model.ts";
import { compareResults, processorStates, toneOfResult } from "../processor-state.ts";
import { renderAttempts, renderRetries } from "./attempt-details.ts";
import { renderFailingDates, renderPartitions } from "./date-details.ts";
import { renderEntities } from "./entity-details.ts";
import { isAtLeast, type DetailLevel } from "./detail-level.ts";
import { renderDecisions, renderFindings, renderTainted, renderWaivers } from "./judgement-details.ts";
import { chartedRates, rateRows } from "./rate-chart.ts";
import { resultColumns, resultRow } from "./results-table.ts";
import { foldSection, renderTable } from "./table.ts";
import { joinMarkdown, markup, type Markdown } from "../text/markdown-text.ts";

const mostRows = 400;

/** The folded sections of a level. */
export function renderDetails(model: ReportModel, level: DetailLevel): Markdown {
  if (level === "counts") return markup``;
  const sections = [
    renderPeriods(model, level),
    renderProcessors(model),
    renderFindings(model),
    renderFailingDates(model, level),
    renderEntities(model, level),
    renderRates(model, level),
    renderTainted(model, level),
    renderWaivers(model),
    renderDecisions(model, level),
    renderRetries(model, level),
    renderAttempts(model, level),
    renderCategories(model, level),
    renderPartitions(model, level),
  ];
  return joinMarkdown(sections, "\n\n");
}

/** Every period × processor; at the level of failing periods only those that are not as expected. */
function renderPeriods(model: ReportModel, level: DetailLevel): Markdown {
  const all = isAtLeast(level, "failing-dates");
  const ranked = model.results.toSorted(compareResults);
  const shown = ranked
    .filter((result) => all || toneOfResult(result) === "bad")
    .slice(0, all ? undefined : mostRows);
  if (shown.length === 0) return markup``;
  const columns = [...resultColumns, { head: "Note", limit: 240 }];
  const rows = shown.map((result) => [...resultRow(model, result), result.note]);
  const title = all ? "Every period and processor" : "Periods that are not as expected";
  return foldSection(
    title,
    `${formatCount(shown.length)} of ${formatCount(model.results.length)}`,
    renderTable(columns, rows),
  );
}

/** State and accounting of every processor: what the graph shows, in words. */
function renderProcessors(model: ReportModel): Markdown {
  const states = processorStates(model);
  const columns = [
    { head: "Processor", limit: 40 },
    { head: "State" },
    { head: "Reads", limit: 120 },
    ...["Expected", "Present", "Explained", "Waived", "Untracked"].map((head) => ({ head, isNumber: true })),
  ];
  const shown = model.processors.slice(0, mostRows);
  const rows = shown.map(({ id, reads }) => {
    const series = model.partitions.find(({ processor }) => processor === id);
    return [id, states.get(id)?.word ?? "unknown", reads.join(", "), ...accountCells(sumSeries(series))];
  });
  return foldSection(
    "Accounting by processor",
    `${formatCount(rows.length)} of ${formatCount(model.processors.length)}`,
    renderTable(columns, rows),
  );
}

function accountCells(accounts: Accounts): readonly string[] {
  const { present, explained, waived, untracked } = accounts;
  return [formatExpected(accounts), ...[present, explained, waived, untracked].map(formatCount)];
}

function renderRates(model: ReportModel, level: DetailLevel): Markdown {
  const rates = isAtLeast(level, "failing-dates") ? chartedRates(model) : undefined;
  if (rates === undefined) return markup``;
  const columns = [
    { head: "Date" },
    ...["Failing / expected", "Failure rate", "Limit"].map((head) => ({ head, isNumber: true })),
  ];
  return foldSection(
    "Failure rate by day",
    `${formatCount(rates.days.length)} dates`,
    renderTable(columns, rateRows(rates)),
  );
}

/** What the categories mean, how often each occurs, and what it asks for. */
function renderCategories(model: ReportModel, level: DetailLevel): Markdown {
  if (!isAtLeast(level, "full")) return markup``;
  const counts = new Map<string, number>();
  for (const { categories } of model.results) {
    for (const [id, count] of Object.entries(categories)) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  const rows = model.categories.map(({ id, meaning, retryable, action }) => {
    const count = counts.get(id) ?? 0;
    const share = model.tally.expected === 0 ? undefined : count / model.tally.expected;
    return [id, formatCount(count), formatRate(share), retryable ? "yes" : "no", meaning, action];
  });
  const columns = [
    { head: "Category", limit: 60 },
    { head: "Rows", isNumber: true },
    { head: "Of expected", isNumber: true },
    { head: "Retryable" },
    { head: "Meaning", limit: 160 },
    { head: "Action", limit: 160 },
  ];
  return foldSection(
    "Failure categories",
    formatCount(rows.length),
    rows.length === 0 ? markup`` : renderTable(columns, rows),
  );
}

/** The accounts of one processor over all its dates; nothing of nothing. */
export function sumSeries(series: PartitionSeries | undefined): Accounts {
  const sums = {
    expected: sumOf(series?.expected),
    present: sumOf(series?.present),
    explained: sumOf(series?.explained),
    waived: sumOf(series?.waived),
    untracked: sumOf(series?.untracked),
  };
  return series?.isUncounted === true ? { ...sums, uncounted: sums.present + sums.explained } : sums;
}

function sumOf(counts: readonly number[] = []): number {
  return counts.reduce((total, count) => total + count, 0);
}
