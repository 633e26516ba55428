import { markdownTable } from "markdown-table";
import { escapeCell } from "../text/markdown-text.ts";

/** A column: its head, whether it holds numbers (aligned right), and the longest text shown. */
export type TableColumn = {
  readonly head: string;
  readonly isNumber?: boolean;
  readonly limit?: number;
};

/** A GitHub-flavoured table; every cell is inert text. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => row.map((cell, index) => renderCell(cell, columns[index])));
  return markdownTable([columns.map(({ head }) => head), ...body], {
    align: columns.map(({ isNumber }) => (isNumber === true ? "r" : "l")),
    alignDelimiters: false,
  });
}

/** Numbers as they stand: they come from `format.ts`. */
function renderCell(cell: string, column: TableColumn | undefined): string {
  return column?.isNumber === true || cell === "" ? cell : escapeCell(cell, column?.limit ?? 80);
}

/** A folded section with a title and a count. */
export function foldSection(title: string, body: string): string {
  return body === "" ? "" : `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
}
