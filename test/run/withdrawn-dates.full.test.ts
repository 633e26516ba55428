import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { readNewestRuns } from "../../src/ledger/read-runs.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { planStaleness } from "../../src/operations/plan-staleness.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade, shopFolder, type Ending } from "../cli/cascade.ts";
import { smallShapes } from "./random-cascade.ts";
import {
  changeTables,
  contentOfShop,
  firstRow,
  openSettledShop,
  openShop,
  outcomesOf,
  planShop,
  readShop,
  runShop,
  shopRange,
} from "./shop.ts";
import { withdrawnPlaces, withdrawsExactly } from "./withdrawn-dates.ts";

const gone = "2024-01-20";
const removal = `delete from shop_raw.sales where sale_date = date '${gone}'`;

describe("a date that leaves the calendar", () => {
  it("is withdrawn, and what read it is computed again: the result is that of a clean rebuild", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(warehouse, removal);
    const plan = await planShop(warehouse, runbook);
    const reasons = plan.cells.flatMap((cell) =>
      [...cell.reasons].map(([date, { kind }]) => `${cell.processor} ${date} ${kind}`),
    );
    assert.deepEqual(
      reasons.filter((text) => text.endsWith("withdrawn")),
      ["DAY", "TREND", "SCORE"].map((id) => `${id} ${gone} withdrawn`),
    );
    const result = await runShop(warehouse, { runbook });
    assert.equal(result.isClean, true);
    const later = ["21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31"].map(
      (day) => `2024-01-${day}`,
    );
    assert.deepEqual(outcomesOf(result, "committed")["TREND"], [gone, ...later]);
    await using rebuilt = await openShop();
    await changeTables(rebuilt, removal);
    await runShop(rebuilt, { runbook });
    const [{ statuses, ...content }, { statuses: others, ...wanted }] = [
      await contentOfShop(warehouse, runbook),
      await contentOfShop(rebuilt, runbook),
    ];
    assert.deepEqual(content, wanted);
    assert.notEqual(statuses, others, "the ledger keeps that the date was withdrawn");
    assert.equal((await runShop(warehouse, { runbook })).plan.totals.units, 0);
  });

  it("leaves the plan that withdrew it the one that was carried out", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(warehouse, removal);
    await runShop(warehouse, { runbook });
    const [run] = await readNewestRuns(warehouse, runbook, 1);
    assert.ok(run);
    const state = await readState(warehouse, runbook, shopRange);
    const world = { runbook, state, isWaived: () => false };
    assert.equal(planStaleness(run, world), undefined);
    await changeTables(warehouse, removal.replace(gone, "2024-01-21"));
    const later = { ...world, state: await readState(warehouse, runbook, shopRange) };
    assert.match(planStaleness(run, later) ?? "", /its calendar or waivers.* 3 partitions to build/);
  });

  it("takes its failures along, and is pending again when it comes back", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const first = "2024-01-01";
    await changeTables(
      warehouse,
      `create table kept as select * from shop_raw.sales where sale_date = date '${first}'; delete from shop_raw.sales where sale_date = date '${first}'`,
    );
    const failures = `select count(*) as n from shop_processing.precompute_failures where analysis_date = date '${first}'`;
    assert.deepEqual(await firstRow(warehouse, failures), { n: 6 });
    await runShop(warehouse, { runbook });
    assert.deepEqual(await firstRow(warehouse, failures), { n: 0 });
    await changeTables(warehouse, "insert into shop_raw.sales select * from kept");
    await runShop(warehouse, { runbook });
    await using unchanged = (await openSettledShop()).warehouse;
    assert.deepEqual(await contentOfShop(warehouse, runbook), await contentOfShop(unchanged, runbook));
  });

  it("leaves rows alone that no attempt has made", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      "insert into shop_analytics.shop_day (shop, sale_date, total, sales) values ('west', date '2024-01-13', 1, 1)",
    );
    const { cells } = await planShop(warehouse, runbook);
    assert.deepEqual(
      cells.flatMap(({ reasons }) => [...reasons.values()]).filter(({ kind }) => kind === "withdrawn"),
      [],
    );
    await runShop(warehouse, { runbook });
    const strangers = "select count(*) as n from shop_analytics.shop_day where shop = 'west'";
    assert.deepEqual(await firstRow(warehouse, strangers), { n: 1 });
  });

  it("is withdrawn on random graphs, in 10 of them", async () => {
    await fc.assert(fc.asyncProperty(smallShapes, withdrawnPlaces, withdrawsExactly), { numRuns: 10 });
  });
});

describe("cascade on a date that has left the calendar", () => {
  let folder = "";
  let path = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-withdrawn-"));
    path = join(folder, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    await type("run");
    await using warehouse = await openDuckDb({ path });
    await changeTables(warehouse, removal);
  });
  after(() => rm(folder, { recursive: true }));

  it("tells it in plan, why, status, triage and report until `run --dates` has taken it back", async () => {
    assert.match((await type("plan")).stdout, /withdrawn/);
    const why = await cascade(["why", shopFolder, "DAY", gone, "--warehouse", `duckdb:${path}`]);
    assert.match(
      why.stdout,
      /state +withdrawn: the date has left the calendar.*; next: cascade run .*2024-01-20/,
    );
    const status = JSON.parse((await type("status", "--json")).stdout) as {
      readonly partitions: readonly { readonly date: string; readonly reason?: string }[];
    };
    assert.ok(status.partitions.some(({ date, reason }) => date === gone && reason === "withdrawn"));
    const triage = JSON.parse((await type("triage", "--json")).stdout) as {
      readonly decisions: readonly { readonly processor: string; readonly date: string }[];
    };
    assert.deepEqual(
      triage.decisions.filter(({ date }) => date === gone).map(({ processor }) => processor),
      ["DAY", "TREND", "SCORE"],
    );
    assert.match((await type("report")).stdout, /3 partitions of dates that have left the calendar/);
    const ran = await cascade(["run", shopFolder, "--dates", gone, "--warehouse", `duckdb:${path}`]);
    assert.doesNotMatch(ran.stderr, /^\S+ Cannot/m);
    const left = await cascade(["why", shopFolder, "DAY", gone, "--warehouse", `duckdb:${path}`]);
    assert.match(left.stdout, /holds +0 rows/);
    assert.match(left.stdout, /not a calendar date: nothing is expected/);
    assert.doesNotMatch((await type("report")).stdout, /left the calendar/);
  });

  function type(command: string, ...args: readonly string[]): Promise<Ending> {
    const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];
    return cascade([command, shopFolder, ...january, "--warehouse", `duckdb:${path}`, ...args]);
  }
});
