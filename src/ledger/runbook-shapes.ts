import { isColumnName } from "../domain/column.ts";
import type { Runbook, Source } from "../runbook/runbook.ts";
import type { TableShape } from "../sql/dialect.ts";
import { ledgerShapes } from "./tables.ts";

/** Every table of a runbook as it is created: the sources, which others own, and its own. */
export function runbookShapes(runbook: Runbook): readonly TableShape[] {
  return [
    ...runbook.sources.filter(({ table }) => !isUndescribed(runbook, table)).map(sourceShape),
    ...ownShapes(runbook),
  ];
}

/** A source as `sample` and `load` create it. */
export function sourceShape({ table, columns, dateColumn, cluster }: Source): TableShape {
  const partitionBy = isColumnName(dateColumn) ? dateColumn : undefined;
  return { table, description: undefined, columns, partitionBy, cluster };
}

/** The tables that a runbook owns: those that it keeps, and the ledger. */
export function ownShapes(runbook: Runbook): readonly TableShape[] {
  return [...keptShapes(runbook), ...ledgerShapes(runbook.ledger)];
}

/** The tables of a runbook's processors, and its calendar; the description of each names the ledger that it is kept with. */
export function keptShapes(runbook: Runbook): readonly (TableShape & { readonly description: string })[] {
  const kept = `(ledger ${runbook.ledger})`;
  const processors = runbook.processors.filter(({ id }) => !isUndescribed(runbook, id));
  return [
    ...processors.map(({ table, title, columns, dateColumn, cluster }) => ({
      table,
      description: `${title} ${kept}`,
      columns,
      partitionBy: dateColumn,
      cluster,
    })),
    {
      table: runbook.calendar.table,
      description: `The dates that must exist, with the season and the period of each ${kept}`,
      columns: [...runbook.calendar.columns, { name: "period", type: "string" } as const],
      partitionBy: undefined,
      cluster: [],
    },
  ];
}

/** Whether nobody has described the columns of a source or processor yet, so that its table cannot be made. */
export function isUndescribed({ draft }: Pick<Runbook, "draft">, name: string): boolean {
  return draft?.open.includes(name) === true;
}
