import { countOf } from "../../domain/format.ts";
import { parseTableId, type TableId } from "../../domain/table-id.ts";
import { Fault } from "../../errors.ts";
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
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { isUnique, measureDates, measureRows, quoted } from "./measure-rows.ts";
import { rowSetColumns, type RowSet } from "./row-set.ts";
import type { StepBench } from "./step-bench.ts";

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
 * bench's warehouse holds the sources.
 */
export async function findSteps(bench: StepBench, request: StepRequest): Promise<FoundSteps> {
  const parsed = await bench.warehouse.parse(request.statements.map(({ text }) => ({ text })));
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
  for (const statement of inOrder(request.statements, readsOf)) {
    try {
      const making = { ...request, statement, query: queries.get(statement), steps: made };
      made.push(await makeStep(bench, making));
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

async function makeStep(bench: StepBench, making: Making): Promise<MadeStep> {
  const { warehouse } = bench;
  const { runbook, statement, rule } = making;
  const table = parseTableId(`${datasetFor(runbook, "marts")}.${statement.name}`);
  if (table === undefined) throw new Unfit("its name is none of a table");
  const inputs = inputsOf(making);
  const text = textOf(warehouse, making, inputs);
  const asked = bench.readable(text);
  const purpose = `compute ${statement.name}`;
  const parameters = {
    start_date: { type: "date", value: rule.from },
    end_date: { type: "date", value: rule.to },
  } as const;
  const columns = await warehouse.describe({
    sql: asked,
    parameters,
    purpose: `describe what ${statement.name} gives`,
  });
  const kept = await bench.keep({ table, text: asked, columns, parameters, purpose });
  const printed = columns.map(({ name, type }) => ({ written: name, printed: type }));
  const rowSet = { table, ...kept, columns: rowSetColumns(warehouse.dialect, printed, false) };
  const found = await measureRows(warehouse, rowSet);
  if (found.rows === 0) throw new Unfit("it gives no row");
  const date = await findDate(warehouse, { found, rowSet, of: inputs });
  const days = await measureDates(warehouse, rowSet, quoted(warehouse.dialect.quote, date.value));
  const key = await findKey(warehouse, {
    found,
    rowSet,
    date: date.value,
    days: days?.length ?? 0,
    statement,
  });
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

function textOf({ dialect }: Warehouse, { statement }: Making, inputs: readonly Input[]): string {
  const tables = new Map(inputs.map(({ written, table }) => [written.toLowerCase(), table]));
  const text = portableSql(statement.text, {
    quote: dialect.quote,
    rename: (name) => tables.get(name.toLowerCase()),
  });
  const [difference] = findDialectDifferences(text, new Set());
  if (difference !== undefined) throw new Unfit(`${difference.message}: ${difference.hint}`);
  return text;
}

/** The date of a step: a column of dates called as that of something it reads, or else the likeliest. */
async function findDate(
  warehouse: Warehouse,
  {
    found,
    rowSet,
    of,
  }: { readonly found: FoundTable; readonly rowSet: RowSet; readonly of: readonly Input[] },
): Promise<Guess<string>> {
  const { candidates, tried } = dateCandidates(found, undefined);
  const inherited = candidates.filter(({ value }) => of.some(({ date }) => date === value.name));
  for (const { value, why } of [...inherited, ...candidates]) {
    const dates = await measureDates(warehouse, rowSet, quoted(warehouse.dialect.quote, value.name));
    if (dates === undefined) continue;
    const upstream = of.find(({ date }) => date === value.name);
    return { value: value.name, why: upstream === undefined ? why : `that of ${upstream.name}` };
  }
  throw new Unfit(`no date found in what it gives; tried ${tried.join("; ")}`);
}

async function findKey(
  warehouse: Warehouse,
  {
    found,
    rowSet,
    date,
    days,
    statement,
  }: {
    readonly found: FoundTable;
    readonly rowSet: RowSet;
    readonly date: string;
    readonly days: number;
    readonly statement: GivenStatement;
  },
): Promise<Guess<readonly string[]>> {
  const guesses = keyCandidates(found, { name: date, values: days, madeOf: [] });
  const said = statement.key === undefined ? [] : [statement.key];
  for (const key of [...said, ...guesses]) {
    if (key.every((name) => name === date)) continue;
    const names = key.map((name) => quoted(warehouse.dialect.quote, name));
    if (!(await isUnique(warehouse, rowSet, names))) continue;
    const where = `unique in ${countOf(found.rows, "row")}`;
    return { value: key, why: key === statement.key ? `it is tested to be, and ${where}` : where };
  }
  throw new Unfit("no columns tell its rows apart");
}
