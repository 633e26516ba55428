import type { ReportModel } from "../model.ts";
import { escapeMarkdown } from "../text/markdown-text.ts";
import { verdictLine } from "../verdict.ts";
import { renderAccounting } from "./accounting.ts";
import { renderChanges } from "./changes.ts";
import { renderChecklist } from "./checklist.ts";
import { renderCommands } from "./commands.ts";
import { countListed } from "./date-details.ts";
import { detailLevels, isAtLeast, leftOutBy, type DetailLevel } from "./detail-level.ts";
import { renderDetails } from "./details.ts";
import { renderDiagrams } from "./diagrams.ts";
import { renderFooter } from "./footer.ts";
import { renderResults } from "./results-table.ts";
import { renderWarnings } from "./warnings.ts";

/** Where a document goes: into an issue, a comment or a pull request, or into a job's step summary. */
export type MarkdownTarget = "comment" | "summary";

const targets: Readonly<Record<MarkdownTarget, { readonly from: DetailLevel; readonly limit: number }>> = {
  comment: { from: "full", limit: 60_000 },
  summary: { from: "everything", limit: 1_000_000 },
};

/**
 * The report as GitHub-flavoured Markdown at the most detailed level that fits its target: 60,000 characters in a
 * comment, 1,000,000 bytes in a step summary. Every level is a whole document that says what it leaves out.
 */
export function renderMarkdown(model: ReportModel, target: MarkdownTarget = "comment"): string {
  const { from, limit } = targets[target];
  for (const level of detailLevels) {
    if (isAtLeast(from, level)) {
      const text = mayFit(model, level, limit) ? renderLevel(model, level) : undefined;
      if (text !== undefined && sizeOf(text, target) <= limit) return text;
    }
  }
  return renderLevel(model, "counts");
}

/** The report at one level, whatever its size; `counts` is bounded. */
export function renderLevel(model: ReportModel, level: DetailLevel): string {
  const sections = [
    verdictLine(model, escapeMarkdown),
    renderWarnings(model),
    renderResults(model),
    renderAccounting(model),
    renderCommands(model),
    renderChanges(model),
    renderChecklist(model),
    isAtLeast(level, "failing-periods") ? renderDiagrams(model) : "",
    renderDetails(model, level),
    renderLeftOut(level),
    renderFooter(model),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** Spares the rendering of what is certainly too long: no row of a table takes less than 24 characters. */
function mayFit(model: ReportModel, level: DetailLevel, limit: number): boolean {
  const periods = isAtLeast(level, "failing-dates") ? model.results.length : 0;
  return (countListed(model, level) + periods) * 24 <= limit;
}

function sizeOf(text: string, target: MarkdownTarget): number {
  return target === "comment" ? text.length : new TextEncoder().encode(text).length;
}

function renderLeftOut(level: DetailLevel): string {
  const what = leftOutBy(level);
  return what === "" ? "" : `_Left out here: ${what}. All of it is in \`report.html\` and \`report.json\`._`;
}
