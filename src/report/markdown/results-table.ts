import { formatExpected } from "../../domain/accounts.ts";
import { countOf, formatCount, formatLimit, formatRate, formatRateBeside } from "../../domain/format.ts";
import type { PeriodResult, ReportModel } from "../model.ts";
import { mergeResults, sumTainted, type MergedResult } from "../merge-results.ts";
import { wordOfResult } from "../processor-state.ts";
import { renderTable, type TableColumn } from "./table.ts";
import { escapeMarkdown, joinMarkdown, markup, type Markdown } from "../text/markdown-text.ts";

const mostRows = 12;

/** Columns of every table of results; the verdict is second, so that a narrow screen shows it. */
export const resultColumns: readonly TableColumn[] = [
  { head: "Processor", limit: 40 },
  { head: "Verdict", limit: 40 },
  { head: "Period", limit: 60 },
  { head: "Present / expected", isNumber: true },
  { head: "Failure rate", isNumber: true },
  { head: "Expected range", isNumber: true },
  { head: "Maximum", isNumber: true },
];

/** The table period × processor in at most twelve rows, the worst first, and a line that states what was merged. */
export function renderResults(model: ReportModel): Markdown {
  if (model.results.length === 0) return markup`No processor has a date in the range.`;
  const merged = mergeResults(model.results, mostRows);
  const table = renderTable(
    resultColumns,
    merged.map((result) => mergedRow(model, result)),
  );
  const together = merged.filter(({ results }) => results.length > 1);
  if (together.length === 0) return table;
  const count = together.reduce((sum, { results }) => sum + results.length, 0);
  const note = `${countOf(model.results.length, "result")}, the worst first; ${formatCount(count)} of them are merged by verdict into ${countOf(together.length, "row")}.`;
  return joinMarkdown([table, escapeMarkdown(note)], "\n\n");
}

/** One result as a row of cells. */
export function resultRow(model: ReportModel, result: PeriodResult): readonly string[] {
  return [
    result.processor,
    wordOfResult(result),
    periodText(model, result.period),
    `${formatCount(result.present)} / ${formatExpected(result)}${declaredText(result)}`,
    formatRateBeside(result.rate, result.maximum),
    rangeText(result),
    formatLimit(result.maximum),
  ];
}

/** The rows that the runbook expects of the period, beside the measured ones; empty where it says none. */
function declaredText({ expectedRows }: PeriodResult): string {
  return expectedRows === undefined ? "" : ` (declared ${formatCount(expectedRows)})`;
}

/** A period with its title. */
export function periodText({ periods }: ReportModel, id: string): string {
  const title = periods.find((period) => period.id === id)?.title;
  return title === undefined ? id : `${id} ${title}`;
}

function mergedRow(model: ReportModel, { results }: MergedResult): readonly string[] {
  const [first] = results;
  if (first === undefined) return [];
  if (results.length === 1) return resultRow(model, first);
  const periods = [...new Set(results.map(({ period }) => period))];
  const processors = new Set(results.map(({ processor }) => processor)).size;
  function sum(field: "present" | "expected"): string {
    return formatCount(results.reduce((total, result) => total + result[field], 0));
  }
  return [
    countOf(processors, "processor"),
    wordOfResult({ verdict: first.verdict, tainted: sumTainted({ results }) }),
    periods.length === 1 ? periodText(model, first.period) : countOf(periods.length, "period"),
    `${sum("present")} / ${sum("expected")}`,
    spanText(results),
    sameText(results.map(rangeText)),
    sameText(results.map(({ maximum }) => formatLimit(maximum))),
  ];
}

function rangeText({ expectedRate }: PeriodResult): string {
  return expectedRate === undefined
    ? "none"
    : `${formatLimit(expectedRate.from)} to ${formatLimit(expectedRate.to)}`;
}

function spanText(results: readonly PeriodResult[]): string {
  const rates = results.flatMap(({ rate }) => (rate === undefined ? [] : [rate]));
  if (rates.length === 0) return "none";
  const [least, most] = [formatRate(Math.min(...rates)), formatRate(Math.max(...rates))];
  return least === most ? least : `${least} to ${most}`;
}

function sameText(texts: readonly string[]): string {
  const [first = ""] = texts;
  return texts.every((text) => text === first) ? first : "several";
}
