import type { PageData, PageDocument, PageElement, PagePartition } from "./dom.ts";

declare const document: PageDocument;

/** The element that a selector names; its absence is a defect of the page. */
export function pageElement(selector: string): PageElement {
  const found = document.querySelector(selector);
  if (found === null) throw new Error(`The page has no ${selector}`);
  return found;
}

/** A new element that holds some text. */
export function textElement(name: string, text: string): PageElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}

/** The partition in a row and column of the heat map; undefined outside it. */
export function partitionAt(data: PageData, row: number, column: number): PagePartition | undefined {
  const series = data.rows[row];
  const date = data.dates[column];
  if (series === undefined || date === undefined) return undefined;
  const known = data.words[series.statuses[column] ?? ""];
  return {
    row,
    column,
    processor: series.processor,
    date,
    status: known === undefined ? "unknown" : known.word,
    isBad: known === undefined || known.isBad,
    expected: series.expected[column] ?? 0,
    present: series.present[column] ?? 0,
    explained: series.explained[column] ?? 0,
    waived: series.waived[column] ?? 0,
    untracked: series.untracked[column] ?? 0,
  };
}

/** Failures of a partition by category. */
export function categoriesAt(
  data: PageData,
  { row, column }: PagePartition,
): readonly (readonly [string, number])[] {
  const series = data.rows[row];
  return Object.entries(series === undefined ? {} : series.categories).flatMap(([category, pairs]) => {
    const pair = pairs.find(([index]) => index === column);
    return pair === undefined ? [] : [[category, pair[1]] as const];
  });
}
