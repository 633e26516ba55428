import assert from "node:assert/strict";
import fc from "fast-check";
import { addDays } from "../../src/domain/calendar-date.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { openShop, readShop, wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulated, openEmulatedShop, resultsOf } from "./emulated-shop.ts";
import { startFaultyProxy, wayFaults, type WayFault } from "./faulty-proxy.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

const runs = 4;
const range = { from: fortnight.from, to: addDays(fortnight.from, 1) };
const selection = { range, processors: ["DAY"], force: true };

describe("whole cells on a way full of faults", () => {
  it("lose nothing and double nothing, under four random schedules over all their requests", async () => {
    const runbook = await readShop();
    await using local = await openShop();
    await runBackfill(local, { runbook, selection, skipAudit: true }, wallEffects());
    const expected = await resultsOf(local, runbook);
    await using shop = await openEmulatedShop(runbook);
    let met = 0;
    const everyThird = fc.infiniteStream(
      fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.constantFrom(...wayFaults)),
    );
    let schedule: Iterator<WayFault | undefined> = [][Symbol.iterator]();
    await using proxy = await startFaultyProxy(shop.emulator.endpoint, () => {
      const { value } = schedule.next();
      if (value !== undefined) met += 1;
      return value as WayFault | undefined;
    });
    let number = 0;
    await fc.assert(
      fc.asyncProperty(everyThird, async (stream) => {
        schedule = stream[Symbol.iterator]();
        number += 1;
        await using warehouse = await openEmulated(proxy.endpoint);
        const result = await runBackfill(warehouse, { runbook, selection }, wallEffects());
        assert.equal(result.isClean, true);
        const days = result.plan.totals.units;
        assert.deepEqual(await resultsOf(shop.warehouse, runbook), expected);
        const [ledger] = await shop.warehouse.query({
          sql: `select count(*) as attempts, count(distinct attempt_id) as cells
from shop_processing.cascade_partitions where analysis_date >= date '2024-01-01' and status = 'committed'`,
          purpose: "count the attempts",
        });
        assert.deepEqual(ledger, { attempts: number * days, cells: number });
      }),
      { numRuns: runs, endOnFailure: true },
    );
    assert.ok(met > runs * 5, `${met} faults`);
  });
});
