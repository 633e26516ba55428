import type { Column, ColumnType } from "../domain/column.ts";
import { datasetOf, type TableId } from "../domain/table-id.ts";
import { clusterOf, isRequired } from "./create-table.ts";
import type { Dialect, HashedColumn, Replacement, StageContent, StageNames, TableShape } from "./dialect.ts";
import { googlesqlLoss } from "./googlesql-losses.ts";
import { quoteDate, quoteName, quoteNames, quoteTable } from "./identifiers.ts";
import { leaseStands, livingLeases, releaseLeases, renewLeases, takeLeases } from "./leases.ts";
import { narrowToCuts } from "./narrow-to-cuts.ts";
import { onDates } from "./on-dates.ts";
import { googlesqlDescribed, googlesqlReadable, googlesqlType } from "./googlesql-types.ts";
import { readingOf } from "./readable-types.ts";
import { stageTable } from "./stage-table.ts";
import { typeLetters } from "./type-letters.ts";

/**
 * The SQL of BigQuery. Another job sees no temporary table, so a stage is one table of the ledger's dataset that holds
 * both sides, which one statement fills. Every statement is atomic by itself; there is no transaction around several.
 */
export const googlesql: Dialect = {
  quote: "`",
  quoteText: (text) =>
    `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}'`,
  columnType: googlesqlType,
  describedType: googlesqlDescribed,
  lossOf: googlesqlLoss,
  dateOfParts: (year, month, day) => `date(${year}, ${month}, ${day})`,
  instantOf: (value) => `cast(${value} as timestamp)`,
  floatOf: (value) => `safe_cast(${value} as float64)`,
  readsAs: (type, found) => readingOf(googlesqlReadable, type, found),
  tableIdentity: (table) => table,
  jsonText: (value) => `to_json_string(${value})`,
  tryCast: "safe_cast",
  columnClauses: (column) => `${isRequired(column) ? " not null" : ""}${columnOptions(column)}`,
  tableClauses,
  isIn: (expression, name) => `${expression} in unnest(@${name})`,
  rowsOfArrays([first, ...rest]) {
    if (first === undefined) throw new Error("rowsOfArrays() needs a column");
    const others = rest.map(({ name }) => `@${name}[offset(position)] as ${name}`);
    return `select ${[first.name, ...others].join(", ")} from unnest(@${first.name}) as ${first.name} with offset as position`;
  },
  rowsOfJson({ parameter, list, columns }) {
    const texts = columns.map(
      (name) => `json_value(element, '$."${name}"') as ${quoteName(googlesql, name)}`,
    );
    return `select ${texts.join(", ")} from unnest(json_query_array(@${parameter}, '$."${list}"')) as element`;
  },
  microsecondAfter: (instant) => `timestamp_add(${instant}, interval 1 microsecond)`,
  isNotFinite: (expression) => `is_nan(${expression}) or is_inf(${expression})`,
  holdsNotFinite: (expression) =>
    `exists(select 1 from unnest(${expression}) as element where element is null or is_nan(element) or is_inf(element))`,
  mapArray: (expression, element) =>
    `if(${expression} is null, null, array(select ${element} from unnest(${expression}) as element with offset as place order by place))`,
  contentHash,
  hashTag: "bigquery/json-farm-2",
  formerHash: {
    isNamed: (tag) => tag === "bigquery/farm-json-count-xor-sum",
    contentHash: (columns) =>
      countXorSum(columns.map(({ name }, index) => `${quoteName(googlesql, name)} as c${index}`)),
  },
  dateSeries(column, { from, every, steps, isMonthEnd }) {
    const day = `date_add(${quoteDate(googlesql, from)}, interval step ${every})`;
    const stepped = every === "month" && isMonthEnd ? `last_day(${day})` : day;
    return `select ${stepped} as ${column} from unnest(generate_array(0, ${steps})) as step`;
  },
  weekday: (date) => `mod(extract(dayofweek from ${date}) + 5, 7) + 1`,
  catalogColumns: (datasets) =>
    `${ofEach(
      datasets,
      (schema) =>
        `select table_schema, table_name, column_name, data_type, ordinal_position from ${schema}.COLUMNS`,
    )}
order by table_schema, table_name, ordinal_position`,
  tellsAbsentDatasets: true,
  layouts: {
    columns: (datasets) =>
      ofEach(
        datasets,
        (schema) =>
          `select table_schema, table_name, column_name, is_nullable, is_partitioning_column, clustering_ordinal_position from ${schema}.COLUMNS`,
      ),
    expiries: (datasets) =>
      ofEach(
        datasets,
        (schema) => `select table_schema, table_name, option_name, option_value
from ${schema}.TABLE_OPTIONS
where option_name in ('expiration_timestamp', 'partition_expiration_days')`,
      ),
  },
  tableDescriptions: (datasets) =>
    ofEach(
      datasets,
      (schema) => `select table_schema, table_name, option_value as description
from ${schema}.TABLE_OPTIONS
where option_name in ('description')`,
    ),
  describeTable: (table, description) =>
    `alter table ${quoteTable(googlesql, table)} set options (description = ${googlesql.quoteText(description)})`,
  describesWhenCreating: true,
  partitionMetadata: (tables) =>
    [...new Set(tables.map(datasetOf))]
      .flatMap((dataset) => [partitionsOf(dataset), partitionColumnsOf(dataset), uncertainTablesOf(dataset)])
      .join("\nunion all\n"),
  leases: {
    take: (tables) => takeLeases(googlesql, tables),
    living: (tables) => livingLeases(googlesql, tables),
    stands: (leases) => leaseStands(googlesql, leases),
    renew: (leases) => renewLeases(googlesql, leases),
    release: (leases) => releaseLeases(googlesql, leases),
  },
  stage: {
    names(stage) {
      const name = quoteTable(googlesql, stageTable(stage));
      return { outcomes: sideOf(name, "outcome"), population: sideOf(name, "member"), tables: [name] };
    },
    create: () => [],
    fill: (names, content) => [fillStage(names, content)],
    drop: () => [],
    dropWithMarker: ({ tables }) => tables.map((table) => `drop table if exists ${table}`),
  },
  cut: {
    begin: () => [],
    // A session keeps no views, so the texts themselves are narrowed.
    narrow: (query, cuts) => narrowToCuts(googlesql, query, cuts),
    beside: (table) => quoteTable(googlesql, table),
    end: () => [],
  },
  // It has no lateral join.
  eachAlone: undefined,
  replaceRows: (replacement) => [mergeRows(replacement)],
  provesWrites: "condition",
  keepsCopies: false,
  inOneJob: (statements) => (statements.length === 0 ? [] : [statements.join(";\n")]),
};

/** A table for what a command wrote, empty, for a day. */
export function createOutput(table: TableId, columns: readonly Pick<Column, "name" | "type">[]): string {
  const shape = columns.map(({ name, type }) => `${quoteName(googlesql, name)} ${googlesqlType(type)}`);
  return `create or replace table ${quoteTable(googlesql, table)} (${shape.join(", ")})
options (expiration_timestamp = timestamp_add(current_timestamp(), interval 1 day))`;
}

/** Without an expiry of its own, a table would take its dataset's default and vanish. */
function tableClauses({ partitionBy, cluster, description }: TableShape): string {
  const partition = partitionBy === undefined ? "" : `\npartition by ${quoteName(googlesql, partitionBy)}`;
  const clustered = clusterOf(cluster);
  const clustering = clustered.length === 0 ? "" : `\ncluster by ${quoteNames(googlesql, clustered)}`;
  const options = [
    "expiration_timestamp = null",
    ...(partitionBy === undefined ? [] : ["partition_expiration_days = null"]),
    ...(description === undefined ? [] : [`description = ${googlesql.quoteText(description)}`]),
  ];
  return `${partition}${clustering}\noptions (${options.join(", ")})`;
}

/** What the runbook says of a column: description, unit, and why NULL is legitimate. */
function columnOptions({ description, unit, nullable }: Column): string {
  const facts = [
    ...(description === undefined ? [] : [description]),
    ...(unit === undefined ? [] : [`unit: ${unit}`]),
    ...(nullable === undefined ? [] : [`NULL: ${nullable}`]),
  ];
  return facts.length === 0 ? "" : ` options (description = ${googlesql.quoteText(facts.join("; "))})`;
}

/**
 * Fields are named by position: the JSON holds names, and equal rows may stand under different ones. In JSON a zero has no
 * sign, so the signs of zeros stand beside it.
 */
function contentHash(columns: readonly HashedColumn[]): string {
  const fields = [
    `'${typeLetters(columns)}' as types`,
    ...columns.map((column, index) => `${hashedValue(column)} as c${index}`),
    ...columns.flatMap(({ name, type }, index) => {
      const signs = zeroSigns(quoteName(googlesql, name), type);
      return signs === undefined ? [] : [`${signs} as z${index}`];
    }),
  ];
  return countXorSum(fields);
}

/** In JSON its own null and none are alike, so a column of JSON stands there as a text. */
function hashedValue({ name, type }: HashedColumn): string {
  const column = quoteName(googlesql, name);
  return type === "json" ? `if(${column} is null, null, to_json_string(${column}))` : column;
}

function countXorSum(fields: readonly string[]): string {
  const hash = `farm_fingerprint(to_json_string(struct(${fields.join(", ")})))`;
  return [
    "cast(count(*) as string)",
    `cast(coalesce(bit_xor(${hash}), 0) as string)`,
    `cast(coalesce(sum(cast(${hash} as numeric)), 0) as string)`,
  ].join(" || ':' || ");
}

/** What tells -0.0 from 0.0 in a float, or in each element of an array; undefined for types without it. */
function zeroSigns(column: string, type: ColumnType): string | undefined {
  if (type === "float64") return negativeZero(column);
  if (type !== "array<float64>") return undefined;
  return `array(select position from unnest(${column}) as element with offset as position where ${negativeZero("element")} order by position)`;
}

function negativeZero(float: string): string {
  return `(${float} = 0 and ieee_divide(1, ${float}) < 0)`;
}

/** One query for several datasets; `queryOf` is told the dataset's INFORMATION_SCHEMA. */
function ofEach(datasets: readonly string[], queryOf: (schema: string) => string): string {
  return datasets
    .map((dataset) => queryOf(`${quoteName(googlesql, dataset)}.INFORMATION_SCHEMA`))
    .join("\nunion all\n");
}

function partitionsOf(dataset: string): string {
  return `select
  table_schema, table_name, partition_id, total_rows, unix_micros(last_modified_time) as last_modified,
  cast(null as string) as partition_column, false as keeps_deleted
from ${quoteName(googlesql, dataset)}.INFORMATION_SCHEMA.PARTITIONS
where table_name in unnest(@tables)`;
}

function partitionColumnsOf(dataset: string): string {
  return `select
  table_schema, table_name, cast(null as string), cast(null as int64), cast(null as int64), column_name, false
from ${quoteName(googlesql, dataset)}.INFORMATION_SCHEMA.COLUMNS
where table_name in unnest(@tables) and is_partitioning_column = 'YES'`;
}

/** Metadata of a table with fine-grained mutations may count rows that were deleted. */
function uncertainTablesOf(dataset: string): string {
  return `select
  table_schema, table_name, cast(null as string), cast(null as int64), cast(null as int64), cast(null as string), true
from ${quoteName(googlesql, dataset)}.INFORMATION_SCHEMA.TABLES
where table_name in unnest(@tables) and is_fine_grained_mutations_enabled = 'YES'`;
}

function sideOf(table: string, side: "outcome" | "member"): string {
  return `(select * from ${table} where stage_side = '${side}')`;
}

/**
 * A script: the table with an expiry in case it is absent, then both sides of @dates in one statement. What a script that
 * failed further on has staged of them goes first, so it is safe to repeat.
 */
function fillStage({ tables: [table = ""] }: StageNames, content: StageContent): string {
  const { definitions, declared } = content;
  const names = declared.map(({ name }) => name);
  const columns = [
    "stage_date",
    "stage_entity",
    "failure_category",
    "failure_reason",
    "stage_loss",
    ...names,
  ];
  const absent = ["string", "string", "string", ...declared.map(({ type }) => googlesqlType(type))];
  return `create table if not exists ${table} (
  stage_side string, ${definitions.join(", ")}
)
options (expiration_timestamp = timestamp_add(current_timestamp(), interval 1 day));
delete from ${table} where stage_date in unnest(@dates);
insert into ${table} (stage_side, ${quoteNames(googlesql, columns)})
select 'outcome', outcome.*
from (
${content.outcomes}
) as outcome
union all
select 'member', stage_date, stage_entity, ${absent.map((type) => `cast(null as ${type})`).join(", ")}
from (
${content.population}
) as member`;
}

/**
 * The insert-overwrite of BigQuery: nothing matches, so what stands in the scope goes and what is given comes. It keeps
 * the table's partitions, clustering and required columns, as a load would not; of given dates the bounds are constants of
 * the job, which is what prunes partitions.
 */
function mergeRows({ table, columns, rows, alias, scope }: Replacement): string {
  const names = quoteNames(googlesql, columns);
  return `merge ${quoteTable(googlesql, table)} as target
using (
${rows}
) as ${alias}
on false
when not matched by source${replaced(scope)} then delete
when not matched by target then insert (${names}) values (${names})`;
}

function replaced(scope: Replacement["scope"]): string {
  if (scope.kind === "table") return "";
  const date = `target.${quoteName(googlesql, scope.dateColumn)}`;
  return ` and ${scope.kind === "every-date" ? `${date} >= date '0001-01-01'` : onDates(googlesql, date)}`;
}
