import { isColumnName, isInt64, kindOfType, type TypeKind } from "../../domain/column.ts";
import { columnsOf, hasOpenColumns } from "../build/build-columns.ts";
import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import { unknownName, type Problem } from "../problem.ts";
import type { ColumnsText } from "../schema/column-schema.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import type { SourceText } from "../schema/source-schema.ts";
import { repeated } from "./check-duplicates.ts";

type TableEntry = Entry<SourceText> | Entry<ProcessorText>;

/** Keys, dates, clusters, checks and bounds of every table fit the columns that it declares. */
export function* checkColumns(declaration: Declaration): Iterable<Problem> {
  for (const entry of [...declaration.sources, ...declaration.processors]) {
    yield* checkBounds(entry);
    yield* checkNames(entry);
    yield* checkDate(entry);
    yield* checkKey(entry);
    yield* checkCluster(entry);
    if (declaration.described !== undefined) yield* checkTypes(entry);
    yield* checkDistributions(entry);
  }
  for (const entry of declaration.processors) {
    yield* checkChanges(entry, declaration);
    yield* checkDescribable(entry);
    yield* checkEntity(entry);
    yield* checkMemberKey(entry, declaration.populations);
  }
  const { calendar } = declaration;
  if (calendar === undefined) return;
  yield* checkBounds(calendar);
  yield* checkDate(calendar);
  yield* undeclared(calendar, [["season"]]);
}

/** The engine describes a statement, and no program. */
function* checkDescribable({ value, at }: Entry<ProcessorText>): Iterable<Problem> {
  if (value.step?.command === undefined || !hasOpenColumns(value.columns)) return;
  yield {
    place: at(),
    message: `The columns of "${value.id}" are not known before its command has run`,
    hint: "declare each column with its type under columns",
  };
}

/** Declared columns that the engine does not have. */
function* checkTypes({ value, at }: TableEntry): Iterable<Problem> {
  if (!hasOpenColumns(value.columns)) return;
  const names = columnsOf(value.columns).map(({ name }) => name);
  for (const [name, column] of Object.entries(value.columns)) {
    if (typeof column === "string" || column.type !== undefined) continue;
    yield unknownName(at("columns", name), {
      kind: "column",
      name,
      names,
      otherwise: `use one of: ${names.join(", ")}`,
    });
  }
}

/** Types that may say how many decimals they have. */
const floats: ReadonlySet<string> = new Set(["float64", "array<float64>"]);

/** Types whose values have the order of numbers. */
const bounded: ReadonlySet<TypeKind> = new Set(["int64", "float64", "numeric"]);

/** Types whose values name nothing: engines do not compare them, or not as texts. */
const nameless: ReadonlySet<TypeKind> = new Set([
  "json",
  "bytes",
  "opaque",
  "array<float64>",
  "array<string>",
  "array<int64>",
]);

/** Types that BigQuery sorts no table by: https://cloud.google.com/bigquery/docs/creating-clustered-tables. */
const unsorted: ReadonlySet<TypeKind> = new Set([...nameless, "float64", "time"]);
const sortedOpaque = /^opaque\((?:GEOGRAPHY|RANGE)/i;

function* checkCluster({ value, at }: TableEntry): Iterable<Problem> {
  const columns = columnsOf(value.columns);
  for (const [index, name] of value.cluster.entries()) {
    const type = columns.find((column) => column.name === name)?.type;
    if (type === undefined || !unsorted.has(kindOfType(type)) || sortedOpaque.test(type)) continue;
    yield {
      place: at("cluster", index),
      message: `The cluster column "${name}" is ${type}, by which BigQuery sorts no table`,
      hint: "choose a column of another type, or leave it out",
    };
  }
}

function* checkBounds(entry: Entry<{ readonly columns: ColumnsText }>): Iterable<Problem> {
  const { value, at, atKey } = entry;
  yield* checkBoundTypes(entry);
  for (const { name, type, min, max, values, decimals } of columnsOf(value.columns)) {
    if (min !== undefined && max !== undefined && min > max) {
      yield {
        place: at("columns", name, "min"),
        message: `"${name}": min ${min} is above max ${max}`,
        hint: "exchange them",
      };
    }
    if (decimals !== undefined && !floats.has(type)) {
      yield {
        place: atKey("columns", name, "decimals"),
        message: `"${name}" has decimals but is ${type}`,
        hint: "remove decimals, or make the type float64",
      };
    }
    if (values !== undefined && type !== "string") {
      yield {
        place: atKey("columns", name, "values"),
        message: `"${name}" lists values but is ${type}`,
        hint: "remove values, or make the type string",
      };
    }
  }
}

/** A bound is of the column's order, and one that the type can hold or lie between. */
function* checkBoundTypes({ value, at, atKey }: Entry<{ readonly columns: ColumnsText }>): Iterable<Problem> {
  for (const column of columnsOf(value.columns)) {
    for (const key of ["min", "max"] as const) {
      const bound = column[key];
      if (bound === undefined) continue;
      const path = ["columns", column.name, key];
      const message = `"${column.name}" has ${key} but is ${column.type}`;
      if (!bounded.has(kindOfType(column.type))) {
        yield { place: atKey(...path), message, hint: `remove ${key}, or make the type one of numbers` };
      } else if (column.type === "int64" && !isInt64(typeof bound === "number" ? Math.floor(bound) : bound)) {
        yield {
          place: at(...path),
          message: `"${column.name}": ${key} ${bound} is beyond int64`,
          hint: `remove ${key}`,
        };
      }
    }
  }
}

function* checkNames(entry: TableEntry): Iterable<Problem> {
  const { value, at } = entry;
  yield* undeclared(entry, listPaths(value, "key"));
  yield* undeclared(entry, listPaths(value, "cluster"));
  yield* repeated(
    "key column",
    value.key.map((name, index) => ({ name, place: at("key", index) })),
  );
  yield* repeated(
    "cluster column",
    value.cluster.map((name, index) => ({ name, place: at("cluster", index) })),
  );
  yield* undeclared(
    entry,
    value.critical.flatMap(({ field }, index) =>
      typeof field === "string"
        ? [["critical", index, "field"]]
        : field.map((_, position) => ["critical", index, "field", position]),
    ),
  );
}

/** A budget of changes is about columns that may change, dates in their order, and rows that are staged before they are written. */
function* checkChanges(
  entry: Entry<ProcessorText>,
  declaration: Pick<Declaration, "described">,
): Iterable<Problem> {
  const { value, at } = entry;
  const { changes, step, id } = value;
  if (changes === undefined) return;
  yield* checkChanging(entry, { ...declaration, changing: changes.columns ?? [] });
  const { dates } = changes;
  if (dates !== undefined && dates.from > dates.to) {
    const message = `"${dates.from}" to "${dates.to}" ends before it starts`;
    yield { place: at("changes", "dates"), message, hint: "exchange them" };
  }
  if (step?.writes === "direct") {
    const message = `The command of "${id}" writes the table itself, so that nothing can be compared before`;
    yield { place: at("changes"), message, hint: "remove changes, or have the command give rows" };
  }
}

function* checkChanging(
  { value, at }: Entry<ProcessorText>,
  { described, changing }: Pick<Declaration, "described"> & { readonly changing: readonly string[] },
): Iterable<Problem> {
  const { key, date, id, columns } = value;
  const names = columnsOf(columns).map(({ name }) => name);
  const isKnown = described !== undefined || !hasOpenColumns(columns);
  for (const [index, name] of changing.entries()) {
    const place = at("changes", "columns", index);
    if (isKnown && !names.includes(name)) {
      yield unknownName(place, { kind: "column", name, names, otherwise: "declare it under columns" });
    }
    if (name !== date && !key.includes(name)) continue;
    const message = `"${name}" names the rows of "${id}": where it is another, the row is another`;
    yield { place, message, hint: "use rows-added and rows-removed" };
  }
}

function listPaths(value: SourceText | ProcessorText, list: "key" | "cluster"): readonly PropertyKey[][] {
  return value[list].map((_, index) => [list, index]);
}

function* checkDate(
  entry: Entry<{ readonly date: string; readonly columns: ColumnsText }>,
): Iterable<Problem> {
  const { value, at } = entry;
  if (!isColumnName(value.date) || value.date === "none") return;
  yield* undeclared(entry, [["date"]]);
  const column = columnsOf(value.columns).find(({ name }) => name === value.date);
  if (column === undefined) return;
  if (column.type !== "date" || column.nullable !== undefined) {
    yield {
      place: at("date"),
      message: `"${value.date}" is no required date column`,
      hint: `declare "${value.date}: date"`,
    };
  }
}

function* checkKey({ value, at }: TableEntry): Iterable<Problem> {
  for (const { name, type } of columnsOf(value.columns)) {
    if (!nameless.has(kindOfType(type)) || !value.key.includes(name)) continue;
    yield {
      place: at("key", value.key.indexOf(name)),
      message: `The key column "${name}" is ${type}, whose values name no row`,
      hint: "choose other columns",
    };
  }
  const nullable = columnsOf(value.columns).filter((column) => column.nullable !== undefined);
  for (const [index, name] of value.key.entries()) {
    if (!nullable.some((column) => column.name === name)) continue;
    yield {
      place: at("key", index),
      message: `The key column "${name}" is nullable`,
      hint: "make it required",
    };
  }
}

function* checkEntity({ value, at }: Entry<ProcessorText>): Iterable<Problem> {
  if (value.key.some((name) => name !== value.date)) return;
  yield {
    place: at("key"),
    message: `The key of "${value.id}" names no entity: it is the date alone`,
    hint: "add the columns that tell the rows of a date apart",
  };
}

/** A population that gives keys in columns gives as many as the entity has. */
function* checkMemberKey(
  { value, at }: Entry<ProcessorText>,
  populations: Declaration["populations"],
): Iterable<Problem> {
  const key = populations.find(({ name }) => name === value.population)?.value.key;
  const entity = value.key.filter((name) => name !== value.date);
  if (key === undefined || key.length === entity.length) return;
  yield {
    place: at("population"),
    message: `The population "${value.population}" gives (${key.join(", ")}), and the key of "${value.id}" is (${entity.join(", ")}) besides the date`,
    hint: "name as many columns, in the order of the key",
  };
}

function* checkDistributions({ value, at }: TableEntry): Iterable<Problem> {
  for (const [index, { name, min, max }] of value.distributions.entries()) {
    const place = at("distributions", index);
    if (min === undefined && max === undefined) {
      yield { place, message: `"${name}" has no bound`, hint: "add min or max" };
    } else if ((min ?? -Infinity) > (max ?? Infinity)) {
      yield { place, message: `"${name}": min ${min} is above max ${max}`, hint: "exchange them" };
    }
  }
}

/** Column names at the paths that `columns` does not declare. */
function* undeclared(
  { value, at }: Entry<{ readonly columns: ColumnsText }>,
  paths: readonly (readonly PropertyKey[])[],
): Iterable<Problem> {
  if (hasOpenColumns(value.columns)) return;
  const names = Object.keys(value.columns);
  for (const path of paths) {
    const name = String(
      path.reduce((part, key) => (part as Record<PropertyKey, unknown>)[key], value as unknown),
    );
    if (names.includes(name)) continue;
    yield unknownName(at(...path), { kind: "column", name, names, otherwise: "declare it under columns" });
  }
}
