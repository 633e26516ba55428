import type { CalendarDate } from "../domain/calendar-date.ts";
import { fewestAudited } from "../plan/audit/sample-dates.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { writingTime } from "../sql/writing-time.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import type { AttemptHead } from "./append-attempts.ts";
import { ledgerTable } from "./tables.ts";

/** The dates on which the windows of definitions were found true, by the definition's hash. */
export type AuditedDates = Map<string, ReadonlySet<CalendarDate>>;

const auditShape = { definition: typed.text, analysis_date: typed.date };

/** Reads which dates every definition was audited on, no more than are needed; one query. */
export async function readAudits(warehouse: Warehouse, ledger: string): Promise<AuditedDates> {
  const table = quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_audits"));
  const rows = await queryRows(
    warehouse,
    {
      sql: `select definition, cast(analysis_date as string) as analysis_date
from (
  select definition, analysis_date, row_number() over (partition by definition order by analysis_date) as place
  from ${table} as audit
) as placed
where place <= @most
order by 1, 2`,
      parameters: { most: { type: "int64", value: fewestAudited } },
      purpose: "read which windows were audited",
    },
    auditShape,
  );
  const byDefinition = Map.groupBy(rows, ({ definition }) => definition);
  return new Map(
    [...byDefinition].map(([definition, own]) => [
      definition,
      new Set(own.map(({ analysis_date: date }) => date)),
    ]),
  );
}

/** Who enters an audit: a processor, or what stands for it where a statement beside steps was audited. */
type AuditHead = Pick<AttemptHead, "ledger" | "processor" | "attemptId" | "finishedAt">;

/** The dates on which the windows of a definition were found true. */
export type TrueDates = { readonly definition: string; readonly dates: readonly CalendarDate[] };

/** Enters the dates on which the windows of a definition were found true. */
export async function recordAudits(warehouse: Warehouse, head: AuditHead, found: TrueDates): Promise<void> {
  const entry = auditEntry(warehouse, head, found);
  if (entry.length > 0) await warehouse.execute(entry);
}

/** The statement that enters them, for what writes more at once; none where there is no date. */
export function auditEntry(
  { dialect }: Warehouse,
  { ledger, processor, attemptId, finishedAt }: AuditHead,
  { definition, dates }: TrueDates,
): readonly Statement[] {
  if (dates.length === 0) return [];
  const rows = dialect.rowsOfArrays([{ name: "analysis_dates", type: "string" }]);
  return [
    {
      sql: `insert into ${quoteTable(dialect, ledgerTable(ledger, "cascade_audits"))}
  (processor_name, definition, analysis_date, attempt_id, audited_at)
select @processor_name, @definition, cast(analysis_dates as date), @attempt_id, ${writingTime(dialect, "@audited_at")}
from (${rows}) as audited`,
      parameters: {
        processor_name: { type: "string", value: processor },
        definition: { type: "string", value: definition },
        analysis_dates: { type: "array<string>", value: dates },
        attempt_id: { type: "string", value: attemptId },
        audited_at: { type: "timestamp", value: finishedAt.toISOString() },
      },
      purpose: `record that the windows of ${processor} are true`,
    },
  ];
}
