import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Processor, Source } from "../../runbook/runbook.ts";
import { sourceCounts } from "../../sql/gate-gaps.ts";
import type { Row, Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import type { Coverage, CoverageRow } from "../coverage/coverage-row.ts";
import { failedGapTable, gapTable, type Gaps, type GapTable } from "./gap-table.ts";
import { gateParameters, type GateScope } from "../gate-scope.ts";

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
  const answer = await askWarehouse(warehouse, {
    sql: sourceCounts(warehouse.dialect, runbook, { source, hasTable: catalog.has(source.table) }),
    parameters: gateParameters(runbook, range),
    purpose: `count the rows of ${source.table}`,
  });
  if (answer.kind === "check-failed") return failedGapTable(head, answer.message);
  const days = new Set<string>(scope.days.map(({ date }) => date));
  const rows = answer.rows.filter((row) => days.has(String(row["analysis_date"])));
  if (rows.length < days.size || rows.some((row) => row["minimum_rows"] === null)) {
    return failedGapTable(head, `The minimum rows of ${source.table} are not known on every date`);
  }
  return gapTable(head, {
    missing: rows.filter((row) => isMissing(source, row)).map(dateOf),
    low: rows.filter((row) => isLow(row)).map(countOf),
    notExpected: [],
    offCalendar: answer.rows.filter((row) => row["is_calendar_date"] === 0).map(countOf),
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

function isMissing(source: Source, row: Row): boolean {
  return Number(row["row_count"]) === 0 && (source.required || Number(row["minimum_rows"]) > 0);
}

function isLow(row: Row): boolean {
  const count = Number(row["row_count"]);
  return count > 0 && count < Number(row["minimum_rows"]);
}

function dateOf(row: Row): CalendarDate {
  return String(row["analysis_date"]) as CalendarDate;
}

function countOf(row: Row): { date: CalendarDate; rows: number } {
  return { date: dateOf(row), rows: Number(row["row_count"]) };
}
