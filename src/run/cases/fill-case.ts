import type { TableId } from "../../domain/table-id.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import { ledgerShapes, ledgerTable, type LedgerTable } from "../../ledger/tables.ts";
import { tablesByName } from "../../runbook/parse-cases.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import { insertRows, type TextRow } from "../../sql/case-rows.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { textParameters, textRow } from "./case-texts.ts";
import type { Workshop } from "./workshop.ts";

/** A case of a step, and whose it is. */
export type CaseRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly stepCase: StepCase;
};

const purpose = "fill the tables of a case";

/** Puts the rows and failures of a case in the place of all that the tables held. */
export async function fillCase(
  { warehouse, filled }: Workshop,
  { runbook, stepCase }: Pick<CaseRequest, "runbook" | "stepCase">,
): Promise<void> {
  const tables = tablesByName(runbook);
  const insertions = [
    ...Object.entries(stepCase.given).flatMap(([name, rows]) => {
      const table = tables.get(name);
      return table === undefined ? [] : [{ filled: table, rows: rows.map(textRow) }];
    }),
    ...failuresOf({ runbook, stepCase }),
  ].filter(({ rows }) => rows.some((row) => Object.keys(row).length > 0));
  const emptied = [...filled].map((table) => ({
    sql: `delete from ${quoteTable(warehouse.dialect, table)}`,
    purpose,
  }));
  const inserted = insertions.map((insertion) => insertionOf(warehouse, insertion));
  await warehouse.execute([...emptied, ...inserted]);
  filled.clear();
  for (const {
    filled: { table },
  } of insertions)
    filled.add(table);
}

type Filled = {
  readonly table: TableId;
  readonly columns: Parameters<typeof insertRows>[1]["columns"];
};

type Insertion = { readonly filled: Filled; readonly rows: readonly TextRow[] };

function insertionOf({ dialect }: Warehouse, { filled, rows }: Insertion): Statement {
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = filled.columns.filter(({ name }) => given.has(name));
  const { sql, texts } = insertRows(dialect, { ...filled, columns }, rows);
  return { sql, parameters: textParameters(texts), purpose };
}

const start = "2000-01-01 00:00:00";

/** Failures as a commit would have left them: one attempt a date. */
function failuresOf({ runbook, stepCase }: Pick<CaseRequest, "runbook" | "stepCase">): readonly Insertion[] {
  const all = Object.entries(stepCase.failures).flatMap(([processor, failures]) =>
    failures.map((failure) => ({ processor, ...failure, date: failure.date ?? stepCase.dates[0] ?? "" })),
  );
  const retryable = new Set(runbook.categories.filter((one) => one.retryable).map(({ id }) => id));
  const failures = all.map((failure) => ({
    ...attemptOf(failure),
    entity_id: failure.entity,
    failure_category: failure.category,
    failure_reason: failure.reason ?? "",
    can_retry: String(retryable.has(failure.category)),
    created_at: start,
  }));
  const committed = { status: "committed", row_count: "0", failure_count: "0" };
  const nothing = { input_fingerprint: "", version: "", started_at: start, finished_at: start };
  const attempts = new Map(
    all.map((failure) => [
      tupleText([failure.processor, failure.date]),
      { ...attemptOf(failure), ...committed, ...nothing },
    ]),
  );
  return [
    { filled: ledgerRows(runbook, "cascade_partitions"), rows: [...attempts.values()] },
    { filled: ledgerRows(runbook, "cascade_failures"), rows: failures },
  ];
}

function attemptOf({ processor, date }: { readonly processor: string; readonly date: string }): TextRow {
  const attempt = `case ${processor} ${date}`;
  return { processor_name: processor, analysis_date: date, attempt_id: attempt, run_id: "case" };
}

function ledgerRows({ ledger }: Runbook, name: LedgerTable): Filled {
  const table = ledgerTable(ledger, name);
  const shape = ledgerShapes(ledger).find((one) => one.table === table);
  return { table, columns: shape?.columns ?? [] };
}
