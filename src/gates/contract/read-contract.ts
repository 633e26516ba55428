import { undated } from "../../domain/column.ts";
import type { Column } from "../../domain/column.ts";
import type { TableId } from "../../domain/table-id.ts";
import { readingOfColumn, tableDriftOf } from "../../ledger/drift.ts";
import { dateLevelEntity, ledgerTable } from "../../ledger/tables.ts";
import type { Processor, Source } from "../../runbook/runbook.ts";
import { failureFindings, tableFindings, undatedFindings } from "../../sql/gate-contract.ts";
import { typed, type ShapedRow } from "../../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import { acceptanceOf } from "../acceptance.ts";
import { contractTable, type ContractTable, type Violation } from "./contract-table.ts";
import { widestRange } from "../../plan/calendar/own-days.ts";
import { gateParameters, isFrozen, type GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";
import { checkRelation } from "./check-relation.ts";
import { findExpiries } from "./find-expiries.ts";

const findingShape = {
  finding: typed.text,
  analysis_date: typed.anyDate,
  occurrences: typed.count,
  example: typed.nullable(typed.text),
};

/**
 * Whether the scope's tables keep what the runbook declares: columns, keys, required values, ranges, closed lists,
 * finite numbers, categories of failures, relations; and, as a warning, whether the engine lets them expire. One query per
 * table, one per relation, one for the failures and one for expiries.
 */
export async function readContract(
  warehouse: Warehouse,
  scope: GateScope,
): Promise<readonly ContractTable[]> {
  const failures = await findFailures(warehouse, scope);
  const expiries = await findExpiries(warehouse, scope.processors);
  const tables = await Promise.all([
    ...[...scope.sources, ...scope.wholeSources].map((source) =>
      checkTable(warehouse, scope, { table: source, processor: undefined, findings: [] }),
    ),
    ...scope.processors.map((processor) => {
      const own = failures.filter(
        (finding) => finding.kind === "check-failed" || finding.processor === processor.id,
      );
      const findings: readonly ContractFinding[] = [
        ...own,
        ...expiries.of(processor).map((violation) => ({ kind: "violation", violation }) as const),
        ...expiries.messages.map((message) => ({ kind: "check-failed", message }) as const),
      ];
      return checkTable(warehouse, ownScope(scope, processor), { table: processor, processor, findings });
    }),
  ]);
  const read = await Promise.all(sourcesRead(scope).map((source) => checkDates(warehouse, scope, source)));
  return [...read.filter(({ status }) => status !== "ok"), ...tables];
}

/** Sources that the scope's processors read and that are not looked at themselves. */
function sourcesRead({ runbook, sources, processors, catalog }: GateScope): readonly Source[] {
  const read = new Set(
    processors.flatMap(({ reads, population }) =>
      [...reads, ...(population?.reads ?? [])].map(({ table }) => table),
    ),
  );
  return runbook.sources.filter(
    (source) =>
      source.dateColumn !== undated &&
      read.has(source.table) &&
      catalog.has(source.table) &&
      !sources.includes(source),
  );
}

/** Rows of a source that are in no window, so that nobody who reads it can tell of them. */
async function checkDates(warehouse: Warehouse, scope: GateScope, source: Source): Promise<ContractTable> {
  const question = {
    sql: undatedFindings(warehouse.dialect, source),
    parameters: gateParameters(scope.runbook, scope.range),
    purpose: `look for rows of ${source.table} without a date`,
  };
  const head = { table: source.table, phase: source.phase, processor: undefined };
  const drift = driftFindings(warehouse, scope, source.table);
  if (drift.length > 0) return contractTable(head, drift);
  const answer = await askWarehouse(warehouse, question, findingShape);
  if (answer.kind === "check-failed") return contractTable(head, [answer]);
  return contractTable(
    head,
    answer.rows.map((row) => ({ kind: "violation", violation: violationOf(row) })),
  );
}

/** Something found, or a question that could not be answered. */
type ContractFinding =
  | { readonly kind: "violation"; readonly violation: Violation }
  | { readonly kind: "check-failed"; readonly message: string };

type OwnFinding = ContractFinding & { readonly processor?: string };

async function checkTable(
  warehouse: Warehouse,
  scope: GateScope,
  own: {
    readonly table: Source | Processor;
    readonly processor: Processor | undefined;
    readonly findings: readonly ContractFinding[];
  },
): Promise<ContractTable> {
  const { table, processor } = own;
  const [inTable, ...relations] = await Promise.all([
    findInTable(warehouse, scope, table),
    ...(processor === undefined ? [] : findInRelations(warehouse, scope, processor)),
  ]);
  const found = [...inTable, ...own.findings, ...relations.flat()].map((finding) =>
    acceptFinding(scope, table.table, finding),
  );
  return contractTable({ table: table.table, phase: table.phase, processor: processor?.id }, found);
}

/** What was found, and whether somebody accepts it: rows that break a check, never another shape of the table. */
function acceptFinding(scope: GateScope, table: TableId, finding: ContractFinding): ContractFinding {
  if (finding.kind === "check-failed" || finding.violation.of === "shape") return finding;
  const { violation } = finding;
  const { isAccepted, note } = acceptanceOf(scope, { table, name: violation.check, date: violation.date });
  const told = { ...violation, ...(note === "" ? {} : { note }) };
  return { kind: "violation", violation: isAccepted ? { ...told, level: "accepted" } : told };
}

/** What the relations of a processor find; what is frozen contradicts tables that have expired, which says nothing. */
function findInRelations(
  warehouse: Warehouse,
  scope: GateScope,
  processor: Processor,
): readonly Promise<readonly ContractFinding[]>[] {
  return processor.relations.map(async (relation): Promise<readonly ContractFinding[]> => {
    const answer = await checkRelation(warehouse, scope, relation);
    if (answer.kind === "check-failed") return [answer];
    return answer.violations
      .filter(({ date }) => !isFrozen(scope, processor, date))
      .map((violation) => ({ kind: "violation", violation }));
  });
}

async function findInTable(
  warehouse: Warehouse,
  scope: GateScope,
  table: Source | Processor,
): Promise<readonly ContractFinding[]> {
  const drift = driftFindings(warehouse, scope, table.table);
  if (drift.length > 0) return drift;
  const question = {
    sql: tableFindings(warehouse.dialect, table, columnsByValue(warehouse, scope, table)),
    parameters: gateParameters(scope.runbook, scope.range),
    purpose: `check the contract of ${table.table}`,
    ...(isPerDate(table) ? { perDate: table.dateColumn } : {}),
  };
  const answer = await askWarehouse(warehouse, question, findingShape);
  if (answer.kind === "check-failed") return [answer];
  return answer.rows.map((row) => ({ kind: "violation", violation: violationOf(row) }));
}

/** Whether what is found on a date follows from its rows: no key spans dates, and no row is without one. */
function isPerDate(table: Source | Processor): boolean {
  return "step" in table && (table.key.length === 0 || table.key.includes(table.dateColumn));
}

/** Columns of a type that can hold more than what is declared. */
function columnsByValue(
  warehouse: Warehouse,
  { catalog }: GateScope,
  { table, columns }: Source | Processor,
): readonly Column[] {
  return columns.filter((column) => readingOfColumn(warehouse, { catalog, table, column }) === "by-value");
}

function driftFindings(warehouse: Warehouse, scope: GateScope, table: TableId): readonly ContractFinding[] {
  const { catalog, runbook } = scope;
  const lines = catalog.has(table)
    ? tableDriftOf(warehouse, { catalog, runbook, table })
    : [`${table}: the table does not exist`];
  return lines.map((check) => {
    return {
      kind: "violation",
      violation: { of: "shape", check, date: undefined, occurrences: 1, example: "", level: "block" },
    };
  });
}

async function findFailures(warehouse: Warehouse, scope: GateScope): Promise<readonly OwnFinding[]> {
  const { runbook, catalog, range } = scope;
  if (scope.processors.length === 0 || !catalog.has(ledgerTable(runbook.ledger, "precompute_failures")))
    return [];
  const question: Statement = {
    sql: failureFindings(warehouse.dialect, runbook),
    parameters: {
      ...gateParameters(runbook, widestRange(runbook, range)),
      date_level: { type: "string", value: dateLevelEntity },
    },
    purpose: "check the failures of the ledger",
  };
  const shape = { ...findingShape, processor_name: typed.text };
  const answer = await askWarehouse(warehouse, question, shape);
  if (answer.kind === "check-failed") return [answer];
  return answer.rows.map((row) => {
    return { kind: "violation", processor: row.processor_name, violation: violationOf(row) };
  });
}

function violationOf(row: ShapedRow<typeof findingShape>): Violation {
  return {
    of: "rows",
    check: row.finding,
    date: row.analysis_date,
    occurrences: row.occurrences,
    example: row.example ?? "",
    level: "block",
  };
}
