import type { TableCut } from "../domain/table-cut.ts";
import { datasetOf, type TableId } from "../domain/table-id.ts";
import { cutRows } from "./table-cut.ts";
import type { Dialect, HashedColumn, Replacement } from "./dialect.ts";
import { duckdbInstant, duckdbLoss } from "./duckdb-losses.ts";
import { eachAlone } from "./each-alone.ts";
import { duckdbDescribed, duckdbReadable, duckdbType } from "./duckdb-types.ts";
import { typeLetters } from "./type-letters.ts";
import { onDates } from "./on-dates.ts";
import { quoteDate, quoteName, quoteNames, quoteTable } from "./identifiers.ts";
import { readingOf } from "./readable-types.ts";

/** Names of the database and of the engine's own memory: none that a dataset of a user is likely to have. */
export const duckdbCatalogs = { database: "cascade_database", memory: "cascade_memory" } as const;

/** Where a session looks for names: in the database, then among what the engine lacks of the common subset. */
export const duckdbSearchPath = `${duckdbCatalogs.database}.main,${duckdbCatalogs.memory}.main`;

/** The SQL of DuckDB. A stage is two temporary tables; statements run in one transaction. */
export const duckdb: Dialect = {
  quote: '"',
  quoteText: (text) => `'${text.replaceAll("'", "''")}'`,
  columnType: duckdbType,
  describedType: duckdbDescribed,
  dateOfParts: (year, month, day) => `make_date(${year}, ${month}, ${day})`,
  instantOf: duckdbInstant,
  // The engine divides a decimal by its power of ten, which is not exact beyond 53 bits; its digits are.
  floatOf: (value) => `case when typeof(${value}) like 'DECIMAL%'
    then try_cast(cast(${value} as varchar) as double)
    else try_cast(${value} as double)
  end`,
  readsAs: (type, found) => readingOf(duckdbReadable, type, found),
  tableIdentity: (table) => table.toLowerCase(),
  lossOf: duckdbLoss,
  jsonText: (value) => `cast(to_json(${value}) as varchar)`,
  tryCast: "try_cast",
  columnClauses: () => "",
  tableClauses: () => "",
  isIn: (expression, name) => `list_contains(@${name}, ${expression})`,
  rowsOfArrays: (columns) => `select ${columns.map(({ name }) => `unnest(@${name}) as ${name}`).join(", ")}`,
  rowsOfJson({ parameter, list, columns }) {
    const texts = columns.map((name) => `element ->> '$."${name}"' as ${quoteName(duckdb, name)}`);
    const elements = `from_json(json_extract(@${parameter}, '$."${list}"'), '["JSON"]')`;
    return `select ${texts.join(", ")} from (select unnest(${elements}) as element) as elements`;
  },
  microsecondAfter: (instant) => `${instant} + interval 1 microsecond`,
  isNotFinite: (expression) => `not isfinite(${expression})`,
  holdsNotFinite: (expression) =>
    `len(list_filter(${expression}, lambda element: element is null or not isfinite(element))) > 0`,
  mapArray: (expression, element) => `list_transform(${expression}, lambda element: ${element})`,
  contentHash,
  hashTag: "duckdb/json-md5-1",
  formerHash: {
    // A release may hash otherwise: what it then gives equals nothing that was recorded.
    isNamed: (tag) => /^duckdb-[\w.-]+\/count-xor-sum$/.test(tag),
    contentHash(columns) {
      const hash = `hash(${quoteNames(
        duckdb,
        columns.map(({ name }) => name),
      )})`;
      return `count(*) || ':' || coalesce(bit_xor(${hash}), 0) || ':' || coalesce(sum(${hash}::hugeint), 0)`;
    },
  },
  dateSeries(column, { from, every, steps, isMonthEnd }) {
    const day = `cast(${quoteDate(duckdb, from)} + step * interval 1 ${every} as date)`;
    const stepped = every === "month" && isMonthEnd ? `last_day(${day})` : day;
    return `select ${stepped} as ${column} from generate_series(0, ${steps}) as generated(step)`;
  },
  weekday: (date) => `isodow(${date})`,
  // What `information_schema.columns` is a view of, in two thirds of its time.
  catalogColumns:
    () => `select schema_name as table_schema, table_name, column_name, data_type, column_index as ordinal_position
from duckdb_columns()
where database_name = '${duckdbCatalogs.database}'
order by table_schema, table_name, ordinal_position`,
  tellsAbsentDatasets: false,
  layouts: undefined,
  tableDescriptions: () => `select schema_name as table_schema, table_name, comment as description
from duckdb_tables()
where database_name = '${duckdbCatalogs.database}' and comment is not null`,
  describeTable: (table, description) =>
    `comment on table ${quoteTable(duckdb, table)} is ${duckdb.quoteText(description)}`,
  describesWhenCreating: false,
  partitionMetadata: undefined,
  leases: undefined,
  stage: {
    names({ token }) {
      const outcomes = `cascade_stage_${token}_outcomes`;
      const population = `cascade_stage_${token}_population`;
      return { outcomes, population, tables: [outcomes, population] };
    },
    create: ({ outcomes, population }, definitions) => [
      `create or replace temporary table ${outcomes} (${definitions.join(", ")})`,
      `create or replace temporary table ${population} (stage_date date, stage_entity ${duckdbType("string")})`,
    ],
    fill: (names, { outcomes, population }) => [
      `insert into ${names.outcomes}\n${outcomes}`,
      `insert into ${names.population}\n${population}`,
    ],
    drop: ({ tables }) => tables.map((table) => `drop table if exists ${table}`),
    dropWithMarker: () => [],
  },
  cut: {
    begin: beginCut,
    narrow: (query) => query,
    beside: wholeName,
    end: (token) => [`set search_path = '${duckdbSearchPath}'`, `detach ${cutCatalog(token)}`],
  },
  eachAlone: (query, sights) => eachAlone(duckdb, query, sights),
  replaceRows({ table, columns, rows, scope }) {
    const [name, names] = [quoteTable(duckdb, table), quoteNames(duckdb, columns)];
    return [`delete from ${name}${replaced(scope)}`, `insert into ${name} (${names})\n${rows}`];
  },
  provesWrites: "statement",
  keepsCopies: true,
  inOneJob: (statements) => statements,
};

/**
 * A row is hashed as a JSON array: the text tells every two values apart, which DuckDB's own `hash()` does not (NULL, []
 * and [NULL] are one to it), and both it and MD5 are the same in every release.
 */
function contentHash(columns: readonly HashedColumn[]): string {
  const fields = [`'${typeLetters(columns)}'`, ...columns.map(hashedValue)];
  const hash = `md5_number(json_array(${fields.join(", ")})::varchar)`;
  const low = `(${hash} & 18446744073709551615)::hugeint`;
  return `count(*) || ':' || coalesce(${decimalOf(`bit_xor(${hash})`)}, '0') || ':' || coalesce(sum(${low}), 0)`;
}

/** In JSON its own null and none are alike, so a column of JSON stands there as a text. */
function hashedValue({ name, type }: HashedColumn): string {
  const column = quoteName(duckdb, name);
  return type === "json" ? `${column}::varchar` : column;
}

/**
 * An unsigned 128-bit number as its decimal digits. DuckDB writes a signed one in a twentieth of the time that it takes
 * for an unsigned one, which it divides bit by bit for every digit.
 */
function decimalOf(number: string): string {
  return `case when ${number} < 170141183460469231731687303715884105728 then ${number}::hugeint::varchar
    else (${number} // 10)::hugeint::varchar || (${number} % 10)::varchar end`;
}

/**
 * A catalog of the session's own with views under the names of the tables, where its queries look first: a dataset of two
 * parts is looked for nowhere else. Nothing of it is stored, and no text is changed. An interruption may leave it, so it is
 * safe to repeat.
 */
function beginCut(cuts: readonly TableCut[], token: string): readonly string[] {
  const catalog = cutCatalog(token);
  const datasets = new Set(cuts.map(({ table }) => datasetOf(table).toLowerCase()));
  return [
    `attach if not exists ':memory:' as ${catalog}`,
    ...[...datasets].map((dataset) => `create schema if not exists ${catalog}.${quoteName(duckdb, dataset)}`),
    ...cuts.map(
      (cut) =>
        `create or replace view ${catalog}.${quoteTable(duckdb, cut.table)} as\n${cutRows(duckdb, cut, wholeName(cut.table))}`,
    ),
    `set search_path = '${catalog}.main,${duckdbSearchPath}'`,
  ];
}

function wholeName(table: TableId): string {
  return `${duckdbCatalogs.database}.${quoteTable(duckdb, table)}`;
}

function cutCatalog(token: string): string {
  return `cascade_cut_${token.replaceAll(/\W/g, "_")}`;
}

function replaced(scope: Replacement["scope"]): string {
  return scope.kind === "given-dates"
    ? `\nwhere ${onDates(duckdb, quoteName(duckdb, scope.dateColumn))}`
    : " where true";
}
