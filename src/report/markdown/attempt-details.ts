import { dollarsOf } from "../../domain/query-price.ts";
import { countOf, formatBytes, formatCount, formatDollars, formatDuration } from "../../domain/format.ts";
import type { ReportAttempt, ReportCost, ReportModel } from "../model.ts";
import { escapeMarkdown, type Markdown, markdownLink, markup } from "../text/markdown-text.ts";
import { isAtLeast, type DetailLevel } from "./detail-level.ts";
import { foldSection, renderTable } from "./table.ts";

const mostRows = 200;

/** Partitions that were attempted more than once. */
export function renderRetries({ retries }: ReportModel, level: DetailLevel): Markdown {
  if (!isAtLeast(level, "full") || retries.length === 0) return markup``;
  const rows = retries.slice(0, mostRows).map(({ processor, date, attempts, lastStatus, lastError }) => {
    return [processor, date, formatCount(attempts), lastStatus, lastError];
  });
  const columns = [
    { head: "Processor", limit: 40 },
    { head: "Date" },
    { head: "Attempts", isNumber: true },
    { head: "Newest" },
    { head: "Last error", limit: 160 },
  ];
  return foldSection(
    "Retries",
    formatCount(retries.length),
    markup`${renderTable(columns, rows)}${moreNote(retries.length)}`,
  );
}

/** Durations, rows and failures of every attempt, the newest last, and what it was billed where anything is. */
export function renderAttempts({ attempts, cost }: ReportModel, level: DetailLevel): Markdown {
  if (!isAtLeast(level, "full") || attempts.length === 0) return markup``;
  const shown = attempts.slice(-mostRows);
  const columns = [
    { head: "Processor", limit: 40 },
    { head: "Outcome", limit: 80 },
    { head: "Dates", limit: 40 },
    { head: "Started" },
    ...["Duration", "Rows", "Failures", ...(cost === undefined ? [] : costHeads)].map((head) => ({
      head,
      isNumber: true,
    })),
  ];
  function sum(field: "rows" | "failures"): string {
    return formatCount(attempts.reduce((total, attempt) => total + attempt[field], 0));
  }
  const billed =
    cost === undefined
      ? markup``
      : markup`; ${markdownLink("price", cost.source)} of bytes billed, on demand`;
  const counts = `${countOf(attempts.length, "attempt")}, ${sum("rows")} rows, ${sum("failures")} failures`;
  const rows = shown.map((attempt) => [
    ...attemptRow(attempt),
    ...(cost === undefined ? [] : costCells(attempt, cost)),
  ]);
  const body = markup`${escapeMarkdown(counts)}${billed}\n\n${renderTable(columns, rows)}${moreNote(attempts.length)}`;
  const title = cost === undefined ? "Attempts and durations" : "Attempts, durations and cost";
  return foldSection(title, formatCount(attempts.length), body);
}

/** What became of the dates of an attempt: `30 committed, 1 failed`. */
export function outcomeText({ committed, failed, blocked }: ReportAttempt): string {
  const parts = Object.entries({ committed, failed, blocked }).filter(([, count]) => count > 0);
  return parts.map(([name, count]) => `${formatCount(count)} ${name}`).join(", ");
}

/** Heads of the cells of `costCells`. */
export const costHeads: readonly string[] = ["Billed", "Price"];

/** What an attempt was billed, and what that costs. */
export function costCells({ bytes }: ReportAttempt, price: ReportCost): readonly string[] {
  return [formatBytes(bytes), bytes === undefined ? "none" : formatDollars(dollarsOf(bytes, price))];
}

/** How long an attempt took, in milliseconds. */
export function durationOf({ startedAt, finishedAt }: ReportAttempt): number {
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));
}

function attemptRow(attempt: ReportAttempt): readonly string[] {
  const { processor, from, to, startedAt, rows, failures } = attempt;
  return [
    processor,
    outcomeText(attempt),
    from === to ? from : `${from} to ${to}`,
    `${startedAt.slice(0, 19).replace("T", " ")} UTC`,
    formatDuration(durationOf(attempt)),
    formatCount(rows),
    formatCount(failures),
  ];
}

function moreNote(count: number): Markdown {
  const rest = escapeMarkdown(formatCount(count - mostRows));
  return count > mostRows ? markup`\n\n${rest} more are in \`report.html\`.` : markup``;
}
