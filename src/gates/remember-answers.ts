import { allTablesOf } from "../domain/sql-tokens.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";

/** A warehouse that remembers answers until it is told to forget them. */
export type RememberingWarehouse = Warehouse & {
  /** To be told when something was, or is about to be, written: keeps what was read from `unwritten` tables alone. */
  readonly forget: (unwritten?: readonly string[]) => void;
};

type RememberedAnswer = { readonly sql: string; readonly rows: Promise<readonly Row[]> };

/**
 * The same warehouse, where a query that was answered is not asked again: for gates that run one after another on a
 * state that does not change meanwhile. Its sessions share the memory. Queries that fail are asked again.
 */
export function rememberAnswers(warehouse: Warehouse): RememberingWarehouse {
  const answers = new Map<string, RememberedAnswer>();
  const remembering: RememberingWarehouse = {
    engine: warehouse.engine,
    parse: (texts) => warehouse.parse(texts),
    dialect: warehouse.dialect,
    hashTag: warehouse.hashTag,
    address: warehouse.address,
    exclusive: warehouse.exclusive,
    async query(statement) {
      const question = JSON.stringify([statement.sql, statement.parameters]);
      const known = answers.get(question) ?? { sql: statement.sql, rows: warehouse.query(statement) };
      answers.set(question, known);
      try {
        return await known.rows;
      } catch (cause) {
        answers.delete(question);
        throw cause;
      }
    },
    execute: (statements) => warehouse.execute(statements),
    loadFile: (load) => warehouse.loadFile(load),
    describe: (statement) => warehouse.describe(statement),
    estimateBytes: (statement) => warehouse.estimateBytes(statement),
    billing: () => warehouse.billing(),
    lend: (work) => warehouse.lend(work),
    interrupt: () => warehouse.interrupt(),
    session: () => Promise.resolve({ ...remembering, [Symbol.asyncDispose]: () => Promise.resolve() }),
    forget(unwritten = []) {
      const tables = new Set(unwritten.map((table) => table.toLowerCase()));
      for (const [question, { sql }] of answers) if (!readsOnly(sql, tables)) answers.delete(question);
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
  return remembering;
}

/** Where it is not sure what a text reads, it may be anything. */
function readsOnly(sql: string, tables: ReadonlySet<string>): boolean {
  if (tables.size === 0) return false;
  return allTablesOf(sql)?.every(({ name }) => tables.has(name.toLowerCase())) ?? false;
}
