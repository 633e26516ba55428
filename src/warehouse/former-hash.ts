import type { Warehouse } from "./warehouse.ts";

/** The same warehouse as a former algorithm hashes it; undefined where `tag` names none that can be evaluated any more. */
export function withFormerHash(warehouse: Warehouse, tag: string): Warehouse | undefined {
  return warehouse.dialect.formerHash.isNamed(tag) ? hashedAs(warehouse, tag) : undefined;
}

function hashedAs(warehouse: Warehouse, tag: string): Warehouse {
  const { contentHash } = warehouse.dialect.formerHash;
  return {
    engine: warehouse.engine,
    dialect: { ...warehouse.dialect, contentHash, hashTag: tag },
    hashTag: tag,
    address: warehouse.address,
    exclusive: warehouse.exclusive,
    parse: (texts) => warehouse.parse(texts),
    query: (statement) => warehouse.query(statement),
    execute: (statements) => warehouse.execute(statements),
    loadFile: (load) => warehouse.loadFile(load),
    describe: (statement) => warehouse.describe(statement),
    estimateBytes: (statement) => warehouse.estimateBytes(statement),
    billing: () => warehouse.billing(),
    lend: (work) => warehouse.lend(work),
    interrupt: () => warehouse.interrupt(),
    session: async (labels) => hashedAs(await warehouse.session(labels), tag),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}
