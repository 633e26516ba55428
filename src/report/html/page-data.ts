import { cellSizeOf } from "../charts/heat-map.ts";
import type { ReportModel } from "../model.ts";
import { isBad, letterOf, partitionStatuses } from "../partition-status.ts";
import { runbookWord } from "../text/shell-word.ts";
import { cleanText } from "../text/clean-text.ts";
import type { PageData } from "./page/dom.ts";

/** What the page's script reads: partitions, entities and taints, by row and column of the heat map. */
export function pageData(model: ReportModel): PageData {
  const rows = new Map(model.partitions.map(({ processor }, row) => [processor, row]));
  const columns = new Map(model.dates.map((date, column) => [date, column]));
  function keyOf({ processor, date }: { processor: string; date: string }): string {
    return `${rows.get(processor) ?? -1} ${columns.get(date) ?? -1}`;
  }
  return {
    runbook: runbookWord(model.runbook),
    dates: model.dates,
    cell: cellSizeOf(model),
    words: Object.fromEntries(
      partitionStatuses.map((word) => [letterOf(word), { word, isBad: isBad(word) }] as const),
    ),
    rows: model.partitions,
    entities: Object.fromEntries(
      model.examples.map(
        (example) => [`${keyOf(example)} ${example.category}`, example.entities.map(pairOf)] as const,
      ),
    ),
    tainted: Object.fromEntries(
      model.tainted.map((taint) => [keyOf(taint), cleanText(taint.because)] as const),
    ),
  };
}

function pairOf({ entity, reason }: { entity: string; reason: string }): readonly [string, string] {
  return [cleanText(entity), cleanText(reason)];
}
