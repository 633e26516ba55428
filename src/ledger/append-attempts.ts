import type { CalendarDate } from "../domain/calendar-date.ts";
import type { Dialect } from "../sql/dialect.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { beginningTime, noEarlier, writingTime } from "../sql/writing-time.ts";
import type { Billing, Parameter, Statement, Value, Warehouse } from "../warehouse/warehouse.ts";
import { dateLevelEntity, ledgerTable, missingUpstream } from "./tables.ts";

/** What one attempt at (processor, date) left; versions are empty unless it was committed. */
export type AttemptRow = {
  readonly date: CalendarDate;
  readonly status: "committed" | "failed" | "blocked";
  readonly rows: number;
  readonly failures: number;
  readonly definition: string;
  readonly inputs: string;
  readonly rowsVersion: string;
  readonly failuresVersion: string;
  readonly error: string | undefined;
  /** Of a committed one: what is odd about what it gave. */
  readonly finding?: string | undefined;
};

/** What a partition was made from, as the ledger writes it: definition and inputs. */
export function fingerprintText({ definition, inputs }: Pick<AttemptRow, "definition" | "inputs">): string {
  return `${definition}+${inputs}`;
}

/** What a partition holds, as the ledger writes it: rows and failures. */
export function versionText({
  rowsVersion,
  failuresVersion,
}: Pick<AttemptRow, "rowsVersion" | "failuresVersion">): string {
  return `${rowsVersion}+${failuresVersion}`;
}

/** What all rows of one append share. */
export type AttemptHead = {
  readonly ledger: string;
  readonly processor: string;
  readonly attemptId: string;
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
};

type AttemptColumn = {
  readonly name: string;
  readonly type: "date" | "string" | "int64";
  readonly of: (row: AttemptRow) => Value;
};

const attemptColumns: readonly AttemptColumn[] = [
  { name: "analysis_date", type: "date", of: (row) => row.date },
  { name: "status", type: "string", of: (row) => row.status },
  { name: "row_count", type: "int64", of: (row) => row.rows },
  { name: "failure_count", type: "int64", of: (row) => row.failures },
  { name: "input_fingerprint", type: "string", of: fingerprintText },
  { name: "version", type: "string", of: versionText },
  { name: "error", type: "string", of: (row) => row.error ?? "" },
  { name: "finding", type: "string", of: (row) => row.finding ?? "" },
];

/** Columns that hold a text or nothing. */
const optionalTexts = new Set(["error", "finding"]);

/**
 * The statement that appends attempts to `cascade_partitions`: the commit marker of their partitions. It appends only
 * when `condition` holds, where one is given, each later than those that its partition has, and none twice. What the session was billed so far is shared out over the dates.
 */
export function appendAttempts(
  warehouse: Warehouse,
  head: AttemptHead,
  rows: readonly AttemptRow[],
  condition?: string,
): Statement {
  const billing = warehouse.billing();
  const columns: readonly AttemptColumn[] =
    billing === undefined ? attemptColumns : [...attemptColumns, bytesColumn(billing, rows)];
  const names = columns.map(({ name }) => name);
  const { dialect } = warehouse;
  const table = quoteTable(dialect, ledgerTable(head.ledger, "cascade_partitions"));
  const parameters = Object.fromEntries(
    columns.map(({ name, type, of }): [string, Parameter] => [
      name,
      { type: `array<${type}>`, value: rows.map(of) },
    ]),
  );
  return {
    sql: `insert into ${table}
  (processor_name, attempt_id, run_id, started_at, finished_at, job_url, ${names.join(", ")})
select
  @processor_name, @attempt_id, @run_id, ${beginningTime(dialect, "@started_at", "@finished_at")}, ${noEarlier(dialect, "@finished_at", "known.latest")}, nullif(@job_url, ''),
  ${names.map((name) => (optionalTexts.has(name) ? `nullif(${name}, '')` : name)).join(", ")}
from (${dialect.rowsOfArrays(columns)}) as attempt
left join (
  select
    analysis_date as known_date,
    max(finished_at) as latest,
    count(case when attempt_id = @attempt_id then 1 end) as own
  from ${table}
  where processor_name = @processor_name and ${dialect.isIn("analysis_date", "analysis_date")}
  group by 1
) as known on known.known_date = attempt.analysis_date
where coalesce(known.own, 0) = 0${condition === undefined ? "" : ` and ${condition}`}`,
    parameters: {
      ...parameters,
      ...headParameters(head),
      job_url: { type: "string", value: billing?.jobUrl ?? "" },
    },
    purpose: `append ${rows.length} attempts of ${head.processor} to the ledger`,
  };
}

function bytesColumn({ bytesBilled }: Billing, rows: readonly AttemptRow[]): AttemptColumn {
  const each = Math.floor(bytesBilled / Math.max(1, rows.length));
  const first = bytesBilled - each * (rows.length - 1);
  return { name: "bytes", type: "int64", of: (row) => (row === rows[0] ? first : each) };
}

/** The statement that appends the rows of some queries to `cascade_failures`, in one go. */
export function insertFailures(dialect: Dialect, ledger: string, queries: readonly string[]): string {
  return `insert into ${quoteTable(dialect, ledgerTable(ledger, "cascade_failures"))}
  (processor_name, analysis_date, attempt_id, run_id, entity_id, failure_category, failure_reason, can_retry, created_at)
${queries.join("\nunion all\n")}`;
}

/** A query that makes blocked dates visible among the failures: one `MISSING_UPSTREAM` row a date. */
export function blockedFailures(dialect: Dialect): string {
  const arrays = [
    { name: "blocked_date", type: "date" },
    { name: "blocked_reason", type: "string" },
  ] as const;
  return `select
  @processor_name, blocked_date, @attempt_id, @run_id, '${dateLevelEntity}', '${missingUpstream}', blocked_reason,
  true, ${writingTime(dialect, "@finished_at")}
from (${dialect.rowsOfArrays(arrays)}) as block`;
}

/** Parameters of `blockedFailures`. */
export function blockParameters(rows: readonly AttemptRow[]): Readonly<Record<string, Parameter>> {
  return {
    blocked_date: { type: "array<date>", value: rows.map((row) => row.date) },
    blocked_reason: { type: "array<string>", value: rows.map((row) => row.error ?? "") },
  };
}

/** Parameters that every statement of one attempt shares. */
export function headParameters(head: AttemptHead): Readonly<Record<string, Parameter>> {
  return {
    processor_name: { type: "string", value: head.processor },
    attempt_id: { type: "string", value: head.attemptId },
    run_id: { type: "string", value: head.runId },
    started_at: { type: "timestamp", value: head.startedAt.toISOString() },
    finished_at: { type: "timestamp", value: head.finishedAt.toISOString() },
  };
}
