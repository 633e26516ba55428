import { startOf } from "../domain/every.ts";
import { coarseEveries, everyOf } from "../plan/calendar/own-days.ts";
import { tupleText } from "../domain/tuple-text.ts";
import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { hasLedger, readCatalog } from "../ledger/catalog.ts";
import { readNewestRuns, type RecordedRun } from "../ledger/read-runs.ts";
import { ledgerTable } from "../ledger/tables.ts";
import type { NewestAttempt, RunHistory } from "../report/facts.ts";
import type { FailureExample, ReportAttempt } from "../report/model.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed, type RowShape, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";

/** What the ledger remembers of a range, for a report; `runs` are the newest of the runbook and the one before it. */
type LedgerHistory = RunHistory & { readonly runs: readonly RecordedRun[] };

const mostAttempts = 500;
const mostRetries = 2000;
const mostNames = 60_000;

/** Reads a range's attempts, retries and failing entities from the ledger: five queries, whatever its size; writes nothing. */
export async function collectReport(
  warehouse: Warehouse,
  { runbook, range }: { readonly runbook: Runbook; readonly range: DateRange },
): Promise<LedgerHistory> {
  if (!hasLedger(await readCatalog(warehouse, runbook), runbook)) {
    return { attempts: [], retries: [], examples: [], newest: new Map(), runs: [] };
  }
  const ask = openAsk(warehouse, runbook, range);
  const newest = await ask("newest attempts", { sqlOf: newestOf, shape: newestShape });
  const attempts = await ask("attempts", { sqlOf: attemptsOf, shape: attemptShape });
  const bytes = attempts[0]?.bytes_of_all;
  const retries = await ask("retries", { sqlOf: retriesOf, shape: retryShape });
  const limit = Math.max(1, Math.min(20, mostNames / Math.max(1, newest.length)));
  const names = await ask("failing entities", { sqlOf: namesOf, shape: failureShape, limit });
  return {
    attempts: attempts.map(attemptOf).toReversed(),
    ...(bytes === undefined ? {} : { bytes }),
    retries: retries.map((row) => ({
      ...nameOf(row),
      attempts: row.attempts,
      lastStatus: row.status,
      lastError: row.last_error,
    })),
    examples: groupNames(names),
    newest: groupNewest(newest),
    runs: await readNewestRuns(warehouse, runbook, 2),
  };
}

const partitionShape = { processor_name: typed.text, analysis_date: typed.date };

const status = typed.oneOf(["committed", "failed", "blocked"]);

const newestShape = {
  ...partitionShape,
  status,
  run_id: typed.text,
  error: typed.nullable(typed.text),
  finding: typed.nullable(typed.text),
};

const attemptShape = {
  run_id: typed.text,
  attempt_id: typed.text,
  processor_name: typed.text,
  from_date: typed.date,
  to_date: typed.date,
  started_at: typed.text,
  finished_at: typed.text,
  committed: typed.count,
  failed: typed.count,
  blocked: typed.count,
  row_count: typed.count,
  failure_count: typed.count,
  bytes: typed.nullable(typed.count),
  bytes_of_all: typed.nullable(typed.count),
  job_url: typed.nullable(typed.text),
  error: typed.nullable(typed.text),
};

const retryShape = { ...partitionShape, status, attempts: typed.count, last_error: typed.text };

const failureShape = {
  ...partitionShape,
  failure_category: typed.text,
  entity_id: typed.text,
  failure_reason: typed.text,
  failing: typed.count,
};

/** What is read of, and the condition that a partition belongs to the range. */
type Tables = { readonly partitions: string; readonly failures: string; readonly within: string };

type Question<Shape> = {
  readonly sqlOf: (tables: Tables) => string;
  readonly shape: Shape;
  readonly limit?: number;
};

function openAsk(
  warehouse: Warehouse,
  runbook: Runbook,
  range: DateRange,
): <Shape extends RowShape>(
  purpose: string,
  question: Question<Shape>,
) => Promise<readonly ShapedRow<Shape>[]> {
  function nameOf(table: Parameters<typeof ledgerTable>[1]): string {
    return quoteTable(warehouse.dialect, ledgerTable(runbook.ledger, table));
  }
  const own = withinRange(warehouse, runbook, range);
  const tables = {
    partitions: nameOf("cascade_partitions"),
    failures: nameOf("precompute_failures"),
    within: own.condition,
  };
  return (purpose, { sqlOf, shape, limit = 1 }) => {
    const parameters: Statement["parameters"] = {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
      ...own.parameters,
      max_names: { type: "int64", value: Math.floor(limit) },
    };
    const statement = { sql: sqlOf(tables), parameters, purpose: `read the ${purpose} for the report` };
    return queryRows(warehouse, statement, shape);
  };
}

/** A week or month belongs to a range that begins within it. */
function withinRange(
  { dialect }: Warehouse,
  runbook: Runbook,
  { from }: DateRange,
): { readonly condition: string; readonly parameters: Record<string, Parameter> } {
  const parameters: Record<string, Parameter> = {};
  const begun = coarseEveries(runbook).map((every) => {
    const ids = runbook.processors.filter((processor) => everyOf(processor) === every).map(({ id }) => id);
    parameters[`of_${every}`] = { type: "array<string>", value: ids };
    parameters[`start_of_${every}`] = { type: "date", value: startOf(every, from) };
    return `(${dialect.isIn("processor_name", `of_${every}`)} and analysis_date >= @start_of_${every})`;
  });
  const since = ["analysis_date >= @start_date", ...begun].join(" or ");
  return { condition: `analysis_date <= @end_date and (${since})`, parameters };
}

/** Of the attempts at a partition, the one that ended last. */
const isNewest = `row_number() over (
  partition by processor_name, analysis_date
  order by finished_at desc, attempt_id desc
) = 1`;

/** Grain: the newest attempt of each (processor_name, analysis_date). */
function newestOf({ partitions, within }: Tables): string {
  return `select
  processor_name,
  cast(analysis_date as string) as analysis_date,
  status,
  run_id,
  case when status <> 'blocked' then error end as error,
  finding
from ${partitions}
where ${within}
qualify ${isNewest}
order by processor_name, analysis_date`;
}

/** Grain: (run_id, attempt_id, processor_name), newest first; bytes_of_all is the same in every row. */
function attemptsOf({ partitions, within }: Tables): string {
  return `select
  run_id,
  attempt_id,
  processor_name,
  cast(min(analysis_date) as string) as from_date,
  cast(max(analysis_date) as string) as to_date,
  min(started_at) as started_at,
  max(finished_at) as finished_at,
  cast(sum(case when status = 'committed' then 1 else 0 end) as int64) as committed,
  cast(sum(case when status = 'failed' then 1 else 0 end) as int64) as failed,
  cast(sum(case when status = 'blocked' then 1 else 0 end) as int64) as blocked,
  cast(sum(row_count) as int64) as row_count,
  cast(sum(failure_count) as int64) as failure_count,
  cast(sum(bytes) as int64) as bytes,
  cast(sum(sum(bytes)) over () as int64) as bytes_of_all,
  max(job_url) as job_url,
  min(error) as error
from ${partitions}
where ${within}
group by 1, 2, 3
order by 7 desc, 6 desc, 2, 3
limit ${mostAttempts}`;
}

/** Grain: the newest attempt of each (processor_name, analysis_date) that has several. */
function retriesOf({ partitions, within }: Tables): string {
  return `select
  processor_name,
  cast(analysis_date as string) as analysis_date,
  status,
  count(*) over (partition by processor_name, analysis_date) as attempts,
  coalesce(max(error) over (partition by processor_name, analysis_date), '') as last_error
from ${partitions}
where ${within}
qualify ${isNewest}
  and count(*) over (partition by processor_name, analysis_date) > 1
order by processor_name, analysis_date
limit ${mostRetries}`;
}

/** Grain: (processor_name, analysis_date, failure_category, entity_id), the first @max_names of each category. */
function namesOf({ failures, within }: Tables): string {
  return `select
  processor_name,
  cast(analysis_date as string) as analysis_date,
  failure_category,
  entity_id,
  coalesce(failure_reason, '') as failure_reason,
  count(*) over (partition by processor_name, analysis_date, failure_category) as failing
from ${failures}
where ${within}
qualify row_number() over (
  partition by processor_name, analysis_date, failure_category
  order by entity_id
) <= @max_names
order by processor_name, analysis_date, failure_category, entity_id`;
}

function attemptOf(row: ShapedRow<typeof attemptShape>): ReportAttempt {
  const { bytes, job_url: jobUrl } = row;
  return {
    id: row.attempt_id,
    runId: row.run_id,
    processor: row.processor_name,
    from: row.from_date,
    to: row.to_date,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    committed: row.committed,
    failed: row.failed,
    blocked: row.blocked,
    rows: row.row_count,
    failures: row.failure_count,
    ...(bytes === undefined ? {} : { bytes }),
    ...(jobUrl === undefined ? {} : { jobUrl }),
    error: row.error ?? "",
  };
}

function groupNames(rows: readonly ShapedRow<typeof failureShape>[]): readonly FailureExample[] {
  const groups = Map.groupBy(rows, (row) =>
    tupleText([row.processor_name, row.analysis_date, row.failure_category]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const entities = group.map((row) => ({
      entity: row.entity_id,
      reason: row.failure_reason,
    }));
    return [
      {
        ...nameOf(first),
        category: first.failure_category,
        count: first.failing,
        entities,
      },
    ];
  });
}

function groupNewest(rows: readonly ShapedRow<typeof newestShape>[]): LedgerHistory["newest"] {
  const newest = new Map<string, Map<CalendarDate, NewestAttempt>>();
  for (const row of rows) {
    const { processor, date } = nameOf(row);
    const byDate = newest.get(processor) ?? new Map<CalendarDate, NewestAttempt>();
    const { status: outcome, run_id: runId, error, finding } = row;
    byDate.set(date, {
      status: outcome,
      runId,
      ...(error === undefined ? {} : { error }),
      ...(finding === undefined ? {} : { finding }),
    });
    newest.set(processor, byDate);
  }
  return newest;
}

function nameOf(row: ShapedRow<typeof partitionShape>): {
  readonly processor: string;
  readonly date: CalendarDate;
} {
  return { processor: row.processor_name, date: row.analysis_date };
}
