import { markdownTable } from "markdown-table";
import { onOneLine } from "../../domain/format.ts";
import type { StateTone } from "../processor-state.ts";

const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const none = /\p{M}/u;

/** A column; those with the least `keep` give way first when the terminal is narrow. */
export type TerminalColumn = { readonly head: string; readonly keep: number; readonly isNumber?: boolean };

/** A row, and the tone of its second column. */
export type TerminalRow = { readonly cells: readonly string[]; readonly tone: StateTone };

/** How a text for a terminal is meant, whatever colour that gets. */
export type Tone = "good" | "bad" | "careful" | "quiet" | "strong";

const gap = 2;

/** A table without lines that is never wider than `width`, short of its last two columns. */
export function fitTable(
  columns: readonly TerminalColumn[],
  rows: readonly TerminalRow[],
  view: { readonly width: number; readonly paint: (tone: StateTone, text: string) => string },
): string {
  const widths = columns.map(({ head }, index) =>
    Math.max(displayWidth(head), ...rows.map(({ cells }) => displayWidth(cells[index] ?? ""))),
  );
  const kept = keptColumns(columns, widths, view.width);
  function lineOf(cells: readonly string[], tone: StateTone | undefined): string {
    const parts = kept.map((index) => {
      const cell = cells[index] ?? "";
      const isLast = index === kept.at(-1) && columns[index]?.isNumber !== true;
      const padded = isLast ? cell : padCell(cell, widths[index] ?? 0, columns[index]);
      return index === 1 && tone !== undefined ? view.paint(tone, padded) : padded;
    });
    return parts.join(" ".repeat(gap)).trimEnd();
  }
  const head = columns.map((column) => column.head);
  const dropped = columns.filter((_, index) => !kept.includes(index)).map((column) => column.head);
  const note = dropped.length === 0 ? [] : [`(too narrow for: ${dropped.join(", ")})`];
  return [lineOf(head, undefined), ...rows.map(({ cells, tone }) => lineOf(cells, tone)), ...note].join("\n");
}

/** Indexes of the columns that fit, in their order. */
function keptColumns(
  columns: readonly TerminalColumn[],
  widths: readonly number[],
  width: number,
): readonly number[] {
  const byKeep = columns
    .map((_, index) => index)
    .toSorted((left, right) => keepOf(columns, right) - keepOf(columns, left));
  const kept: number[] = [];
  let used = -gap;
  for (const index of byKeep) {
    const needed = (widths[index] ?? 0) + gap;
    if (used + needed > width && kept.length >= 2) break;
    kept.push(index);
    used += needed;
  }
  return kept.toSorted((left, right) => left - right);
}

function keepOf(columns: readonly TerminalColumn[], index: number): number {
  return columns[index]?.keep ?? 0;
}

function padCell(cell: string, width: number, column: TerminalColumn | undefined): string {
  return column?.isNumber === true ? padStart(cell, width) : padEnd(cell, width);
}

/** Columns that a text takes in a terminal: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += none.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** A text filled with spaces behind it. */
function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** A text filled with spaces before it. */
function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** A table with aligned columns under its first row, the head; columns of numbers stand to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const align = head.map((_, column) => {
    const cells = body.map((row) => row[column] ?? "");
    return cells.every((cell) => /^([\d,.]+( %)?|none|)$/.test(cell)) && cells.some((cell) => cell !== "")
      ? "r"
      : "l";
  });
  return markdownTable(
    rows.map((row) => row.map(onOneLine)),
    { align },
  );
}
