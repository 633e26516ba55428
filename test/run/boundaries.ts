import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";

/**
 * A warehouse with a boundary before each writing statement, inside or outside a transaction, before each commit, and after
 * it: a place between two writes. `pass` is called at each.
 */
export function withBoundaries(warehouse: Warehouse, pass: () => void): Warehouse {
  return {
    ...warehouse,
    async execute(statements) {
      await warehouse.execute(passing(statements, pass));
      pass();
    },
    session: async () => withBoundaries(await warehouse.session(), pass),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

/** The same statements; who takes them one by one passes a boundary before each and after the last. */
function passing(statements: readonly Statement[], pass: () => void): readonly Statement[] {
  function* oneByOne(): ArrayIterator<Statement> {
    for (const statement of statements) {
      pass();
      yield statement;
    }
    pass();
  }
  return Object.assign([...statements], { [Symbol.iterator]: oneByOne });
}
