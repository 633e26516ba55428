import { escapeHtml, htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";

/** Cells up to this length are not broken; longer ones are at least that wide. */
const shortest = 24;

/** A column of a table of the page. */
export type HtmlColumn = { readonly head: string; readonly isNumber?: boolean };

/** A cell: its text, and the tone in which it is marked with a sign and a colour. */
export type HtmlCell = string | { readonly text: string; readonly tone: "good" | "careful" | "bad" | "idle" };

/** A table that scrolls sideways on a narrow screen; every cell is escaped. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly (readonly HtmlCell[])[]): Html {
  const head = columns.map(
    ({ head: text, isNumber }) =>
      htmlMarkup`<th scope="col"${numberClass(isNumber)}>${escapeHtml(text)}</th>`,
  );
  const body = rows.map(
    (row) => htmlMarkup`<tr>${joinHtml(row.map((cell, index) => htmlCell(cell, columns[index])))}</tr>`,
  );
  return htmlMarkup`<div class="scroll" tabindex="0"><table><thead><tr>${joinHtml(head)}</tr></thead><tbody>${joinHtml(body, "\n")}</tbody></table></div>`;
}

/** A section with a heading; empty without a body. */
export function htmlSection(id: string, title: string, body: Html): Html {
  const [name, heading] = [escapeHtml(id), escapeHtml(title)];
  return body === ""
    ? body
    : htmlMarkup`<section id="${name}" aria-labelledby="${name}-title"><h2 id="${name}-title">${heading}</h2>\n${body}\n</section>`;
}

function htmlCell(cell: HtmlCell, column: HtmlColumn | undefined): Html {
  if (typeof cell === "string") {
    const size = cell.length <= shortest ? "short" : "long";
    const short = column?.isNumber === true ? numberClass(true) : htmlMarkup` class="${escapeHtml(size)}"`;
    return htmlMarkup`<td${short}>${escapeHtml(cell, 600)}</td>`;
  }
  return htmlMarkup`<td class="${escapeHtml(cell.tone)}">${escapeHtml(cell.text, 300)}</td>`;
}

function numberClass(isNumber: boolean | undefined): Html {
  return isNumber === true ? htmlMarkup` class="number"` : htmlMarkup``;
}
