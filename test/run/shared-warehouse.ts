import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";

/**
 * The same warehouse, as one that other processes may write: `before` is awaited before every statement of its
 * sessions, so that somebody else can come in between.
 */
export function sharedWith(warehouse: Warehouse, before: (statement: Statement) => Promise<void>): Warehouse {
  return {
    ...warehouse,
    exclusive: false,
    async query(statement) {
      await before(statement);
      return warehouse.query(statement);
    },
    async execute(statements) {
      for (const statement of statements) await before(statement);
      await warehouse.execute(statements);
    },
    session: async () => sharedWith(await warehouse.session(), before),
  };
}
