import type { Runbook } from "../runbook/runbook.ts";
import { calendarColumns, calendarQuery } from "../sql/calendar.ts";
import { createDataset, createTable, type TableShape } from "../sql/create-table.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { createFailuresView } from "../sql/ledger-views.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { ledgerShapes } from "./tables.ts";

/** Creates what a runbook writes and is absent: datasets, source and processor tables, calendar, ledger, view. */
export async function createTables(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  const shapes = runbookShapes(runbook);
  const datasets = new Set(shapes.map((shape) => createDataset(warehouse.dialect, shape.table)));
  const statements = [
    ...datasets,
    ...shapes.map((shape) => createTable(warehouse.dialect, shape)),
    createFailuresView(warehouse.dialect, runbook.ledger),
  ];
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "create the tables of the runbook" })));
}

/** Every table of a runbook as it is created, the ledger's included. */
export function runbookShapes(runbook: Runbook): readonly TableShape[] {
  return [
    ...[...runbook.sources, ...runbook.processors].map((table) => ({
      table: table.table,
      columns: table.columns,
      partitionBy: table.dateColumn,
      cluster: table.cluster,
    })),
    {
      table: runbook.calendar.table,
      columns: [...runbook.calendar.columns, { name: "period", type: "string" }],
      partitionBy: undefined,
      cluster: [],
    },
    ...ledgerShapes(runbook.ledger),
  ];
}

/** Makes the calendar table equal to what its origin gives now; two statements in one transaction. */
export async function refreshCalendar(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  const { calendar, periods } = runbook;
  const table = quoteTable(warehouse.dialect, calendar.table);
  const columns = calendarColumns(warehouse.dialect, calendar);
  const statements: Statement[] = [
    { sql: `delete from ${table} where true`, purpose: "empty the calendar" },
    {
      sql: `insert into ${table} (${columns})\nselect ${columns} from (\n${calendarQuery(warehouse.dialect, calendar, periods)}\n) as calendar_row`,
      purpose: "fill the calendar",
    },
  ];
  await warehouse.execute(statements);
}
