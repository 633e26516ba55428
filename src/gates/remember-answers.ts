import type { Row, Warehouse } from "../warehouse/warehouse.ts";

/** A warehouse that remembers answers until it is told to forget them. */
export type RememberingWarehouse = Warehouse & {
  /** To be told when something was, or is about to be, written. */
  readonly forget: () => void;
};

/**
 * The same warehouse, where a query that was answered is not asked again: for gates that run one after another on a
 * state that does not change meanwhile. Its sessions share the memory. Queries that fail are asked again.
 */
export function rememberAnswers(warehouse: Warehouse): RememberingWarehouse {
  const answers = new Map<string, Promise<readonly Row[]>>();
  const remembering: RememberingWarehouse = {
    engine: warehouse.engine,
    parse: (texts) => warehouse.parse(texts),
    dialect: warehouse.dialect,
    hashTag: warehouse.hashTag,
    address: warehouse.address,
    exclusive: warehouse.exclusive,
    async query(statement) {
      const question = JSON.stringify([statement.sql, statement.parameters]);
      const known = answers.get(question) ?? warehouse.query(statement);
      answers.set(question, known);
      try {
        return await known;
      } catch (cause) {
        answers.delete(question);
        throw cause;
      }
    },
    execute: (statements) => warehouse.execute(statements),
    loadFile: (load) => warehouse.loadFile(load),
    estimateBytes: (statement) => warehouse.estimateBytes(statement),
    billing: () => warehouse.billing(),
    interrupt: () => warehouse.interrupt(),
    session: () => Promise.resolve({ ...remembering, [Symbol.asyncDispose]: () => Promise.resolve() }),
    forget: () => answers.clear(),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
  return remembering;
}
