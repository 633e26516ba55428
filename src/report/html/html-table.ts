import { escapeHtml } from "../text/html-text.ts";

/** Cells up to this length are not broken; longer ones are at least that wide. */
const shortest = 24;

/** A column of a table of the page. */
export type HtmlColumn = { readonly head: string; readonly isNumber?: boolean };

/** A cell: its text, and the tone in which it is marked with a sign and a colour. */
export type HtmlCell = string | { readonly text: string; readonly tone: "good" | "careful" | "bad" | "idle" };

/** A table that scrolls sideways on a narrow screen; every cell is escaped. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly (readonly HtmlCell[])[]): string {
  const head = columns.map(
    ({ head: text, isNumber }) => `<th scope="col"${numberClass(isNumber)}>${escapeHtml(text)}</th>`,
  );
  const body = rows.map(
    (row) => `<tr>${row.map((cell, index) => htmlCell(cell, columns[index])).join("")}</tr>`,
  );
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

/** A section with a heading; empty without a body. */
export function htmlSection(id: string, title: string, body: string): string {
  return body === ""
    ? ""
    : `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>\n${body}\n</section>`;
}

function htmlCell(cell: HtmlCell, column: HtmlColumn | undefined): string {
  if (typeof cell === "string") {
    const size = cell.length <= shortest ? "short" : "long";
    const short = column?.isNumber === true ? numberClass(true) : ` class="${size}"`;
    return `<td${short}>${escapeHtml(cell, 600)}</td>`;
  }
  return `<td class="${cell.tone}">${escapeHtml(cell.text, 300)}</td>`;
}

function numberClass(isNumber: boolean | undefined): string {
  return isNumber === true ? ' class="number"' : "";
}
