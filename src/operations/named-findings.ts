import { nameOfCheck } from "../gates/contamination/contamination-table.ts";
import { lateRows } from "../gates/freshness/fresh-table.ts";
import { lowRows, thinRows } from "../gates/gaps/gap-table.ts";
import { askGates, openReading } from "../gates/gate-readers.ts";
import type { GateScope } from "../gates/gate-scope.ts";
import { tableOf } from "../gates/locate-finding.ts";
import type { NamedFinding } from "../gates/acceptance.ts";
import { missingRows, strangerNames } from "../runbook/waiver.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What gaps, contract, contamination, freshness and coverage find in the tables of a scope that a waiver can accept, by name. */
export async function readNamedFindings(
  warehouse: Warehouse,
  scope: GateScope,
): Promise<readonly NamedFinding[]> {
  const reading = openReading(warehouse, { ...scope, waivers: [] });
  const answers = await askGates(
    ["gaps", "contract", "contamination", "freshness", "coverage"],
    () => reading,
  );
  const absent = answers.gaps.gaps.tables
    .filter(({ processor }) => processor === undefined)
    .flatMap(({ table, missing, low, thin }) => [
      ...missing.map((date) => ({ table, name: missingRows, date })),
      ...low.map(({ date }) => ({ table, name: lowRows, date })),
      ...thin.map(({ date }) => ({ table, name: thinRows, date })),
    ]);
  const broken = answers.contract.flatMap(({ table, violations }) =>
    violations.filter(({ of }) => of === "rows").map(({ check, date }) => ({ table, name: check, date })),
  );
  const odd = answers.contamination.tables.flatMap(({ table, fields }) =>
    fields
      .filter(({ status }) => status !== "clean")
      .map((check) => ({ table, name: nameOfCheck(check), date: check.date })),
  );
  const late = answers.freshness.flatMap(({ table, missing }) =>
    missing.map((date) => ({ table, name: lateRows, date })),
  );
  const strangers = answers.coverage.rows.flatMap(({ processor, date, ...counts }) =>
    strangerNames
      .filter((name) => counts[name] > 0)
      .map((name) => ({ table: tableOf(scope, processor), name, date })),
  );
  return [...absent, ...broken, ...odd, ...late, ...strangers];
}
