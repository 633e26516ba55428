import type { FailureCategory, Processor } from "../runbook/runbook.ts";
import { checkStage } from "./check-stage.ts";
import { stageContent } from "./replace-partitions.ts";
import type { TableCut } from "../domain/table-cut.ts";
import type { Column } from "../domain/column.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import { quoteName, quoteNames } from "./identifiers.ts";
import { keyText, namedKey } from "./key-text.ts";
import { noRows } from "./no-rows.ts";
import { populationRows } from "./population.ts";

/**
 * Statements that make an empty stage: `outcomes` has `stage_date`, `stage_entity`, the failure columns, `stage_loss`
 * (what a value would lose in its declared type) and every declared column; `population` has `stage_date`, `stage_entity`. None where filling creates it.
 */
export function createStage(dialect: Dialect, names: StageNames, processor: Processor): readonly string[] {
  return dialect.stage.create(names, stageColumns(dialect, processor));
}

/**
 * Statements that append, for the dates in @dates, the outcomes of `source` (a query with the processor's columns by
 * name, cast to the declared types) and the processor's population: run together, both or neither are kept. What the
 * runbook writes of both is narrowed to the cuts.
 */
export function fillStage(
  dialect: Dialect,
  names: StageNames,
  request: {
    readonly processor: Processor;
    readonly source: string;
    readonly cuts: readonly TableCut[];
  },
): readonly string[] {
  const { cuts } = request;
  const processor = narrowPopulation(dialect, request.processor, cuts);
  const isWritten = processor.step.kind === "sql";
  const source = isWritten ? dialect.cut.narrow(request.source, cuts) : request.source;
  return dialect.stage.fill(names, {
    definitions: stageColumns(dialect, processor),
    declared: processor.columns,
    outcomes: outcomesQuery(dialect, { processor, source }),
    population: populationQuery(dialect, processor),
  });
}

function narrowPopulation(dialect: Dialect, processor: Processor, cuts: readonly TableCut[]): Processor {
  const { population } = processor;
  if (population === undefined) return processor;
  const text = dialect.cut.narrow(population.sql.text, cuts);
  return { ...processor, population: { ...population, sql: { ...population.sql, text } } };
}

/** Statements that fill a stage with no outcome and no population. */
export function fillNothing(dialect: Dialect, names: StageNames, processor: Processor): readonly string[] {
  const text = dialect.columnType("string");
  const day = "cast(null as date) as stage_date";
  const texts = ["stage_entity", "failure_category", "failure_reason", "stage_loss"].map(
    (name) => `cast(null as ${text}) as ${name}`,
  );
  const values = processor.columns.map(
    ({ name, type }) => `cast(null as ${dialect.columnType(type)}) as ${quoteName(dialect, name)}`,
  );
  return dialect.stage.fill(names, {
    definitions: stageColumns(dialect, processor),
    declared: processor.columns,
    outcomes: noRows([day, ...texts, ...values]),
    population: noRows([day, `cast(null as ${text}) as stage_entity`]),
  });
}

/** What a processor's table holds between @start_date and @end_date, as outcomes. */
export function writtenRows(dialect: Dialect, { table, dateColumn, columns }: Processor): string {
  const text = dialect.columnType("string");
  const names = quoteNames(
    dialect,
    columns.map(({ name }) => name),
  );
  return `select ${names}, cast(null as ${text}) as failure_category, cast(null as ${text}) as failure_reason
from ${dialect.cut.beside(table)}
where ${quoteName(dialect, dateColumn)} between @start_date and @end_date`;
}

/** The queries that a cell runs over its dates, as far as the runbook writes them: a SQL step's, and the population's. */
export function stepQueries(
  dialect: Dialect,
  processor: Processor,
  cuts: readonly TableCut[],
): readonly string[] {
  const { step } = processor;
  const population = populationQuery(dialect, narrowPopulation(dialect, processor, cuts));
  if (step.kind !== "sql") return [population];
  return [outcomesQuery(dialect, { processor, source: dialect.cut.narrow(step.sql.text, cuts) }), population];
}

function stageColumns(dialect: Dialect, processor: Processor): readonly string[] {
  const text = dialect.columnType("string");
  return [
    "stage_date date",
    `stage_entity ${text}`,
    `failure_category ${text}`,
    `failure_reason ${text}`,
    `stage_loss ${text}`,
    ...processor.columns.map(
      (column) => `${quoteName(dialect, column.name)} ${dialect.columnType(column.type)}`,
    ),
  ];
}

/** What a SQL step and its population give as a stage would hold it, but for what values lose; nothing is narrowed. */
export function stagedQueries(
  dialect: Dialect,
  processor: Processor,
): { readonly outcomes: string; readonly population: string } | undefined {
  const { step } = processor;
  if (step.kind !== "sql") return undefined;
  const loss = `cast(null as ${dialect.columnType("string")})`;
  return {
    outcomes: outcomesQuery(dialect, { processor, source: step.sql.text, loss }),
    population: populationQuery(dialect, processor),
  };
}

function outcomesQuery(
  dialect: Dialect,
  {
    processor,
    source,
    loss = lossText(dialect, processor),
  }: { readonly processor: Processor; readonly source: string; readonly loss?: string },
): string {
  const date = quoteName(dialect, processor.dateColumn);
  const text = dialect.columnType("string");
  const columns = processor.columns.map((column) => {
    const name = quoteName(dialect, column.name);
    return `${typedValue(dialect, column)} as ${name}`;
  });
  const { step } = processor;
  const [category, reason] =
    step.kind === "sql" && step.givesFailures === false
      ? ["null", "null"]
      : ["failure_category", "failure_reason"];
  return `select
  cast(${date} as date) as stage_date,
  ${stagedEntity(dialect, processor)} as stage_entity,
  cast(${category} as ${text}) as failure_category,
  cast(${reason} as ${text}) as failure_reason,
  ${loss} as stage_loss,
  ${columns.join(",\n  ")}
from (
${source}
) as step_outcome
where ${dialect.isIn(`cast(${date} as date)`, "dates")}`;
}

/** The entity as the table will hold it: 7.0 of a step is 7 in an int64 column. */
function stagedEntity(dialect: Dialect, { entity, columns }: Processor): string {
  const parts = entity.flatMap((name) => columns.filter((column) => column.name === name));
  return keyText(
    dialect,
    parts.map((column) => ({ value: typedValue(dialect, column), type: column.type })),
  );
}

/** Decimals below which a float differs by the order in which its parts were added. */
const noiseDecimals = 9;

/**
 * A value in its declared type and with its declared decimals: NULL where what it would lose is told by `lossText`. A
 * float, alone or in an array, is rounded half away from zero, first to nine decimals: what the order of a sum changes
 * is gone before.
 */
function typedValue(dialect: Dialect, { name, type, decimals }: Column): string {
  const value = quoteName(dialect, name);
  if (type === "timestamp") return dialect.instantOf(value);
  const cast = dialect.lossOf(type, value) === undefined ? "cast" : dialect.tryCast;
  const typed =
    type === "float64" ? dialect.floatOf(value) : `${cast}(${value} as ${dialect.columnType(type)})`;
  if (decimals === undefined) return typed;
  if (type === "array<float64>") return dialect.mapArray(typed, rounded("element", decimals));
  return type === "float64" ? rounded(typed, decimals) : typed;
}

function rounded(value: string, decimals: number): string {
  return decimals < noiseDecimals
    ? `round(round(${value}, ${noiseDecimals}), ${decimals})`
    : `round(${value}, ${decimals})`;
}

/** Which value of a row its declared type would change, or NULL. */
function lossText(dialect: Dialect, { columns }: Processor): string {
  const cases = columns.flatMap(({ name, type }) => {
    const loss = dialect.lossOf(type, quoteName(dialect, name));
    return loss === undefined ? [] : [`when ${loss.when} then ${dialect.quoteText(`${name} ${loss.words}`)}`];
  });
  const text = dialect.columnType("string");
  return cases.length === 0 ? `cast(null as ${text})` : `case ${cases.join("\n    ")} end`;
}

function populationQuery(dialect: Dialect, processor: Processor): string {
  return `select analysis_date as stage_date, entity_id as stage_entity
from (
${populationRows(dialect, processor)}
) as population
where ${dialect.isIn("analysis_date", "dates")}`;
}

/** The entity id of a row: the text of its key without the date; NULL when a part is NULL. */
export function entityOf(dialect: Dialect, processor: Processor): string {
  return namedKey(dialect, processor, processor.entity);
}

/**
 * What a stage holds and what breaks its contract, in one statement: a row per date with an empty finding, as
 * `stageContent` gives it, and a row per (date, finding), as `checkStage` gives it.
 */
export function readStage(
  dialect: Dialect,
  names: StageNames,
  { processor, categories }: { processor: Processor; categories: readonly FailureCategory[] },
): string {
  return `select
  analysis_date, '' as finding, 0 as occurrences, '' as example,
  row_count, rows_version, failure_count, failures_version
from (
${stageContent(dialect, names, processor)}
) as content
union all
select analysis_date, finding, occurrences, example, 0, '', 0, ''
from (
${checkStage(dialect, names, { processor, categories })}
) as violation
order by 1, 2`;
}
