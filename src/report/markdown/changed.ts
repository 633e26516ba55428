import { countOf, orderOf } from "../../domain/format.ts";
import { changedTable } from "../changed-table.ts";
import type { ReportModel } from "../model.ts";
import { escapeMarkdown, joinMarkdown, type Markdown, markup } from "../text/markdown-text.ts";
import { renderTable } from "./table.ts";

const mostRows = 15;

/** What the run changed of rows that stood; nothing where it changed none. */
export function renderChanged({ changed = [], dates }: ReportModel): Markdown {
  if (changed.length === 0) return markup``;
  const { columns, rows } = changedTable(changed, orderOf(dates));
  const more = rows.length - mostRows;
  const rest = more > 0 ? escapeMarkdown(`and ${countOf(more, "more line")}`) : markup``;
  const table = renderTable(columns, rows.slice(0, mostRows));
  return joinMarkdown([markup`### What the run changed`, table, rest], "\n\n");
}
