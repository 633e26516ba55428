import assert from "node:assert/strict";
import { holdLease } from "../../src/run/hold-lease.ts";
import { recordRunEnd } from "../../src/ledger/record-run.ts";
import { takeLeasesOf } from "../../src/ledger/leases.ts";
import { recordGate } from "../../src/ledger/record-gates.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { RunEffects } from "../../src/run/run-event.ts";
import { wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { early, openLeaseScene, type LeaseScene } from "./lease-scene.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutEmulator);

const range = { from: early[0] as CalendarDate, to: early[1] as CalendarDate };

/** Effects of a machine whose clock is wrong by some hours. */
function wrongBy(hours: number): RunEffects {
  return { ...wallEffects(), now: () => new Date(Date.now() + hours * 3_600_000) };
}

describe("clocks of clients on BigQuery", () => {
  let scene: LeaseScene;
  before(async () => {
    scene = await openLeaseScene();
  });
  after(async () => scene?.[Symbol.asyncDispose]());

  async function runAt(hours: number): Promise<void> {
    const selection = { range, processors: ["DAY"], force: true };
    const request = { runbook: scene.runbook, selection, skipAudit: true };
    await runBackfill(scene.shop.warehouse, request, wrongBy(hours));
  }

  for (const hours of [1, -1]) {
    it(`decide no time in the ledger: one is wrong by ${hours} h`, async () => {
      const [{ written_after: begun } = {}] = await scene.rowsOf(
        "select cast(current_timestamp() as string) as written_after",
      );
      await runAt(hours);
      const newest = `select 'attempt' as what, max(finished_at) as told from shop_processing.cascade_partitions
union all select 'failure', max(created_at) from shop_processing.cascade_failures
union all select 'start', max(started_at) from shop_processing.cascade_runs
union all select 'end', max(finished_at) from shop_processing.cascade_runs
union all select 'volume', max(recorded_at) from shop_processing.cascade_volumes`;
      const wrong = await scene.rowsOf(
        `select what from (${newest}) as newest where told > current_timestamp() or (what <> 'volume' and told < cast('${String(begun)}' as timestamp))`,
      );
      assert.deepEqual(wrong, []);
      const [long] = await scene.rowsOf(
        "select count(*) as attempts from shop_processing.cascade_partitions where timestamp_diff(finished_at, started_at, minute) not between 0 and 30",
      );
      assert.equal(long?.["attempts"], 0, "an attempt took as long as its client says");
    });
  }

  it("decide no order of looks: the gate that looked last counts", async () => {
    const { warehouse } = scene.shop;
    const { ledger } = scene.runbook;
    const look = { gate: "g", kind: "gaps", blocking: true, range, held: [], detail: "{}" } as const;
    for (const [runId, hours] of [
      ["first", 1],
      ["second", -1],
    ] as const) {
      const checkedAt = wrongBy(hours).now();
      await recordGate(warehouse, ledger, { ...look, runId, status: "passed", checkedAt });
    }
    const order = await scene.rowsOf(
      "select run_id from shop_processing.cascade_gates where gate = 'g' order by checked_at",
    );
    assert.deepEqual(order, [{ run_id: "first" }, { run_id: "second" }]);
  });

  it("end no lease, and keep none: the run of a slow clock has ended after it took its lease", async () => {
    const { warehouse } = scene.shop;
    const { ledger } = scene.runbook;
    await runAt(-1);
    const { id: runId } = await scene.newestRun();
    const own = { ledger, processor: "DAY", periods: ["early"], holder: "a test" };
    const request = { root: warehouse, randomId: wallEffects().randomId };
    const held = await holdLease(warehouse, { ...request, claim: { ...own, runId, token: "kept" } });
    const other = { ...own, runId: "another", token: "other", termSeconds: 60 };
    assert.deepEqual(
      (await takeLeasesOf(warehouse, other)).map(({ token }) => token),
      ["kept"],
    );
    held.end();
    await recordRunEnd(warehouse, ledger, { runId, status: "ok", finishedAt: wrongBy(-1).now() });
    assert.deepEqual(
      (await takeLeasesOf(warehouse, other)).map(({ token }) => token),
      ["other"],
    );
    await held[Symbol.asyncDispose]();
  });
});
