import { markdownTable } from "markdown-table";
import {
  escapeCell,
  escapeCode,
  escapeMarkdown,
  type Markdown,
  markup,
  renderedMarkdown,
} from "../text/markdown-text.ts";

/** A column: its head, whether it holds numbers (aligned right) or commands, and the longest text shown. */
export type TableColumn = {
  readonly head: string;
  readonly isNumber?: boolean;
  readonly isCode?: boolean;
  readonly limit?: number;
};

/** A GitHub-flavoured table; every cell is inert text. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): Markdown {
  const body = rows.map((row) => row.map((cell, index) => renderCell(cell, columns[index])));
  const table = markdownTable([columns.map(({ head }) => head), ...body], {
    align: columns.map(({ isNumber }) => (isNumber === true ? "r" : "l")),
    alignDelimiters: false,
  });
  return renderedMarkdown(table);
}

/** Numbers as they stand: they come from `format.ts`. */
function renderCell(cell: string, column: TableColumn | undefined): string {
  if (column?.isNumber === true || cell === "") return cell;
  if (column?.isCode === true) return escapeCode(cell, column.limit).replaceAll("|", String.raw`\|`);
  return escapeCell(cell, column?.limit ?? 80);
}

/** A folded section with a title and a count in parentheses; nothing without a body. */
export function foldSection(title: string, count: string, body: Markdown): Markdown {
  if (body === "") return body;
  return markup`<details>\n<summary>${escapeMarkdown(title)} (${escapeMarkdown(count)})</summary>\n\n${body}\n\n</details>`;
}
