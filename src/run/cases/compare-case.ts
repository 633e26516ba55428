import { kindOfType, type Column } from "../../domain/column.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import { normalisedRows, type TextRow } from "../../sql/case-rows.ts";
import { queryRows } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { keyOf, shownText, textParameters, textRow, textShape } from "./case-texts.ts";
import type { CaseOutcome } from "./compute-case.ts";
import type { CaseRequest } from "./fill-case.ts";

/** What differs between what a case expects and what came, a line each; none where it passes. */
export async function compareCase(
  warehouse: Warehouse,
  { processor, stepCase }: Pick<CaseRequest, "processor" | "stepCase">,
  outcome: CaseOutcome,
): Promise<readonly string[]> {
  const expected = stepCase.expect.rows;
  const wanted = await normalise(warehouse, processor.columns, expected.map(textRow));
  const found = new Map(outcome.rows.map((row) => [keyOf(processor, row), row]));
  const missing = wanted.flatMap((row, index) => {
    const key = keyOf(processor, row);
    const actual = found.get(key);
    found.delete(key);
    if (actual === undefined) return [`no row of ${key}`];
    const given = new Set(Object.keys(expected[index] ?? {}));
    return processor.columns
      .filter(({ name, type }) => given.has(name) && !isSame(type, row[name], actual[name]))
      .map(({ name }) => `${key}: ${name} is ${shownText(actual[name])}, expected ${shownText(row[name])}`);
  });
  return [
    ...outcome.violations,
    ...missing,
    ...[...found.keys()].map((key) => `a row of ${key} that is not expected`),
    ...compareFailures(stepCase, outcome.failures),
  ];
}

function compareFailures({ expect, dates }: StepCase, failures: CaseOutcome["failures"]): readonly string[] {
  const left = new Map(failures.map((failure) => [`${failure.date} ${failure.entity}`, failure]));
  const lines = expect.failures.flatMap(({ date = dates[0], entity, category, reason }) => {
    const key = `${date} ${entity}`;
    const actual = left.get(key);
    left.delete(key);
    if (actual === undefined) return [`no failure of ${key}`];
    if (actual.category !== category) return [`${key}: fails as ${actual.category}, expected ${category}`];
    const isOther = reason !== undefined && reason !== actual.reason;
    return isOther ? [`${key}: the reason is "${actual.reason}", expected "${reason}"`] : [];
  });
  const others = [...left.values()].map(
    ({ date, entity, category, reason }) => `${date} ${entity} fails as ${category}: ${reason}`,
  );
  return [...lines, ...others];
}

async function normalise(
  warehouse: Warehouse,
  columns: readonly Column[],
  rows: readonly TextRow[],
): Promise<readonly TextRow[]> {
  if (rows.length === 0) return [];
  const { sql, texts } = normalisedRows(warehouse.dialect, columns, rows);
  const purpose = "read what is expected";
  return queryRows(warehouse, { sql, parameters: textParameters(texts), purpose }, textShape(columns));
}

/** Floats differ by less than a billionth. */
const tolerance = 1e-9;

function isSame(type: Column["type"], left: string | undefined, right: string | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || kindOfType(type) !== "float64") return false;
  const [one, other] = [Number(left), Number(right)];
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));
}
