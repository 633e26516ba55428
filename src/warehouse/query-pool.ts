import type { Row, Statement, Warehouse } from "./warehouse.ts";

/** Queries in flight at once: enough for the cores of a laptop, and for jobs that mostly wait. */
const usualSize = 4;

/**
 * The same warehouse, whose queries may be asked side by side: each in a session of its own, which a later one takes
 * over, so what a session alone would see (temporary tables, an open transaction) is not seen. An interruption of
 * `warehouse` reaches them all. Disposing waits for what is in flight and leaves `warehouse` open.
 */
export function openQueryPool(warehouse: Warehouse, size = usualSize): Warehouse {
  const pool = new SessionPool(warehouse, size);
  return {
    engine: warehouse.engine,
    dialect: warehouse.dialect,
    hashTag: warehouse.hashTag,
    address: warehouse.address,
    exclusive: warehouse.exclusive,
    parse: (texts) => warehouse.parse(texts),
    query: (statement) => pool.query(statement),
    execute: (statements) => warehouse.execute(statements),
    loadFile: (load) => warehouse.loadFile(load),
    describe: (statement) => warehouse.describe(statement),
    estimateBytes: (statement) => warehouse.estimateBytes(statement),
    billing: () => warehouse.billing(),
    lend: (work) => warehouse.lend(work),
    interrupt: () => warehouse.interrupt(),
    session: (labels) => warehouse.session(labels),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

class SessionPool {
  readonly #warehouse: Warehouse;
  readonly #size: number;
  readonly #opened: Promise<Warehouse>[] = [];
  readonly #idle: Promise<Warehouse>[] = [];
  readonly #waiting: ((session: Promise<Warehouse>) => void)[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(warehouse: Warehouse, size: number) {
    this.#warehouse = warehouse;
    this.#size = size;
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    const answer = this.#ask(statement);
    this.#inFlight.add(answer);
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(answer);
    }
  }

  async #ask(statement: Statement): Promise<readonly Row[]> {
    const session = await this.#take();
    try {
      return await (await session.opened).query(statement);
    } finally {
      this.#giveBack(session.opened);
    }
  }

  /** A session that nobody uses; wrapped, since a promise of a promise would be awaited. */
  async #take(): Promise<{ readonly opened: Promise<Warehouse> }> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return { opened: idle };
    if (this.#opened.length < this.#size) {
      const opened = this.#warehouse.session();
      this.#opened.push(opened);
      return { opened };
    }
    return new Promise((resolve) => {
      this.#waiting.push((opened) => resolve({ opened }));
    });
  }

  #giveBack(session: Promise<Warehouse>): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(session);
    else next(session);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
    for (const opening of await Promise.allSettled(this.#opened)) {
      if (opening.status === "fulfilled") await opening.value[Symbol.asyncDispose]();
    }
  }
}
