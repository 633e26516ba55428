import { renderTable, type TableColumn } from "../report/markdown/table.ts";
import { markup, type Markdown } from "../report/text/markdown-text.ts";
import type { Decision } from "../triage/decision.ts";

const mostRows = 50;

const columns: readonly TableColumn[] = [
  { head: "processor" },
  { head: "date" },
  { head: "decision" },
  { head: "because", limit: 400 },
  { head: "next", isCode: true, limit: 2000 },
];

/** Decisions that ask for something, as Markdown for the page of a run; entities and reasons of tables stay text. */
export function renderOpenDecisions(open: readonly Decision[]): Markdown {
  if (open.length === 0) return markup`## What comes next\n\nNothing is to be done.`;
  const rows = open
    .slice(0, mostRows)
    .map(({ processor, date, decision, path, command }) => [
      processor,
      date,
      decision,
      path.join(" → "),
      command,
    ]);
  const table = renderTable(columns, rows);
  const more = open.length > mostRows ? markup`\n\n${open.length - mostRows} more in the report.` : markup``;
  return markup`## What comes next\n\n${table}${more}`;
}
