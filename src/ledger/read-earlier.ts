import type { CalendarDate } from "../domain/calendar-date.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** What a commit was made from, and what it gave, as the ledger writes both. */
export type EarlierCommit = {
  readonly date: CalendarDate;
  readonly inputFingerprint: string;
  readonly version: string;
};

const commitShape = { analysis_date: typed.date, input_fingerprint: typed.text, version: typed.text };

/** Every commit of a processor on some dates, each distinct one once; one query. */
export async function readEarlierCommits(
  warehouse: Warehouse,
  {
    ledger,
    processor,
    dates,
  }: { readonly ledger: string; readonly processor: string; readonly dates: readonly CalendarDate[] },
): Promise<readonly EarlierCommit[]> {
  const rows = await queryRows(
    warehouse,
    {
      sql: `select distinct cast(analysis_date as string) as analysis_date, input_fingerprint, version
from ${quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_partitions"))}
where processor_name = @processor_name and status = 'committed'
  and ${warehouse.dialect.isIn("analysis_date", "dates")}
order by 1, 2, 3`,
      parameters: {
        processor_name: { type: "string", value: processor },
        dates: { type: "array<date>", value: dates },
      },
      purpose: `read what ${processor} gave before`,
    },
    commitShape,
  );
  return rows.map((row) => ({
    date: row.analysis_date,
    inputFingerprint: row.input_fingerprint,
    version: row.version,
  }));
}
