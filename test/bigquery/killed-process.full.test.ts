import assert from "node:assert/strict";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { recordRunEnd } from "../../src/ledger/record-run.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { openShop, runShop } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import {
  early,
  ledgerRows,
  openLeaseScene,
  partitions,
  readDays,
  stage,
  type LeaseScene,
} from "./lease-scene.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutEmulator);

const boundaries = [
  { what: "its stage stands", stall: { statement: stage, when: "after" }, end: "expire" },
  { what: "its partitions stand", stall: { statement: partitions, when: "after" }, end: "end the run" },
  { what: "it appends ledger rows", stall: { statement: ledgerRows, when: "before" }, end: "expire" },
  { what: "its ledger rows stand", stall: { statement: ledgerRows, when: "after" }, end: "nothing" },
] as const;

const days = {
  sql: `select shop, cast(sale_date as string) as sale_date, total, sales
from shop_analytics.shop_day
where sale_date between date '${early[0]}' and date '${early[1]}'
order by sale_date, shop`,
  purpose: "read the days",
};

describe("a process on BigQuery that is killed", () => {
  let scene: LeaseScene;
  let expected: readonly Row[];
  before(async () => {
    scene = await openLeaseScene();
    await using local = await openShop();
    const range = { from: early[0] as CalendarDate, to: early[1] as CalendarDate };
    const runbook = await readDays();
    await runShop(local, { runbook, selection: { range, processors: ["DAY"] } });
    expected = await local.query(days);
  });
  after(async () => scene?.[Symbol.asyncDispose]());

  /** What has to happen before another run may work on the same dates. */
  async function endLease(way: (typeof boundaries)[number]["end"]): Promise<void> {
    if (way === "nothing") return;
    if (way === "expire") return scene.letLeasesExpire();
    assert.deepEqual(await scene.runEarly(), ["blocked", "blocked"], "it may be at it still");
    const [lease] = await scene.leases();
    const ending = {
      runId: String(lease?.["run_id"]),
      status: "interrupted",
      finishedAt: new Date(),
    } as const;
    await recordRunEnd(scene.shop.warehouse, scene.runbook.ledger, ending);
  }

  for (const { what, stall, end } of boundaries) {
    it(`when ${what} leaves nothing that counts unless it is whole, and the next run completes it`, async () => {
      const before = await scene.attempts();
      await using run = await scene.startStalled(early, stall);
      run.kill("SIGKILL");
      await run.ended;
      const committed = end === "nothing" ? 2 : 0;
      assert.equal(await scene.attempts(), before + committed);
      await endLease(end);
      assert.deepEqual(await scene.runEarly(), ["committed", "committed"]);
      assert.equal(await scene.attempts(), before + committed + 2);
      assert.deepEqual(await scene.shop.warehouse.query(days), expected);
    });
  }
});
