import type { CalendarDate } from "../../domain/calendar-date.ts";
import { judgedAs } from "../../domain/rate-verdict.ts";
import { Fault } from "../../errors.ts";
import { budgetFor, judgeBudgets, type BudgetVerdict } from "../../gates/budget/judge-budgets.ts";
import { distributionsPer, dateValueShape } from "../../gates/contamination/table-values.ts";
import type { Coverage } from "../../gates/coverage/coverage-row.ts";
import { readCoverage } from "../../gates/coverage/read-coverage.ts";
import { gateParameters, inForce, type GateScope } from "../../gates/gate-scope.ts";
import { settlementOf } from "../../plan/versions/settlement.ts";
import type { Budget, Distribution, Processor, Source } from "../../runbook/runbook.ts";
import { valuesByDate } from "../../sql/gate-contamination.ts";
import { queryRows } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";

/** A distribution of single dates and what it was on those that are settled and to which it applies. */
export type MeasuredDistribution = {
  readonly table: Source | Processor;
  /** Its position among the table's distributions. */
  readonly index: number;
  readonly distribution: Distribution;
  readonly values: readonly number[];
};

/** A budget, the periods that were judged by it, and the rates of their dates. */
export type MeasuredBudget = {
  /** Its position among the runbook's budgets. */
  readonly index: number;
  readonly budget: Budget;
  readonly periods: readonly { readonly verdict: BudgetVerdict; readonly ofDates: readonly number[] }[];
};

/** What the settled dates of a scope measure; two queries a table. */
export type History = {
  readonly dates: number;
  readonly distributions: readonly MeasuredDistribution[];
  readonly budgets: readonly MeasuredBudget[];
};

/** Measures what bounds and ranges can be made from. Dates that are not settled, or that a gate holds, are left out. */
export async function measureHistory(warehouse: Warehouse, scope: GateScope): Promise<History> {
  const tables = [...scope.sources, ...scope.processors].filter(({ table }) => scope.catalog.has(table));
  const measured = await Promise.all(tables.map((table) => measureTable(warehouse, scope, table)));
  const coverage = await readCoverage(warehouse, scope);
  return {
    dates: Math.max(0, ...measured.map(({ dates }) => dates)),
    distributions: measured.flatMap(({ distributions }) => distributions),
    budgets: measureBudgets(scope, coverage),
  };
}

async function measureTable(
  warehouse: Warehouse,
  scope: GateScope,
  table: Source | Processor,
): Promise<{ readonly dates: number; readonly distributions: readonly MeasuredDistribution[] }> {
  const statement = {
    sql: valuesByDate(warehouse.dialect, table),
    parameters: gateParameters(scope.runbook, scope.range),
    purpose: `measure ${table.table}`,
  };
  const rows = await queryRows(warehouse, statement, dateValueShape(table));
  const trusted = new Set(scope.days.map(({ date }) => date).filter((date) => isTrusted(scope, table, date)));
  const settled = rows.filter(({ analysis_date: date }) => trusted.has(date));
  const distributions = distributionsPer(table, "date").map((distribution, number) => ({
    table,
    index: table.distributions.indexOf(distribution),
    distribution,
    values: settled.flatMap(({ value, applies }) => (applies[number] === 1 ? (value[number] ?? []) : [])),
  }));
  return { dates: settled.length, distributions };
}

function isTrusted({ state }: GateScope, table: Source | Processor, date: CalendarDate): boolean {
  if (!("id" in table)) return true;
  const isHeld = state.held.get(table.id)?.has(date) === true;
  return !isHeld && settlementOf(table, date, state).kind === "settled";
}

function measureBudgets(scope: GateScope, { rows, failed }: Coverage): readonly MeasuredBudget[] {
  const { runbook } = scope;
  const [lost] = failed;
  if (lost !== undefined) {
    throw new Fault("statement-failed", `Cannot calibrate: ${lost.message}`, {
      hint: "`cascade coverage` shows what cannot be counted",
    });
  }
  const verdicts = judgeBudgets({ ...scope, rows, waivers: inForce(scope, "budget") });
  const open = new Set(judgedAs("open", verdicts));
  return runbook.budgets.map((budget, index) => {
    const own = verdicts.filter(
      (verdict) => !open.has(verdict) && budgetFor(runbook, verdict.processor, verdict.period) === budget,
    );
    const periods = own.map((verdict) => ({ verdict, ofDates: ratesOf(rows, verdict) }));
    return { index, budget, periods };
  });
}

function ratesOf(rows: Coverage["rows"], { processor, period }: BudgetVerdict): readonly number[] {
  return rows
    .filter((row) => row.processor === processor && row.period === period && row.expected > 0)
    .map(({ explained, expected }) => explained / expected);
}
