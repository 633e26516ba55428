import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { readShop, shopRange, wallEffects } from "./shop.ts";
import { onOneCore } from "../one-core.ts";

/**
 * A process that runs the shop on the warehouse file of its first argument and dies on the way. The second argument says
 * how: `at 17` kills itself at the 17th boundary, `never` runs to the end and prints the number of boundaries, and
 * `outside` runs everything anew without end, with a line for each boundary, until somebody kills it.
 */
const [path = "", mode = "", boundary = "0"] = process.argv.slice(2);
let boundaries = 0;

/** A place between two writing statements, inside or outside a transaction. */
function pass(): void {
  boundaries += 1;
  if (mode === "outside") process.stdout.write(`${boundaries}\n`);
  if (mode === "at" && boundaries === Number(boundary)) process.kill(process.pid, "SIGKILL");
}

/** A warehouse with a boundary before each writing statement, before each commit, and after it. */
function withBoundaries(warehouse: Warehouse): Warehouse {
  return {
    ...warehouse,
    async execute(statements) {
      await warehouse.execute(passing(statements));
      pass();
    },
    session: async () => withBoundaries(await warehouse.session()),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

/** The same statements; who takes them one by one passes a boundary before each and after the last. */
function passing(statements: readonly Statement[]): readonly Statement[] {
  function* oneByOne(): ArrayIterator<Statement> {
    for (const statement of statements) {
      pass();
      yield statement;
    }
    pass();
  }
  return Object.assign([...statements], { [Symbol.iterator]: oneByOne });
}

const runbook = await readShop();
await using warehouse = await onOneCore(await openDuckDb({ path }));
const counted = withBoundaries(warehouse);
let force = false;
while (true) {
  await runBackfill(counted, { runbook, selection: { range: shopRange, force } }, wallEffects());
  if (mode !== "outside") break;
  force = true;
}
process.stdout.write(`${boundaries}\n`);
