import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Processor, Relation, Source } from "../../runbook/runbook.ts";
import { valuesByDate, valuesOfRange, valuesOfWhole } from "../../sql/gate-contamination.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import { checkRelation, type RelationAnswer } from "../contract/check-relation.ts";
import { acceptanceOf, withNote } from "../acceptance.ts";
import {
  nameOfCheck,
  statusAt,
  worstStatus,
  type ContaminationTable,
  type FieldCheck,
} from "./contamination-table.ts";
import type { Coverage } from "../coverage/coverage-row.ts";
import { gateParameters, isFrozen, type GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";
import {
  dateValueShape,
  distributionsPer,
  rangeValueShape,
  wholeValueShape,
  type DateValues,
} from "./table-values.ts";
import {
  judgeConstants,
  judgeDistributions,
  judgeDuplicates,
  judgeFields,
  summarizeFields,
  variableColumns,
} from "./judge-values.ts";

/**
 * What is wrong with the values of the scope's tables. Two queries per table (by date, over the range), one per table
 * without dates and one per relation, whatever the number of dates; which dates ought to have rows is read off the coverage.
 */
export async function readContamination(
  warehouse: Warehouse,
  scope: GateScope,
  coverage: Coverage,
): Promise<readonly ContaminationTable[]> {
  return Promise.all([
    ...scope.sources.map((source) => checkSource(warehouse, scope, source)),
    ...scope.wholeSources.map((source) => checkWhole(warehouse, scope, source)),
    ...scope.processors.map((processor) =>
      checkProcessor(warehouse, ownScope(scope, processor), { processor, coverage }),
    ),
  ]);
}

type ValueFindings = { readonly checks: readonly FieldCheck[]; readonly messages: readonly string[] };

async function checkSource(
  warehouse: Warehouse,
  scope: GateScope,
  source: Source,
): Promise<ContaminationTable> {
  const expired = scope.state.expired?.get(source.table);
  const due = scope.days.map(({ date }) => date).filter((date) => expired?.has(date) !== true);
  const expected = source.required ? due : [];
  const found = await checkValues(warehouse, scope, { table: source, expected });
  return tableOf(scope, { table: source, processor: undefined }, found);
}

/** What is declared of the values of a table without dates, over all its rows; that it is there and has rows its contract says. */
async function checkWhole(
  warehouse: Warehouse,
  scope: GateScope,
  source: Source,
): Promise<ContaminationTable> {
  const isAsked = scope.catalog.has(source.table) && source.critical.length + source.distributions.length > 0;
  const found = isAsked ? await checkAllRows(warehouse, scope, source) : { checks: [], messages: [] };
  return tableOf(scope, { table: source, processor: undefined }, found);
}

async function checkAllRows(warehouse: Warehouse, scope: GateScope, source: Source): Promise<ValueFindings> {
  const question = {
    sql: valuesOfWhole(warehouse.dialect, source),
    parameters: gateParameters(scope.runbook, scope.range),
    purpose: `check the values of ${source.table}`,
  };
  const answer = await askWarehouse(warehouse, question, wholeValueShape(source));
  if (answer.kind === "check-failed") return { checks: [], messages: [answer.message] };
  const checks = answer.rows.flatMap((row) => [
    ...judgeFields(source, row, undefined),
    ...judgeDistributions(source.distributions, row, undefined),
  ]);
  return { checks, messages: [] };
}

async function checkProcessor(
  warehouse: Warehouse,
  scope: GateScope,
  { processor, coverage }: { readonly processor: Processor; readonly coverage: Coverage },
): Promise<ContaminationTable> {
  const own = coverage.rows.filter((row) => row.processor === processor.id);
  const expected = own.filter((row) => row.untracked > 0).map(({ date }) => date);
  const unaccounted = coverage.failed
    .filter((failure) => failure.processor === processor.id)
    .map(({ message }) => message);
  const [values, relations] = await Promise.all([
    checkValues(warehouse, scope, { table: processor, expected }),
    checkRelations(warehouse, scope, processor),
  ]);
  return tableOf(
    scope,
    { table: processor, processor: processor.id },
    {
      checks: [...values.checks, ...relations.checks],
      messages: [...unaccounted, ...values.messages, ...relations.messages],
    },
  );
}

function tableOf(
  scope: GateScope,
  { table: { table, phase }, processor }: { table: Source | Processor; processor: string | undefined },
  { checks: found, messages }: ValueFindings,
): ContaminationTable {
  const checks = found.map((check) => acceptCheck(scope, table, check));
  const dated = checks.filter(({ date }) => date !== undefined);
  const whole = checks.filter(({ date }) => date === undefined);
  const bad = dated.filter(({ status }) => status !== "clean");
  const statuses = checks.map(({ status }) => status);
  const status = messages.length > 0 ? "check-failed" : worstStatus(statuses);
  return { table, phase, processor, status, fields: [...summarizeFields(dated), ...whole, ...bad], messages };
}

/** What was found, and whether somebody accepts it. */
function acceptCheck(scope: GateScope, table: string, check: FieldCheck): FieldCheck {
  if (check.status === "clean") return check;
  const acceptance = acceptanceOf(scope, { table, name: nameOfCheck(check), date: check.date });
  const detail = withNote(check.detail, acceptance);
  return { ...check, detail, status: acceptance.isAccepted ? "accepted" : check.status };
}

async function checkValues(
  warehouse: Warehouse,
  scope: GateScope,
  request: { readonly table: Source | Processor; readonly expected: readonly CalendarDate[] },
): Promise<ValueFindings> {
  const { table, expected } = request;
  if (!scope.catalog.has(table.table)) return { checks: expected.map(noData), messages: [] };
  const parameters = gateParameters(scope.runbook, scope.range);
  const columns = variableColumns(table);
  const [byDate, ofRange] = await Promise.all([
    askWarehouse(
      warehouse,
      {
        sql: valuesByDate(warehouse.dialect, table),
        parameters,
        purpose: `check the values of ${table.table}`,
        perDate: table.dateColumn,
      },
      dateValueShape(table),
    ),
    askWarehouse(
      warehouse,
      {
        sql: valuesOfRange(warehouse.dialect, table, columns),
        parameters,
        purpose: `check the spread of ${table.table}`,
      },
      rangeValueShape(table, columns),
    ),
  ]);
  if (byDate.kind === "check-failed") return { checks: [], messages: [byDate.message] };
  if (ofRange.kind === "check-failed") return { checks: [], messages: [ofRange.message] };
  const rangeChecks = ofRange.rows.flatMap((row) => [
    ...judgeDistributions(distributionsPer(table, "range"), row, undefined),
    ...judgeConstants(columns, row),
  ]);
  return {
    checks: [...judgeDates(scope, { table, expected, rows: byDate.rows }), ...rangeChecks],
    messages: [],
  };
}

function judgeDates(
  scope: GateScope,
  found: {
    readonly table: Source | Processor;
    readonly expected: readonly CalendarDate[];
    readonly rows: readonly DateValues[];
  },
): readonly FieldCheck[] {
  const { table } = found;
  const dates = scope.days.map(({ date }) => date);
  const byDate = new Map(found.rows.map((row) => [row.analysis_date, row]));
  const judged = dates.flatMap((date) => {
    const row = byDate.get(date);
    if (row === undefined) return [];
    return [
      ...judgeFields(table, row, date),
      ...judgeDistributions(distributionsPer(table, "date"), row, date),
    ];
  });
  const inScope = new Set(dates);
  const absent = found.expected.filter((date) => inScope.has(date) && !byDate.has(date)).map(noData);
  return [...judged, ...judgeDuplicates(table, byDate, dates), ...absent];
}

function noData(date: CalendarDate): FieldCheck {
  const detail = "entities are expected to have rows, and there are none";
  return { detector: "rows", field: "*", date, rows: 0, invalid: 0, status: "no-data", detail };
}

async function checkRelations(
  warehouse: Warehouse,
  scope: GateScope,
  processor: Processor,
): Promise<ValueFindings> {
  if (!scope.catalog.has(processor.table)) return { checks: [], messages: [] };
  const answers = await Promise.all(
    processor.relations.map(async (relation) => {
      return { relation, answer: await checkRelation(warehouse, scope, relation) };
    }),
  );
  return {
    checks: answers
      .flatMap(({ relation, answer }) => violationsOf(relation, answer))
      .filter(({ date }) => !isFrozen(scope, processor, date)),
    messages: answers.flatMap(({ answer }) => (answer.kind === "check-failed" ? [answer.message] : [])),
  };
}

function violationsOf(relation: Relation, answer: RelationAnswer): readonly FieldCheck[] {
  if (answer.kind === "check-failed") return [];
  return answer.violations.map(({ date, occurrences, example }) => ({
    detector: "relation",
    field: relation.name,
    date,
    rows: occurrences,
    invalid: occurrences,
    status: statusAt(relation.level),
    detail: example,
  }));
}
