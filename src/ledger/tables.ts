import type { Column, ColumnType } from "../domain/column.ts";
import { parseTableId, type TableId } from "../domain/table-id.ts";
import type { TableShape } from "../sql/dialect.ts";

/** The engine's own tables in a runbook's ledger dataset. */
export type LedgerTable =
  | "cascade_answers"
  | "cascade_audits"
  | "cascade_changes"
  | "cascade_columns"
  | "cascade_runs"
  | "cascade_partitions"
  | "cascade_failures"
  | "cascade_gates"
  | "cascade_kept"
  | "cascade_leases"
  | "cascade_trust"
  | "cascade_versions"
  | "cascade_volumes";

/** The views of a ledger dataset: the failures that hold, and what readers may rely on. */
type LedgerView = "precompute_failures" | "trust";

/** Entity of a failure that stands for a whole date. */
export const dateLevelEntity = "DATE_LEVEL";

/** Category that the engine itself writes for a date whose upstream is unsettled. */
export const missingUpstream = "MISSING_UPSTREAM";

type Columns = Readonly<
  Record<string, ColumnType | { readonly type: ColumnType; readonly nullable: string }>
>;

type Definition = {
  readonly description: string;
  readonly columns: Columns;
  readonly partitionBy: string | undefined;
  readonly cluster?: readonly string[];
};

/**
 * `cascade_partitions` is small (a row per attempt and date) and is asked for the newest attempt of every date, also by
 * the view of failures, whose readers cannot filter it: it is clustered, not partitioned.
 */
const definitions: Record<LedgerTable, Definition> = {
  cascade_runs: {
    description: "One row per invocation that wrote",
    partitionBy: undefined,
    columns: {
      run_id: "string",
      runbook: "string",
      command: "string",
      status: "string",
      digest: "string",
      selection: "string",
      units: "string",
      policy: "string",
      started_at: "timestamp",
      finished_at: { type: "timestamp", nullable: "the run has not ended" },
      requested_by: { type: "string", nullable: "nobody is known" },
      reason: { type: "string", nullable: "nobody said why" },
      started_from: { type: "string", nullable: "it was not recorded" },
    },
  },
  cascade_partitions: {
    description:
      "One row per attempt at a processor and date; the newest one counts, and only while the table holds what it says",
    partitionBy: undefined,
    cluster: ["analysis_date", "processor_name"],
    columns: {
      processor_name: "string",
      analysis_date: "date",
      attempt_id: "string",
      run_id: "string",
      status: "string",
      row_count: "int64",
      failure_count: "int64",
      input_fingerprint: "string",
      version: "string",
      started_at: "timestamp",
      finished_at: "timestamp",
      bytes: { type: "int64", nullable: "the engine does not bill bytes" },
      job_url: { type: "string", nullable: "the engine has no job page" },
      error: { type: "string", nullable: "the attempt was committed" },
      finding: { type: "string", nullable: "it was not committed, or gave what its inputs gave before" },
    },
  },
  cascade_failures: {
    description: "One row per failure of an attempt; precompute_failures shows those of the newest attempts",
    partitionBy: "analysis_date",
    cluster: ["processor_name"],
    columns: {
      processor_name: "string",
      analysis_date: "date",
      attempt_id: "string",
      run_id: "string",
      entity_id: "string",
      failure_category: "string",
      failure_reason: "string",
      can_retry: "bool",
      created_at: "timestamp",
    },
  },
  cascade_gates: {
    description: "One row per gate and run",
    partitionBy: undefined,
    columns: {
      run_id: "string",
      gate: "string",
      kind: "string",
      status: "string",
      blocking: "bool",
      start_date: "date",
      end_date: "date",
      blocked_dates: "string",
      detail: "string",
      checked_at: "timestamp",
    },
  },
  cascade_kept: {
    description: "One row per row that a run has replaced and that is kept, so that the run can be undone",
    partitionBy: undefined,
    cluster: ["processor_name", "analysis_date"],
    columns: {
      processor_name: "string",
      analysis_date: "date",
      run_id: "string",
      attempt_id: "string",
      columns: "string",
      row_values: "array<string>",
      kept_at: "timestamp",
    },
  },
  cascade_trust: {
    description:
      "One row per table and date that was looked at: whether readers may rely on it; the view trust shows the newest look",
    partitionBy: undefined,
    cluster: ["table_name", "analysis_date"],
    columns: {
      table_name: "string",
      analysis_date: "date",
      processor_name: { type: "string", nullable: "the table is a source" },
      state: "string",
      since: "timestamp",
      why: "string",
      run_id: { type: "string", nullable: "nothing was attempted" },
      looked_at: "timestamp",
    },
  },
  cascade_versions: {
    description:
      "One row per partition that was hashed: its version, and what the engine said of it right before. Only a cache",
    partitionBy: undefined,
    cluster: ["analysis_date", "table_name"],
    columns: {
      table_name: "string",
      analysis_date: "date",
      row_count: "int64",
      last_modified: "int64",
      hash_tag: "string",
      version: "string",
      recorded_at: "timestamp",
    },
  },
  cascade_volumes: {
    description:
      "One row per source and date whose rows a run found to be others; the newest counts, and keeps what has vanished",
    partitionBy: undefined,
    cluster: ["table_name", "analysis_date"],
    columns: {
      table_name: "string",
      analysis_date: "date",
      row_count: "int64",
      recorded_at: "timestamp",
    },
  },
  cascade_answers: {
    description:
      "One row per question of a gate: its answer, and a digest of what the tables that it reads held. Only a cache",
    partitionBy: undefined,
    cluster: ["question"],
    columns: {
      question: "string",
      basis: "string",
      answer: "string",
      digest: "string",
      answered_at: "timestamp",
    },
  },
  cascade_audits: {
    description: "One row per date on which a definition's windows were audited and found true",
    partitionBy: undefined,
    columns: {
      processor_name: "string",
      definition: "string",
      analysis_date: "date",
      attempt_id: "string",
      audited_at: "timestamp",
    },
  },
  cascade_changes: {
    description:
      "One row per committed attempt at a date whose changes have a budget and that held something else before: what changed",
    partitionBy: undefined,
    cluster: ["run_id", "processor_name"],
    columns: {
      processor_name: "string",
      analysis_date: "date",
      attempt_id: "string",
      run_id: "string",
      added: "int64",
      removed: "int64",
      changed: "int64",
      same: "int64",
      first_added: { type: "string", nullable: "no row was added" },
      first_removed: { type: "string", nullable: "no row was removed" },
      columns: "string",
    },
  },
  cascade_columns: {
    description:
      "One row per description of a table whose columns the runbook leaves to the engine: a source's newest one counts, a processor's that of its step",
    partitionBy: undefined,
    columns: {
      table_name: "string",
      basis: "string",
      columns: "string",
      number: "int64",
    },
  },
  cascade_leases: {
    description: "One row per processor and period that a cell is writing, where several processes can write",
    partitionBy: undefined,
    columns: {
      processor_name: "string",
      period: "string",
      token: "string",
      run_id: "string",
      holder: "string",
      taken_at: "timestamp",
      expires_at: "timestamp",
    },
  },
};

/** The columns of the view of failures that runbooks read. */
export const failureViewColumns: readonly Pick<Column, "name" | "type">[] = [
  { name: "processor_name", type: "string" },
  { name: "run_id", type: "string" },
  { name: "analysis_date", type: "date" },
  { name: "entity_id", type: "string" },
  { name: "failure_category", type: "string" },
  { name: "failure_reason", type: "string" },
  { name: "can_retry", type: "bool" },
  { name: "created_at", type: "timestamp" },
];

/** Names and types of a ledger table's columns, in order. */
function ledgerColumns(table: LedgerTable): readonly Column[] {
  return Object.entries(definitions[table].columns).map(([name, column]) =>
    typeof column === "string" ? { name, type: column } : { name, ...column },
  );
}

/** The id of a ledger table or view. */
export function ledgerTable(dataset: string, table: LedgerTable | LedgerView): TableId {
  const id = parseTableId(`${dataset}.${table}`);
  if (id === undefined) throw new Error(`"${dataset}" is no dataset name`);
  return id;
}

/** All ledger tables of a dataset, as they are created. */
export function ledgerShapes(dataset: string): readonly TableShape[] {
  return (Object.keys(definitions) as LedgerTable[]).map((table) => ({
    table: ledgerTable(dataset, table),
    description: definitions[table].description,
    columns: ledgerColumns(table),
    partitionBy: definitions[table].partitionBy,
    cluster: definitions[table].cluster ?? [],
  }));
}
