import { formatCount } from "../../domain/format.ts";
import type { ReportModel } from "../model.ts";
import { escapeMarkdown } from "../text/markdown-text.ts";

const mostWarnings = 10;

/** What outranks the results, as an alert; empty when there is none. */
export function renderWarnings({ warnings }: ReportModel): string {
  if (warnings.length === 0) return "";
  const shown = warnings.slice(0, mostWarnings).map(({ text }) => `> - ${escapeMarkdown(text, 300)}`);
  const rest = warnings.length - shown.length;
  const more = rest > 0 ? [`> - and ${formatCount(rest)} more in \`report.html\``] : [];
  return ["> [!WARNING]", ...shown, ...more].join("\n");
}
