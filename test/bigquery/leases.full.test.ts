import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { CellLease, Locks } from "../../src/domain/locks.ts";
import { holdLease } from "../../src/run/hold-lease.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { cascade, shopFolder } from "../cli/cascade.ts";
import { wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { early, openLeaseScene, partitions, stage, startShop, type LeaseScene } from "./lease-scene.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutEmulator);

const late = ["2024-01-08", "2024-01-09"] as const;
const bothCommitted = JSON.stringify(["committed", "committed"]);

/** What `cascade status` says of cells that are being written. */
async function leasesShown(endpoint: string): Promise<readonly CellLease[]> {
  const words = ["status", shopFolder, "--processor", "DAY", "--warehouse", "bigquery:test", "--json"];
  const environment = { CASCADE_BIGQUERY_ENDPOINT: endpoint };
  const { stdout } = await cascade(words, { environment });
  return (JSON.parse(stdout) as { readonly locks: Locks }).locks.leases;
}

describe("leases on BigQuery", () => {
  let scene: LeaseScene;
  before(async () => {
    scene = await openLeaseScene();
  });
  after(async () => scene?.[Symbol.asyncDispose]());

  it("let one process run a period, tell the other who is at it, and keep no other period from it", async () => {
    await using run = await scene.startStalled(early, { statement: stage, when: "before" });
    const { endpoint } = scene.shop.emulator;
    const days = ["--start-date", early[0], "--end-date", early[1], "--processor", "DAY"];
    const other = await cascade(["run", shopFolder, ...days, "--warehouse", "bigquery:test"], {
      environment: { CASCADE_BIGQUERY_ENDPOINT: endpoint },
    });
    assert.equal(other.code, 1, other.stderr);
    const told = `the run \\S+ is at it since \\S+: .+, process ${run.pid}; its lease ends by itself at`;
    assert.match(other.stderr, new RegExp(told));
    assert.equal((await scene.newestRun()).status, "findings");
    const [lease, ...others] = await leasesShown(endpoint);
    assert.deepEqual([lease?.processor, lease?.periods, others], ["DAY", ["early"], []]);
    assert.match(lease?.holder ?? "", new RegExp(`process ${run.pid}$`));
    assert.ok((lease?.takenAt ?? "") < (lease?.expiresAt ?? ""));
    const beside = await startShop(endpoint, { processor: "DAY", dates: late }).ended;
    assert.equal(beside.stdout, bothCommitted, beside.stderr);
    assert.equal(await scene.attempts(), 2);
    run.release();
    const ended = await run.ended;
    assert.equal(ended.stdout, bothCommitted, ended.stderr);
    assert.equal(await scene.attempts(), 4);
    assert.deepEqual(await leasesShown(endpoint), []);
  });

  it("block the cells of a run that another one is at, and no others", async () => {
    await using run = await scene.startStalled(early, { statement: stage, when: "before" });
    const range = { from: early[0] as CalendarDate, to: late[1] as CalendarDate };
    const selection = { range, processors: ["DAY"], force: true, chunkDays: 7 };
    const request = { runbook: scene.runbook, selection, skipAudit: true };
    const { cells } = await runBackfill(scene.shop.warehouse, request, wallEffects());
    const kinds = cells.map(({ outcomes }) => [...new Set(outcomes.map(({ kind }) => kind))]);
    assert.deepEqual(kinds, [["blocked"], ["committed"]]);
    run.kill("SIGTERM");
    await run.ended;
  });

  it("are given back by a process that is interrupted, which ends with 130", async () => {
    await using run = await scene.startStalled(early, { statement: partitions, when: "before" });
    run.kill("SIGTERM");
    assert.equal((await run.ended).code, 130);
    const left = (await scene.leases()).filter(({ period }) => period === "early");
    assert.deepEqual(left, []);
    assert.equal((await scene.newestRun()).status, "interrupted");
    assert.deepEqual(await scene.runEarly(), ["committed", "committed"]);
  });

  it("keep a process from committing that stood still until another took its lease", async () => {
    await using run = await scene.startStalled(early, { statement: stage, when: "before" });
    await scene.letLeasesExpire();
    assert.deepEqual(await scene.runEarly(), ["committed", "committed"]);
    const attempts = await scene.attempts();
    run.release();
    const ended = await run.ended;
    assert.equal(ended.code, 3);
    assert.match(ended.stderr, /^lease-lost: /);
    assert.equal(await scene.attempts(), attempts);
  });

  it("are renewed while their process lives", async () => {
    const { runbook, shop } = scene;
    const own = { ledger: runbook.ledger, processor: "DAY", runId: "renewing", token: "renewing" };
    const claim = { ...own, periods: ["early", "late"], holder: "a test" };
    const request = { root: shop.warehouse, randomId: wallEffects().randomId, termSeconds: 3, claim };
    async function ends(): Promise<readonly unknown[]> {
      return (await scene.leases())
        .filter(({ token }) => token === "renewing")
        .map((row) => row["expires_at"]);
    }
    {
      await using lease = await holdLease(shop.warehouse, request);
      assert.equal(lease.claim?.termSeconds, 3);
      const first = await ends();
      assert.equal(first.length, 2);
      while ((await ends())[0] === first[0]) await wait(20);
    }
    assert.deepEqual(await ends(), []);
  });
});
