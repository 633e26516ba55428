import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { everyDate } from "../domain/calendar-date.ts";
import { isColumnName, undated } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import { mostSqlCharacters, splitStatements } from "../domain/sql-statement.ts";
import { pureTableFunctions, tokenizeSql } from "../domain/sql-tokens.ts";
import { compareProblems, type Problem } from "../runbook/problem.ts";
import type { Place, Processor, Runbook, Source } from "../runbook/runbook.ts";
import type { SqlFile } from "../runbook/ingest.ts";
import type { TableRead } from "../runbook/table-read.ts";
import type { ParsedQuery } from "../warehouse/parsed-query.ts";
import type { QueryText, Warehouse } from "../warehouse/warehouse.ts";
import { invalidRunbook } from "./read-runbook.ts";
import { stepParameters } from "./stage-dates.ts";

/** A text of the runbook that reaches the engine. */
type RunbookSql = {
  /** Where it begins. */
  readonly place: Place;
  readonly text: string;
  /** A query that may read `tables`; a value inside a query of ours; or a query of `sample` or `load`, which reads what it likes. */
  readonly kind: "query" | "value" | "script";
  readonly tables: readonly string[];
};

/** Digests of what was found clean in this process: a job opens its warehouse several times. */
const vetted = new Set<string>();

/**
 * Has the engine parse every text of a runbook before any of it runs: each is exactly one query, reads by name the tables
 * that are declared and no file, and gives the same rows when it runs again. An engine that parses only where it runs
 * is asked where `asksEngine` says so; else its texts are judged by their words. Texts that were found clean are not asked
 * about again. Fault: runbook-invalid with every problem at its file and line.
 */
export async function vetRunbook(
  warehouse: Warehouse,
  runbook: Runbook,
  { asksEngine = false }: { readonly asksEngine?: boolean | undefined } = {},
): Promise<void> {
  const texts = [...queriesOf(runbook), ...valuesOf(runbook), ...scriptsOf(runbook)];
  const prelude = preludeProblems(runbook);
  const digest = digestOf(warehouse, texts, asksEngine);
  if (prelude.length === 0 && vetted.has(digest)) return;
  const parameters = asksEngine
    ? stepParameters(runbook, { processor: {}, dates: [everyDate.from] })
    : undefined;
  const parsed = await warehouse.parse(
    texts.map(({ kind, text }): QueryText => {
      if (text.length > mostSqlCharacters) return { text: "" };
      if (kind === "query") return { text, parameters };
      return { text: kind === "value" ? `${valueHead}${text}` : text };
    }),
  );
  const found = texts.map((sql, index) => ({ sql, objections: judge(sql, parsed[index] ?? unparsed) }));
  const problems = [
    ...(await Promise.all(found.map(({ sql, objections }) => placed(runbook, sql, objections)))).flat(),
    ...prelude,
  ];
  if (problems.length > 0) throw invalidRunbook(runbook.folder, problems.toSorted(compareProblems));
  vetted.add(digest);
}

/** Of all that the verdict rests on: the engine and whether it is asked, the texts, and what each may do. */
function digestOf({ hashTag }: Warehouse, texts: readonly RunbookSql[], asksEngine: boolean): string {
  const facts = texts.map(({ kind, text, tables }) => [kind, text, tables]);
  return createHash("sha256")
    .update(JSON.stringify([hashTag, asksEngine, facts]))
    .digest("hex");
}

const unparsed: ParsedQuery = { kind: "refused", offset: 0, message: "it does not parse" };

/** Begins a query around a value. */
const valueHead = "select\n";

/** What is wrong with a text, at an offset of what was parsed. */
type Objection = { readonly offset: number; readonly message: string; readonly hint: string };

function judge(sql: RunbookSql, parsed: ParsedQuery): readonly Objection[] {
  if (sql.text.length > mostSqlCharacters) {
    const message = `It has ${sql.text.length} characters, over ${mostSqlCharacters}`;
    return [objection(0, message, "keep data in tables")];
  }
  if (parsed.kind === "refused") {
    return [
      objection(
        parsed.offset,
        `The engine refuses it: ${parsed.message}`,
        "write one query and nothing else",
      ),
    ];
  }
  if (sql.kind === "script") return [];
  if (sql.kind === "value" && !parsed.isValue) {
    return [objection(valueHead.length, "It is more than one value", "write one expression")];
  }
  if (sql.kind === "value" && endsInComment(sql.text)) {
    const message = "It ends in a comment, which takes in what stands behind it";
    return [objection(valueHead.length, message, "leave the comment out")];
  }
  const declared = new Set(sql.tables.map((table) => table.toLowerCase()));
  const read = parsed.tables.filter(({ name }) => !declared.has(name.toLowerCase()));
  const functions = parsed.tableFunctions.filter(({ name }) => !pureTableFunctions.has(name.toLowerCase()));
  return [
    ...read.map(({ name, offset }) =>
      objection(
        offset,
        `It reads "${name}", which it does not declare`,
        "read declared tables by their names",
      ),
    ),
    ...functions.map(({ name, offset }) =>
      objection(offset, `It reads by the function "${name}"`, "read declared tables by their names"),
    ),
    ...parsed.unstable.map(({ name, offset }) =>
      objection(
        offset,
        `"${name}" gives another value when it is asked again`,
        "leave it out, or declare a parameter",
      ),
    ),
  ];
}

function objection(offset: number, message: string, hint: string): Objection {
  return { offset, message, hint };
}

/** The objections at their places; where a value stands is looked up only now, in the runbook's own files. */
async function placed(
  { folder }: Runbook,
  sql: RunbookSql,
  objections: readonly Objection[],
): Promise<readonly Problem[]> {
  if (objections.length === 0) return [];
  const found = sql.kind === "value" ? { ...sql, place: await findPlace(folder, sql) } : sql;
  return objections.map(({ offset, message, hint }) => ({ place: placeOf(found, offset), message, hint }));
}

function placeOf({ place, text, kind }: RunbookSql, offset: number): Place {
  const start = kind === "value" ? offset - valueHead.length : offset;
  const before = text.slice(0, Math.max(0, start)).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return {
    ...place,
    line: place.line + before.length - 1,
    column: before.length === 1 ? place.column + column - 1 : column,
  };
}

function query({ file, text }: SqlFile, tables: readonly string[]): RunbookSql {
  return { place: { file, line: 1, column: 1 }, text, kind: "query", tables };
}

function queriesOf({ calendar, processors, causes, ledger }: Runbook): readonly RunbookSql[] {
  const failures = `${ledger}.precompute_failures`;
  const { origin } = calendar;
  return [
    ...(origin.kind === "query" ? [query(origin.sql, tablesRead(origin.reads))] : []),
    ...processors.flatMap(({ table, reads, step, population, relations }) => {
      const edges = [calendar.table, failures, ...reads.map((edge) => edge.table)];
      return [
        ...(population === undefined
          ? []
          : [query(population.sql, [calendar.table, ...tablesRead(population.reads)])]),
        ...(step.kind === "sql" ? [query(step.sql, edges)] : []),
        ...relations.map((relation) => query(relation.sql, [table, ...edges, ...tablesRead(relation.reads)])),
      ];
    }),
    ...causes.map(({ sql, reads }) => query(sql, [calendar.table, failures, ...tablesRead(reads)])),
  ];
}

function tablesRead(reads: readonly TableRead[]): readonly TableId[] {
  return reads.map(({ table }) => table);
}

/** Expressions of the runbook's own files, at the places of their tables. */
function valuesOf({ sources, processors }: Runbook): readonly RunbookSql[] {
  return [...sources, ...processors].flatMap((table) =>
    expressionsOf(table).map((text): RunbookSql => ({ place: table.place, text, kind: "value", tables: [] })),
  );
}

function expressionsOf(table: Source | Processor): readonly string[] {
  return [
    ...("minimumRows" in table ? [table.minimumRows] : []),
    ...(isColumnName(table.dateColumn) || table.dateColumn === undated ? [] : [table.dateColumn]),
    ...table.critical.flatMap(({ valid, exempt }) => [valid, exempt]),
    ...table.distributions.flatMap(({ value, where, onlyIf }) => [value, where, onlyIf]),
  ].filter((text) => text !== undefined);
}

/** Where an expression begins, at or after the place of its table; that place when it, or the folder of a commit, is not there. */
async function findPlace(folder: string, { place, text }: RunbookSql): Promise<Place> {
  const file = await readFile(join(folder, place.file), "utf8").catch(() => "");
  const lines = file.split("\n");
  const first = text.trim().split("\n")[0] ?? "";
  const index = lines.findIndex((line, number) => number >= place.line - 1 && line.includes(first));
  return index < 0 ? place : { ...place, line: index + 1, column: (lines[index] ?? "").indexOf(first) + 1 };
}

function scriptsOf(runbook: Runbook): readonly RunbookSql[] {
  return [runbook.load, runbook.sample].flatMap((ingest) =>
    [...(ingest?.steps ?? []), ...(ingest?.checks ?? [])].map(({ sql: { file, text } }): RunbookSql => ({
      place: { file, line: 1, column: 1 },
      text,
      kind: "script",
      tables: [],
    })),
  );
}

/** What runs before `sample` and `load` makes macros and nothing else. */
function preludeProblems({ load, sample }: Runbook): readonly Problem[] {
  return [load?.prelude, sample?.prelude].flatMap((prelude) =>
    splitStatements(prelude?.text ?? "")
      .filter(({ text }) => !/^create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?macro\b/i.test(text))
      .map(({ offset }): Problem => ({
        place: placeOf(
          {
            place: { file: prelude?.file ?? "", line: 1, column: 1 },
            text: prelude?.text ?? "",
            kind: "script",
            tables: [],
          },
          offset,
        ),
        message: "It makes no macro",
        hint: "keep to `create macro` here",
      })),
  );
}

/** Whether a text ends in a comment of one line; GoogleSQL begins one with `#`, too. */
function endsInComment(text: string): boolean {
  const tokens = tokenizeSql(text);
  const lastLine = tokens.slice(tokens.findLastIndex((token) => token.text.includes("\n")) + 1);
  return tokens.at(-1)?.text.startsWith("--") === true || lastLine.some((token) => token.text === "#");
}
