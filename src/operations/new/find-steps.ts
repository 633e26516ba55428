import { countOf } from "../../domain/format.ts";
import { parseTableId, type TableId } from "../../domain/table-id.ts";
import { Fault } from "../../errors.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { quoteName, quoteTable } from "../../sql/identifiers.ts";
import { findDialectDifferences } from "../../runbook/sql-rules/find-differences.ts";
import type { GuessedRule } from "../../starter/calendar-rule.ts";
import type { FoundTable, Guess, StarterSource } from "../../starter/found-table.ts";
import { dateCandidates } from "../../starter/guess-date.ts";
import { keyCandidates } from "../../starter/guess-key.ts";
import { allHistory } from "../../starter/guess-windows.ts";
import { portableSql } from "../../starter/portable-sql.ts";
import { datasetFor } from "../../starter/starter-files.ts";
import { ofDates, type StarterStep } from "../../starter/starter-step.ts";
import { inOrder, meaningOf, type GivenStatement } from "../../starter/given-statement.ts";
import { stepRules } from "../../starter/step-rules.ts";
import type { ParsedQuery } from "../../warehouse/parsed-query.ts";
import type { PrintedColumn, Warehouse } from "../../warehouse/warehouse.ts";
import { isUnique, measureDates, measureRows, quoted } from "./measure-rows.ts";
import { rowSetColumns } from "./row-set.ts";

/** What statements are computed from. */
export type StepRequest = {
  readonly runbook: string;
  readonly statements: readonly GivenStatement[];
  readonly sources: readonly StarterSource[];
  readonly rule: GuessedRule;
};

/** Steps that were made of statements, and why none was made of others. */
export type FoundSteps = { readonly steps: readonly StarterStep[]; readonly skipped: readonly string[] };

/** Why no step becomes of a statement, for people. */
class Unfit extends Error {}

/**
 * Computes what statements give over all dates, upstream first, and makes steps of them: what each reads by the engine's
 * parser, its columns by the engine's description, its date and key by its rows. Each reads the whole history yet. The
 * workshop holds the sources; what was computed is left in it.
 */
export async function findSteps(workshop: Warehouse, request: StepRequest): Promise<FoundSteps> {
  const parsed = await workshop.parse(request.statements.map(({ text }) => ({ text })));
  const queries = new Map(request.statements.map((statement, index) => [statement, parsed[index]]));
  const names = { statements: request.statements, tables: request.sources };
  function readsOf(statement: GivenStatement): readonly GivenStatement[] {
    const query = queries.get(statement);
    const tables = query?.kind === "query" ? query.tables : [];
    return tables.flatMap(({ name }) => {
      const meaning = meaningOf(name, names);
      return meaning?.kind === "statement" ? [meaning.statement] : [];
    });
  }
  const made: MadeStep[] = [];
  const skipped: string[] = [];
  await workshop.query({
    sql: `create schema if not exists ${quoteName(duckdb, datasetFor(request.runbook, "marts"))}`,
    purpose: "make room for what is computed",
  });
  for (const statement of inOrder(request.statements, readsOf)) {
    try {
      const making = { ...request, statement, query: queries.get(statement), steps: made };
      made.push(await makeStep(workshop, making));
    } catch (cause) {
      if (!(cause instanceof Unfit) && !isRefused(cause)) throw cause;
      skipped.push(`${statement.name}: ${cause.message.split("\n")[0] ?? ""}`);
    }
  }
  return withRules(made, skipped);
}

/** The steps with what is tested of them, which may lead to any other one. */
function withRules(made: readonly MadeStep[], skipped: readonly string[]): FoundSteps {
  const ruled = made.map(({ statement, found, ...step }) => ({
    step,
    ...stepRules({ statement, table: step.table, date: step.date.value, found, steps: made }),
  }));
  return {
    steps: ruled.map(({ step, rules }) => ({ ...step, rules })),
    skipped: [...skipped, ...ruled.flatMap(({ lost }) => lost)],
  };
}

/** A step, with the statement and the rows that its rules are made of. */
type MadeStep = Omit<StarterStep, "rules"> & {
  readonly statement: GivenStatement;
  readonly found: FoundTable;
};

function isRefused(cause: unknown): cause is Fault {
  return cause instanceof Fault && cause.code === "statement-failed";
}

type Making = StepRequest & {
  readonly statement: GivenStatement;
  readonly query: ParsedQuery | undefined;
  /** Those upstream. */
  readonly steps: readonly MadeStep[];
};

async function makeStep(workshop: Warehouse, making: Making): Promise<MadeStep> {
  const { runbook, statement } = making;
  const table = parseTableId(`${datasetFor(runbook, "marts")}.${statement.name}`);
  if (table === undefined) throw new Unfit("its name is none of a table");
  const inputs = inputsOf(making);
  const text = textOf(making, inputs);
  const columns = await workshop.describe(bound(making, text, `describe what ${statement.name} gives`));
  await computeAll(workshop, { making, table, text, columns });
  const from = `${quoteTable(workshop.dialect, table)} as looked_at`;
  const printed = columns.map(({ name, type }) => ({ written: name, printed: type }));
  const rowSet = { table, from, columns: rowSetColumns(workshop.dialect, printed, false) };
  const found = await measureRows(workshop, rowSet);
  if (found.rows === 0) throw new Unfit("it gives no row");
  const date = await findDate(workshop, { found, from, of: inputs });
  const days = await measureDates(workshop, rowSet, quoted(workshop.dialect.quote, date.value));
  const key = await findKey(workshop, { found, from, date: date.value, days: days?.length ?? 0, statement });
  return {
    id: statement.name.toUpperCase(),
    table,
    title: statement.title,
    file: `sql/${statement.name}.sql`,
    text: statement.namesDates ? text : ofDates(text, date.value),
    date,
    key,
    inputs: [...new Set(inputs.map(({ name }) => name))].map((from) => ({
      from,
      windows: { value: allHistory, why: "" },
    })),
    statement,
    found,
  };
}

/** Something that a step reads: by what edges call it, its table and its date. */
type Input = {
  readonly name: string;
  readonly written: string;
  readonly table: TableId;
  readonly date: string;
};

function inputsOf({ statement, query, statements, sources, steps }: Making): readonly Input[] {
  if (query?.kind !== "query") throw new Unfit(query?.message ?? "it is no query");
  const [unstable] = query.unstable;
  if (unstable !== undefined)
    throw new Unfit(`"${unstable.name}" gives another value when it is asked again`);
  const outside = query.tableFunctions.find(({ name }) => !/^(?:unnest|range|generate_series)$/i.test(name));
  if (outside !== undefined) throw new Unfit(`it reads by the function "${outside.name}"`);
  const names = [...new Map(query.tables.map(({ name }) => [name.toLowerCase(), name])).values()];
  const inputs = names.map((name): Input => {
    const meaning = meaningOf(name, { statements, tables: sources });
    if (meaning?.kind === "table") {
      const { table, date } = meaning.table;
      return { name: table, written: name, table, date: date.value.name };
    }
    if (meaning?.statement === statement) throw new Unfit(`it reads itself, as "${name}"`);
    const step = steps.find(({ statement: other }) => other === meaning?.statement);
    if (step !== undefined) return { name: step.id, written: name, table: step.table, date: step.date.value };
    const why = meaning === undefined ? "which is neither a source nor a statement" : "which was left out";
    throw new Unfit(`it reads "${name}", ${why}`);
  });
  return inputs;
}

function textOf({ statement }: Making, inputs: readonly Input[]): string {
  const tables = new Map(inputs.map(({ written, table }) => [written.toLowerCase(), table]));
  const text = portableSql(statement.text, (name) => tables.get(name.toLowerCase()));
  const [difference] = findDialectDifferences(text, new Set());
  if (difference !== undefined) throw new Unfit(`${difference.message}: ${difference.hint}`);
  return text;
}

function bound({ rule }: Making, sql: string, purpose: string) {
  const parameters = {
    start_date: { type: "date", value: rule.from },
    end_date: { type: "date", value: rule.to },
  } as const;
  return { sql, parameters, purpose };
}

/** The table with all that the statement gives, in the types that it is stored in. */
async function computeAll(
  workshop: Warehouse,
  {
    making,
    table,
    text,
    columns,
  }: {
    readonly making: Making;
    readonly table: TableId;
    readonly text: string;
    readonly columns: readonly PrintedColumn[];
  },
): Promise<void> {
  const { dialect } = workshop;
  const casts = columns.map(({ name, type }) => {
    const column = quoted(dialect.quote, name);
    return `cast(${column} as ${dialect.columnType(dialect.describedType(type))}) as ${column}`;
  });
  const sql = `create table ${quoteTable(dialect, table)} as\nselect ${casts.join(", ")} from (\n${text}\n) as computed`;
  await workshop.query(bound(making, sql, `compute ${making.statement.name}`));
}

/** The date of a step: a column of dates called as that of something it reads, or else the likeliest. */
async function findDate(
  workshop: Warehouse,
  { found, from, of }: { readonly found: FoundTable; readonly from: string; readonly of: readonly Input[] },
): Promise<Guess<string>> {
  const { candidates, tried } = dateCandidates(found, undefined);
  const inherited = candidates.filter(({ value }) => of.some(({ date }) => date === value.name));
  for (const { value, why } of [...inherited, ...candidates]) {
    const dates = await measureDates(
      workshop,
      { table: found.table, from },
      quoted(workshop.dialect.quote, value.name),
    );
    if (dates === undefined) continue;
    const upstream = of.find(({ date }) => date === value.name);
    return { value: value.name, why: upstream === undefined ? why : `that of ${upstream.name}` };
  }
  throw new Unfit(`no date found in what it gives; tried ${tried.join("; ")}`);
}

async function findKey(
  workshop: Warehouse,
  {
    found,
    from,
    date,
    days,
    statement,
  }: {
    readonly found: FoundTable;
    readonly from: string;
    readonly date: string;
    readonly days: number;
    readonly statement: GivenStatement;
  },
): Promise<Guess<readonly string[]>> {
  const guesses = keyCandidates(found, { name: date, values: days, madeOf: [] });
  const said = statement.key === undefined ? [] : [statement.key];
  for (const key of [...said, ...guesses]) {
    if (key.every((name) => name === date)) continue;
    const names = key.map((name) => quoted(workshop.dialect.quote, name));
    if (!(await isUnique(workshop, { table: found.table, from }, names))) continue;
    const where = `unique in ${countOf(found.rows, "row")}`;
    return { value: key, why: key === statement.key ? `it is tested to be, and ${where}` : where };
  }
  throw new Unfit("no columns tell its rows apart");
}
