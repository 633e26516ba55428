import { isColumnName, undated } from "../domain/column.ts";
import { addDays, compareDates, type DateRange } from "../domain/calendar-date.ts";
import { startOf } from "../domain/every.ts";
import { formatSome } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import type { Catalog } from "../ledger/catalog.ts";
import { refuseMissing } from "../ledger/missing-tables.ts";
import { nearestName } from "../runbook/nearest.ts";
import type { Runbook, Source } from "../runbook/runbook.ts";
import { sourceDates } from "../sql/source-dates.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { invalidRunbook } from "./read-runbook.ts";

const endsShape = { first_date: typed.date, last_date: typed.date, today: typed.date };

/**
 * The first and the last date of a calendar that says neither: the first that a source has, or the Monday or first of the
 * month before it, and the last that a source has before today; yesterday where the rule says so. Faults: missing-table where no
 * source has such a date; runbook-invalid where one's date is no column of it.
 */
export async function readCalendarEnds(
  warehouse: Warehouse,
  runbook: Runbook,
  { catalog, openDates }: { readonly catalog: Catalog; readonly openDates: "to-last" | "to-yesterday" },
): Promise<DateRange> {
  const { sources, calendar } = runbook;
  const present = sources.filter(({ table, dateColumn }) => catalog.has(table) && dateColumn !== undated);
  if (present.length === 0)
    refuseMissing(
      catalog,
      runbook,
      sources.map(({ table }) => table),
    );
  refuseOtherDates(runbook, present, catalog);
  const question = {
    sql: sourceDates(warehouse.dialect, present),
    purpose: "look for the first and last dates of the sources",
  };
  const rows = present.length === 0 ? [] : await queryRows(warehouse, question, endsShape);
  const first = rows.map((row) => row.first_date).toSorted(compareDates)[0];
  const last = rows
    .map((row) => row.last_date)
    .toSorted(compareDates)
    .at(-1);
  const today = rows[0]?.today;
  if (first === undefined || last === undefined || today === undefined) throw noDates(runbook);
  const yesterday = addDays(today, -1);
  const from = calendar.origin.kind === "rule" ? startOf(calendar.origin.every, first) : first;
  const to = openDates === "to-yesterday" || last > yesterday ? yesterday : last;
  if (from > to) throw noDates(runbook);
  return { from, to };
}

/** A column that a table does not have is told where its source is written, before the engine is asked for all of them. */
function refuseOtherDates({ folder }: Runbook, sources: readonly Source[], catalog: Catalog): void {
  const problems = sources.flatMap(({ table, dateColumn, place }) => {
    const columns = [...(catalog.get(table)?.keys() ?? [])];
    if (!isColumnName(dateColumn) || columns.includes(dateColumn)) return [];
    const nearest = nearestName(dateColumn, columns);
    const hint =
      nearest === undefined ? `name one of ${formatSome(columns, { limit: 5 })}` : `write "${nearest}"`;
    return [{ place, message: `"${table}" has no column "${dateColumn}" that could be its date`, hint }];
  });
  if (problems.length > 0) throw invalidRunbook(folder, problems);
}

function noDates({ folder }: Runbook): Fault {
  return new Fault(
    "missing-table",
    `Cannot tell the dates of "${folder}": no source has a date before today`,
    {
      hint: "Fill the sources, or write the dates: calendar: { rule: { from: 2024-01-01, to: 2024-12-31 } }",
    },
  );
}
