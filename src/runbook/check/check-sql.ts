import { parameterNamesOf, tableReferencesOf, tokenizeSql } from "../../domain/sql-tokens.ts";
import { mostSqlCharacters, plainSql, statementOffsets, unendedOffset } from "../../domain/sql-statement.ts";
import type { Column } from "../../domain/column.ts";
import { columnsOf } from "../build/build-columns.ts";
import type { Declaration } from "../declaration.ts";
import { undeclared } from "../described-columns.ts";
import { nearestName } from "../nearest.ts";
import { unknownName, type Problem } from "../problem.ts";
import type { SqlUse } from "../processor-sql.ts";
import type { Place } from "../runbook.ts";
import { findDialectDifferences } from "../sql-rules/find-differences.ts";
import { sqlUsesOf } from "../sql-uses.ts";

/** Every SQL file is there, uses declared parameters, reads the declared tables, and means one thing on both engines. */
export function* checkSql(declaration: Declaration): Iterable<Problem> {
  const columns = columnsByTable(declaration);
  const known = [...declaration.sources, ...declaration.processors].map(({ value }) => value.table);
  const isLedgerKnown = declaration.identity.value.ledger !== "";
  for (const use of sqlUsesOf(declaration)) {
    const written = declaration.files.get(use.file);
    if (written === undefined) {
      const names = [...declaration.files.keys()].filter((file) => file.endsWith(".sql"));
      yield unknownName(use.place, { kind: "file", name: use.file, names, otherwise: "create the file" });
      continue;
    }
    const text = plainSql(written);
    if (text.length > mostSqlCharacters) {
      const message = `It has ${text.length} characters, over ${mostSqlCharacters}`;
      yield { place: placeIn({ file: use.file, text }, 0), message, hint: "keep data in tables" };
      continue;
    }
    yield* checkStatement(use, text);
    yield* checkParameters(use, text);
    if (use.tables === undefined) continue;
    if (isLedgerKnown) yield* checkTables({ ...use, tables: use.tables, known }, text);
    const nullable = nullableColumns(columns, [
      ...use.tables.declared.map(({ name }) => name),
      ...use.tables.implicit,
    ]);
    for (const { offset, message, hint } of findDialectDifferences(text, nullable)) {
      yield { place: placeIn({ file: use.file, text }, offset), message, hint };
    }
  }
}

/** A query is one statement, since the engine puts it into others; a script may be several. */
function* checkStatement({ file, isScript = false }: SqlUse, text: string): Iterable<Problem> {
  const open = unendedOffset(text);
  if (open !== undefined) {
    const message = `Nothing ends what begins here: ${text.slice(open, open + 20).trimEnd()}`;
    yield { place: placeIn({ file, text }, open), message, hint: "end the string, the name or the comment" };
  }
  const [first, second] = statementOffsets(text);
  if (first === undefined) {
    const message = "The file holds no statement";
    yield {
      place: placeIn({ file, text }, 0),
      message,
      hint: "write the statement, or remove the mention of the file",
    };
  }
  if (second === undefined || isScript) return;
  const message = "A second statement begins here";
  yield { place: placeIn({ file, text }, second), message, hint: "keep one statement in the file" };
}

function* checkParameters({ file, owner, parameters }: SqlUse, text: string): Iterable<Problem> {
  const unknown = parameterNamesOf(text).filter((name) => !parameters.includes(name));
  const tokens = unknown.length === 0 ? [] : tokenizeSql(text).toReversed();
  const offsets = new Map(tokens.map((token) => [token.text, token.offset]));
  for (const name of unknown) {
    const nearest = nearestName(name, parameters);
    yield {
      place: placeIn({ file, text }, offsets.get(`@${name}`) ?? 0),
      message: `@${name} is no parameter of ${owner}`,
      hint: nearest === undefined ? `declare "${name}" under parameters` : `write @${nearest}`,
    };
  }
}

type TableUse = SqlUse & {
  readonly tables: NonNullable<SqlUse["tables"]>;
  /** Every source's and processor's table. */
  readonly known: readonly string[];
};

function* checkTables({ file, owner, tables, known }: TableUse, text: string): Iterable<Problem> {
  const references = tableReferencesOf(text);
  const allowed = [...tables.declared.map(({ name }) => name), ...tables.implicit];
  for (const { name, offset } of references) {
    if (!allowed.includes(name))
      yield undeclaredTable({ name, owner, allowed, known, place: placeIn({ file, text }, offset) });
  }
  const read = new Set(references.map(({ name }) => name));
  for (const { name, place } of tables.declared) {
    if (read.has(name)) continue;
    yield { place, message: `${file} does not read "${name}"`, hint: "remove it here, or read it there" };
  }
}

function undeclaredTable(table: {
  readonly name: string;
  readonly owner: string;
  readonly allowed: readonly string[];
  readonly known: readonly string[];
  readonly place: Place;
}): Problem {
  const { name, owner, allowed, known, place } = table;
  const isKnown = known.includes(name);
  const nearest = nearestName(name, isKnown ? allowed : [...allowed, ...known]);
  const declaring = isKnown ? "declare it under reads" : "declare it as a source and under reads";
  const remedy = name.endsWith(".precompute_failures")
    ? "set failures: true, or only, on an edge"
    : declaring;
  return {
    place,
    message: `"${name}" is no table that ${owner} declares`,
    hint: nearest === undefined ? remedy : `write "${nearest}", or ${remedy}`,
  };
}

/** Names of the columns of tables that share a name, the required ones apart. */
type ColumnNames = { readonly required: readonly string[]; readonly nullable: readonly string[] };

function columnsByTable({ sources, processors }: Declaration): ReadonlyMap<string, readonly ColumnNames[]> {
  const tables = [...sources, ...processors].map(({ value }) => value);
  const named = tables.map(({ table, columns }): readonly [string, ColumnNames] => {
    const all = columnsOf(columns);
    const nullable = all.filter((column) => isNullable(column)).map(({ name }) => name);
    return [
      table,
      { nullable, required: all.filter((column) => !isNullable(column)).map(({ name }) => name) },
    ];
  });
  const byTable = Map.groupBy(named, ([table]) => table);
  return new Map([...byTable].map(([table, own]) => [table, own.map(([, columns]) => columns)]));
}

function isNullable({ nullable }: Column): boolean {
  return nullable !== undefined && nullable !== undeclared;
}

/** Columns that are declared nullable in every one of the tables that have them. */
function nullableColumns(
  columns: ReadonlyMap<string, readonly ColumnNames[]>,
  tables: readonly string[],
): ReadonlySet<string> {
  const read = [...new Set(tables)].flatMap((table) => columns.get(table) ?? []);
  const names = new Set(read.flatMap(({ nullable }) => nullable));
  for (const { required } of read) for (const name of required) names.delete(name);
  return names;
}

/** Where an offset of a file's text stands. */
export function placeIn(
  { file, text }: { readonly file: string; readonly text: string },
  offset: number,
): Place {
  const lines = text.slice(0, offset).split("\n");
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
