import type { Processor, Source } from "../../runbook/runbook.ts";
import { sourceCounts } from "../../sql/gate-gaps.ts";
import { typed } from "../../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import type { Coverage, CoverageRow } from "../coverage/coverage-row.ts";
import { failedGapTable, gapTable, type Gaps, type GapTable } from "./gap-table.ts";
import { gateParameters, type GateScope } from "../gate-scope.ts";

const countShape = {
  analysis_date: typed.date,
  is_calendar_date: typed.count,
  minimum_rows: typed.nullable(typed.float),
  row_count: typed.count,
};

/**
 * Which dates are absent from the scope's sources and processors. One query per source; processors are read off their
 * coverage, which is one query each. Sources come first, both in the runbook's order.
 */
export async function readGaps(warehouse: Warehouse, scope: GateScope, coverage: Coverage): Promise<Gaps> {
  const sources = await Promise.all(scope.sources.map((source) => sourceGaps(warehouse, scope, source)));
  const processors = scope.processors.map((processor) => processorGaps(processor, coverage));
  return { expectedDates: scope.days.length, tables: [...sources, ...processors] };
}

async function sourceGaps(warehouse: Warehouse, scope: GateScope, source: Source): Promise<GapTable> {
  const { runbook, catalog, range } = scope;
  const head = { table: source.table, phase: source.phase, processor: undefined };
  const question: Statement = {
    sql: sourceCounts(warehouse.dialect, runbook, { source, hasTable: catalog.has(source.table) }),
    parameters: gateParameters(runbook, range),
    purpose: `count the rows of ${source.table}`,
  };
  const answer = await askWarehouse(warehouse, question, countShape);
  if (answer.kind === "check-failed") return failedGapTable(head, answer.message);
  const days = new Set<string>(scope.days.map(({ date }) => date));
  const counted = answer.rows.filter((row) => days.has(row.analysis_date));
  const rows = counted.flatMap(({ analysis_date: date, row_count: count, minimum_rows: minimum }) =>
    minimum === undefined ? [] : [{ date, rows: count, minimum }],
  );
  if (rows.length < days.size || rows.length < counted.length) {
    return failedGapTable(head, `The minimum rows of ${source.table} are not known on every date`);
  }
  return gapTable(head, {
    missing: rows.filter((row) => isMissing(source, row)).map(({ date }) => date),
    low: rows.filter(isLow).map(({ date, rows: count }) => ({ date, rows: count })),
    notExpected: [],
    offCalendar: answer.rows
      .filter((row) => row.is_calendar_date === 0)
      .map((row) => ({ date: row.analysis_date, rows: row.row_count })),
    expectedDates: days.size,
  });
}

function processorGaps(processor: Processor, coverage: Coverage): GapTable {
  const head = { table: processor.table, phase: processor.phase, processor: processor.id };
  const failed = coverage.failed.find((failure) => failure.processor === processor.id);
  if (failed !== undefined) return failedGapTable(head, failed.message);
  const rows = coverage.rows.filter((row) => row.processor === processor.id);
  const open = rows.filter(({ untracked }) => untracked > 0);
  return gapTable(head, {
    missing: open.filter(({ present }) => present === 0).map(({ date }) => date),
    low: open.filter(({ present }) => present > 0).map(({ date, present }) => ({ date, rows: present })),
    notExpected: rows.filter(isNotExpected).map(({ date }) => date),
    offCalendar: coverage.strays
      .filter((stray) => stray.processor === processor.id)
      .map(({ date, entities }) => ({ date, rows: entities })),
    expectedDates: rows.length,
  });
}

function isNotExpected({ untracked, present, explained }: CoverageRow): boolean {
  return untracked === 0 && present === 0 && explained > 0;
}

type DateCount = { readonly rows: number; readonly minimum: number };

function isMissing(source: Source, { rows, minimum }: DateCount): boolean {
  return rows === 0 && (source.required || minimum > 0);
}

function isLow({ rows, minimum }: DateCount): boolean {
  return rows > 0 && rows < minimum;
}
