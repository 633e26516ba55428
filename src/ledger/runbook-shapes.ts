import type { Runbook } from "../runbook/runbook.ts";
import type { TableShape } from "../sql/dialect.ts";
import { ledgerShapes } from "./tables.ts";

/** Every table of a runbook as it is created, the ledger's included. */
export function runbookShapes(runbook: Runbook): readonly TableShape[] {
  const sources = runbook.sources.map((source) => ({ ...source, description: undefined }));
  const processors = runbook.processors.map((processor) => ({ ...processor, description: processor.title }));
  return [
    ...[...sources, ...processors].map(({ table, description, columns, dateColumn, cluster }) => ({
      table,
      description,
      columns,
      partitionBy: dateColumn,
      cluster,
    })),
    {
      table: runbook.calendar.table,
      description: "The dates that must exist, with the season and the period of each",
      columns: [...runbook.calendar.columns, { name: "period", type: "string" }],
      partitionBy: undefined,
      cluster: [],
    },
    ...ledgerShapes(runbook.ledger),
  ];
}
