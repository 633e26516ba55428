import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { renameParameters } from "../domain/sql-tokens.ts";

/** A statement with a value for each parameter that its text names. */
export type BoundStatement = {
  readonly sql: string;
  readonly values: Readonly<Record<string, DuckDBValue>>;
  readonly types: Readonly<Record<string, DuckDBType>>;
};

/** How a connection prepares statements. */
export type Plans = {
  /** The statement, ready to run once. */
  readonly prepare: (statement: BoundStatement) => Promise<DuckDBPreparedStatement>;
  /** Says that what this transaction has written is gone. */
  readonly rolledBack: () => void;
};

/** Prepares every statement anew. */
export function freshPlans(connection: DuckDBConnection): Plans {
  return { prepare: (statement) => prepareOnce(connection, statement), rolledBack: () => undefined };
}

/** Passes of the optimizer that let a plan rest on what tables hold while it is made; a plan that is kept outlives that. */
export const optimizersByContent = [
  "statistics_propagation",
  "compressed_materialization",
  "row_group_pruner",
  "join_filter_pushdown",
] as const;

/** Most plans that are kept. */
const mostKept = 200;

/** Sets of values with which a text is planned as constants, which a plan runs faster with than with a table. */
const mostConstant = 2;

/** The longest values that are planned as constants, in characters: longer ones are rows, others each time. */
const longestConstant = 200;

/** What neither changes what names mean nor has a plan that rests on it. */
const keepable = /^\s*(?:select|with|insert|delete|commit)\b/i;

/**
 * Keeps the plan of each statement for the next time. The engine plans anew whenever a statement has parameters, so their
 * first values are constants of the text, and others stand in a table, from which the text reads them. It also plans a statement anew for ever once something was
 * created after it was prepared, so what may change what names mean drops all plans. Needs an engine without `optimizersByContent`.
 */
export function keptPlans(connection: DuckDBConnection): Plans {
  const kept = new Map<string, DuckDBPreparedStatement>();
  const tables = valueTables(connection);
  const constants = new Map<string, Set<string>>();
  function dropAll(): void {
    for (const text of kept.keys()) drop(text);
  }
  function drop(text: string): void {
    kept.get(text)?.destroySync();
    kept.delete(text);
  }
  async function keep(text: string): Promise<DuckDBPreparedStatement> {
    const plan = kept.get(text) ?? (await prepareOne(connection, text));
    // The one that was used last stands last.
    kept.delete(text);
    kept.set(text, plan);
    for (const [oldest] of kept) if (kept.size > mostKept) drop(oldest);
    return plan;
  }
  return {
    rolledBack: () => {
      tables.forget();
      dropAll();
    },
    async prepare(statement) {
      if (!keepable.test(statement.sql)) dropAll();
      // What was prepared in the transaction that created a table is planned anew for ever, too.
      if (statement.sql === "commit" && tables.hadNew()) dropAll();
      if (!keepable.test(statement.sql)) return prepareOnce(connection, statement);
      if (Object.keys(statement.types).length === 0) return keep(statement.sql);
      // Rows are given as arrays of texts: as much to write as to plan.
      if (Object.values(statement.types).some((type) => String(type) === "VARCHAR[]"))
        return prepareOnce(connection, statement);
      if (isConstant(constants, statement)) return keep(withConstants(statement));
      const table = await tables.write(statement);
      const text = renameParameters(statement.sql, (name) => `(select "${name}" from ${table})`);
      // A few places take a parameter, but no query.
      return keep(text).catch(() => prepareOnce(connection, statement));
    },
  };
}

/** Whether the values of a statement are among the first that its text came with. */
function isConstant(constants: Map<string, Set<string>>, statement: BoundStatement): boolean {
  const held = heldText(statement);
  const known = constants.get(statement.sql) ?? new Set();
  constants.set(statement.sql, known);
  if (held.length <= longestConstant && known.size < mostConstant) known.add(held);
  return known.has(held);
}

/** The text with its values in the place of parameters. */
function withConstants({ sql, values, types }: BoundStatement): string {
  return renameParameters(sql, (name) => {
    const value = values[name] ?? null;
    const text = value === null ? "null" : `'${String(value).replaceAll("'", "''")}'`;
    return `cast(${text} as ${String(types[name])})`;
  });
}

/** Values as one text that no others have. */
function heldText({ values }: BoundStatement): string {
  return JSON.stringify(Object.values(values).map((value) => (value === null ? null : String(value))));
}

/** Tables of one row each with the values of parameters, one for each list of names and types. */
function valueTables(connection: DuckDBConnection) {
  let isNew = false;
  const tables = new Map<string, { readonly name: string; held: string }>();
  async function write(statement: BoundStatement): Promise<string> {
    const { types, values } = statement;
    const columns = Object.entries(types).map(([name, type]) => `"${name}" ${String(type)}`);
    const key = columns.join();
    const table = tables.get(key) ?? { name: `cascade_values_${tables.size}`, held: "" };
    const held = heldText(statement);
    if (table.held === held) return table.name;
    if (!tables.has(key)) {
      isNew = true;
      await connection.run(`create or replace temporary table ${table.name} (${key})`);
    }
    tables.set(key, table);
    await connection.run(`delete from ${table.name}`);
    const given = Object.keys(types).map((name) => `$${name}`);
    const sql = `insert into ${table.name} select ${given.join(", ")}`;
    const insertion = await prepareOne(connection, sql);
    insertion.bind({ ...values }, { ...types });
    await insertion.run();
    table.held = held;
    return table.name;
  }
  /** Whether one was created since this was asked. */
  function hadNew(): boolean {
    const had = isNew;
    isNew = false;
    return had;
  }
  return { write, hadNew, forget: () => tables.clear() };
}

async function prepareOnce(
  connection: DuckDBConnection,
  { sql, values, types }: BoundStatement,
): Promise<DuckDBPreparedStatement> {
  const prepared = await prepareOne(connection, renameParameters(sql));
  if (Object.keys(types).length > 0) prepared.bind({ ...values }, { ...types });
  return prepared;
}

/** Prepares a text that is exactly one statement; a client would run all but the last of several. */
async function prepareOne(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
  const extracted = await connection.extractStatements(text);
  if (extracted.count !== 1) throw new Error(`expected one statement, found ${extracted.count}`);
  return extracted.prepare(0);
}
