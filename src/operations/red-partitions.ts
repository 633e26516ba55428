import { tupleText } from "../domain/tuple-text.ts";
import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { isBreach } from "../domain/rate-verdict.ts";
import { wholePeriods, gateStateRange } from "../gates/gate-range.ts";
import { inForce, openGateScope } from "../gates/gate-scope.ts";
import { judgeBudgets } from "../gates/budget/judge-budgets.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import { runGates } from "../gates/run-gates.ts";
import { readState } from "../ledger/read-state.ts";
import type { LooseningScope } from "../runbook/policy/loosening.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** A partition that a gate holds back, or that lies in a period whose budget is broken. */
export type RedPartition = LooseningScope & { readonly table: string; readonly date: CalendarDate };

type Question = { readonly range: DateRange; readonly today: CalendarDate };

/** What the runbook's gates and budgets object to, on the warehouse as it is. Writes nothing. */
export async function readRedPartitions(
  warehouse: Warehouse,
  runbook: Runbook,
  question: Question,
): Promise<readonly RedPartition[]> {
  const results = await runGates(warehouse, { runbook, ...question }, runbook.gates);
  const held = results.flatMap((result) =>
    result.held.flatMap(({ table, dates }) => dates.map((date) => ({ gate: result.gate, table, date }))),
  );
  return [...held, ...(await overBudget(warehouse, runbook, question))];
}

/** Which of the partitions that were red are so no more. */
export function turnedGreen(
  before: readonly RedPartition[],
  after: readonly RedPartition[],
): readonly RedPartition[] {
  const red = new Set(after.map(keyOf));
  return before.filter((partition) => !red.has(keyOf(partition)));
}

/** Whether a change of this scope may have turned the partition. */
export function isInScope(partition: RedPartition, scope: LooseningScope): boolean {
  function isSame(key: keyof LooseningScope): boolean {
    return scope[key] === undefined || scope[key] === partition[key];
  }
  const isOfBudget = partition.period !== undefined;
  if (scope.gate === undefined && scope.table === undefined && !isOfBudget) return false;
  return isSame("gate") && isSame("table") && isSame("processor") && isSame("period");
}

function keyOf({ gate, table, period, date }: RedPartition): string {
  return tupleText([gate ?? "", table, period ?? "", date]);
}

async function overBudget(
  warehouse: Warehouse,
  runbook: Runbook,
  { range, today }: Question,
): Promise<readonly RedPartition[]> {
  const state = await readState(warehouse, runbook, gateStateRange(runbook, range));
  const scope = await openGateScope(warehouse, {
    runbook,
    state,
    range: wholePeriods(runbook, range),
    today,
  });
  const { rows } = await readCoverage(warehouse, scope);
  const verdicts = judgeBudgets({ ...scope, rows, waivers: inForce(scope, "budget") });
  const tables = new Map(runbook.processors.map(({ id, table }) => [id, table]));
  return verdicts
    .filter(({ verdict }) => isBreach(verdict))
    .flatMap(({ processor, period }) =>
      rows
        .filter((row) => row.processor === processor && row.period === period)
        .map(({ date }) => ({ processor, period, table: tables.get(processor) ?? processor, date })),
    );
}
