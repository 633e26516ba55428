import type { ColumnChange, DateChange } from "../domain/change.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { appendChanges, recordedChanges } from "../sql/recorded-changes.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import type { AttemptHead } from "./append-attempts.ts";
import { readCatalog } from "./catalog.ts";
import { ledgerTable } from "./tables.ts";

/** The statement that enters what a commit changes, for what writes more at once; none where nothing changes. */
export function changeEntry(
  { dialect }: Pick<Warehouse, "dialect">,
  { ledger, processor, attemptId, runId }: AttemptHead,
  changes: readonly DateChange[],
): readonly Statement[] {
  if (changes.length === 0) return [];
  function counts(of: (change: DateChange) => number) {
    return { type: "array<int64>", value: changes.map(of) } as const;
  }
  function texts(of: (change: DateChange) => string) {
    return { type: "array<string>", value: changes.map(of) } as const;
  }
  return [
    {
      sql: appendChanges(dialect, ledgerTable(ledger, "cascade_changes")),
      parameters: {
        processor_name: { type: "string", value: processor },
        attempt_id: { type: "string", value: attemptId },
        run_id: { type: "string", value: runId },
        analysis_date: { type: "array<date>", value: changes.map(({ date }) => date) },
        added: counts(({ added }) => added),
        removed: counts(({ removed }) => removed),
        changed: counts(({ changed }) => changed),
        same: counts(({ same }) => same),
        first_added: texts(({ firstAdded }) => firstAdded ?? ""),
        first_removed: texts(({ firstRemoved }) => firstRemoved ?? ""),
        columns: texts(({ columns }) => JSON.stringify(columns)),
      },
      purpose: `record what changes of ${processor}`,
    },
  ];
}

const changeShape = {
  processor_name: typed.text,
  analysis_date: typed.date,
  added: typed.count,
  removed: typed.count,
  changed: typed.count,
  same: typed.count,
  first_added: typed.nullable(typed.text),
  first_removed: typed.nullable(typed.text),
  columns: typed.text,
};

/** What a run changed, by processor, as it was recorded with its commits; nothing of a run that recorded none. One query. */
export async function readChanges(
  warehouse: Warehouse,
  runbook: Runbook,
  runId: string,
): Promise<ReadonlyMap<string, readonly DateChange[]>> {
  const table = ledgerTable(runbook.ledger, "cascade_changes");
  if (!(await readCatalog(warehouse, runbook)).has(table)) return new Map();
  const statement: Statement = {
    sql: recordedChanges(warehouse.dialect, table),
    parameters: { run_id: { type: "string", value: runId } },
    purpose: "read what the run changed",
  };
  const rows = await queryRows(warehouse, statement, changeShape);
  const changes = rows.map((row) => ({
    processor: row.processor_name,
    change: {
      date: row.analysis_date,
      added: row.added,
      removed: row.removed,
      changed: row.changed,
      same: row.same,
      firstAdded: row.first_added,
      firstRemoved: row.first_removed,
      columns: JSON.parse(row.columns) as readonly ColumnChange[],
    },
  }));
  const groups = Map.groupBy(changes, ({ processor }) => processor);
  return new Map([...groups].map(([processor, own]) => [processor, own.map(({ change }) => change)]));
}
