import type { PageData } from "./dom.ts";
import { startHeatMap } from "./heat-map-page.ts";
import { pageElement } from "./page-elements.ts";
import { startPartitionTable } from "./partition-table-page.ts";

/** Brings the page to life. Data enters the document as text only. */
export function startPage(): void {
  const text = pageElement("#report-data").textContent ?? "{}";
  const data = JSON.parse(text) as PageData;
  startHeatMap(data);
  startPartitionTable(data);
}
