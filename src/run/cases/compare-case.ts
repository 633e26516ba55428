import { kindOfType, type Column } from "../../domain/column.ts";
import type { StepCase } from "../../runbook/schema/case-schema.ts";
import { expectedRows, normalisedRows, rowPosition, type TextRow } from "../../sql/case-rows.ts";
import { queryRows } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { keyOf, rowsParameter, shownText, textRow, textShape } from "./case-texts.ts";
import type { CaseOutcome } from "./compute-case.ts";
import type { CaseRequest } from "./fill-case.ts";

/** What differs between what a case expects and what came, a line each; none where it passes. */
export async function compareCase(
  warehouse: Warehouse,
  { processor, stepCase }: Pick<CaseRequest, "processor" | "stepCase">,
  outcome: CaseOutcome,
): Promise<readonly string[]> {
  const texts = stepCase.expect.rows.map(textRow);
  const request = { processor, stepCase, outcome };
  const asWritten = compareRows(request, texts);
  // What reads as the engine writes it is the same value; of the rest the engine says how it writes it.
  const rows =
    asWritten.length === 0
      ? asWritten
      : compareRows(request, await normalise(warehouse, processor.columns, texts));
  return [...outcome.violations, ...rows, ...compareFailures(stepCase, outcome.failures)];
}

function compareRows(
  {
    processor,
    stepCase: { expect },
    outcome,
  }: Pick<CaseRequest, "processor" | "stepCase"> & { readonly outcome: CaseOutcome },
  wanted: readonly TextRow[],
): readonly string[] {
  const found = new Map(outcome.rows.map((row) => [keyOf(processor, row), row]));
  const missing = wanted.flatMap((row, index) => {
    const key = keyOf(processor, row);
    const actual = found.get(key);
    found.delete(key);
    if (actual === undefined) return [`no row of ${key}`];
    const given = new Set(Object.keys(expect.rows[index] ?? {}));
    return processor.columns
      .filter(({ name, type }) => given.has(name) && !isSame(type, row[name], actual[name]))
      .map(({ name }) => `${key}: ${name} is ${shownText(actual[name])}, expected ${shownText(row[name])}`);
  });
  return [...missing, ...[...found.keys()].map((key) => `a row of ${key} that is not expected`)];
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
  const placed = rows.map((row, index) => ({ ...row, [rowPosition]: String(index) }));
  const statement = {
    sql: normalisedRows(warehouse.dialect, columns),
    parameters: rowsParameter([[expectedRows, placed]]),
    purpose: "read what is expected",
  };
  return queryRows(warehouse, statement, textShape(columns));
}

/** Floats differ by less than a billionth. */
const tolerance = 1e-9;

/** A number as both YAML and the engine write it. */
const numberText = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function isSame(type: Column["type"], left: string | undefined, right: string | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || kindOfType(type) !== "float64") return false;
  if (!numberText.test(left) || !numberText.test(right)) return false;
  const [one, other] = [Number(left), Number(right)];
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));
}
