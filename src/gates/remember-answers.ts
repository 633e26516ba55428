import type { Row, Warehouse } from "../warehouse/warehouse.ts";

/**
 * The same warehouse, where a query that was answered is not asked again: for gates that run one after another on a
 * state that does not change meanwhile. Queries that fail are asked again.
 */
export function rememberAnswers(warehouse: Warehouse): Warehouse {
  const answers = new Map<string, Promise<readonly Row[]>>();
  return {
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
    loadParquet: (load) => warehouse.loadParquet(load),
    estimateBytes: (statement) => warehouse.estimateBytes(statement),
    billing: () => warehouse.billing(),
    interrupt: () => warehouse.interrupt(),
    session: () => warehouse.session(),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}
