import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { readShop, shopRange, wallEffects } from "./shop.ts";
import { onOneCore } from "../one-core.ts";
import { withBoundaries } from "./boundaries.ts";

/**
 * A process that runs the shop on the warehouse file of its first argument and dies on the way. The second argument says
 * how: `at 17` kills itself at the 17th boundary, and `outside` runs everything anew without end, with a line for each
 * boundary, until somebody kills it.
 */
const [path = "", mode = "", boundary = "0"] = process.argv.slice(2);
let boundaries = 0;

function pass(): void {
  boundaries += 1;
  if (mode === "outside") process.stdout.write(`${boundaries}\n`);
  if (mode === "at" && boundaries === Number(boundary)) process.kill(process.pid, "SIGKILL");
}

const runbook = await readShop();
await using warehouse = await onOneCore(await openDuckDb({ path }));
const counted = withBoundaries(warehouse, pass);
let force = false;
while (true) {
  await runBackfill(counted, { runbook, selection: { range: shopRange, force } }, wallEffects());
  if (mode !== "outside") break;
  force = true;
}
