import { openEffects, openProcess } from "../../src/process/effects.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { Fault } from "../../src/errors.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { openEmulated } from "./emulated-shop.ts";
import { readShop } from "../run/shop.ts";
import { readDays } from "./lease-scene.ts";

/**
 * A process that runs one processor of the shop anew, or what is missing of `all`, from a date to a date, on the service
 * at an address: prints what became of the dates, or the fault, and ends with its exit code.
 */
const [endpoint = "", processor = "", from = "", to = ""] = process.argv.slice(2);
const range = { from: from as CalendarDate, to: to as CalendarDate };
using effects = openEffects(openProcess(process), () => undefined);
await using warehouse = await openEmulated(endpoint);
try {
  const request =
    processor === "all"
      ? { runbook: await readShop(), selection: { range } }
      : { runbook: await readDays(), selection: { range, processors: [processor], force: true } };
  // What audits ask of BigQuery is shown by tests of their own.
  const { cells, isClean } = await runBackfill(warehouse, { ...request, skipAudit: true }, effects);
  process.exitCode = isClean ? 0 : 1;
  process.stdout.write(JSON.stringify(cells.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind))));
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.exitCode = error.exitCode;
  process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\n`);
}
