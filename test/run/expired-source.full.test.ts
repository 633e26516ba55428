import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { statusesOf } from "../../src/operations/typed/status-command.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import { withExpired } from "../../src/plan/versions/frozen.ts";
import { runGates } from "../../src/gates/run-gates.ts";
import { explainPartition } from "../../src/operations/explain-partition.ts";
import { reportOn } from "../../src/operations/report-on.ts";
import { statusOfLetter } from "../../src/report/partition-status.ts";
import { gateKinds, type Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { built, everyDay, expiringShop, expiry, retention } from "./expired-source.ts";
import {
  changeTables,
  contentOfShop,
  firstRow,
  openSettledShop,
  openShop,
  outcomesOf,
  readShop,
  runShop,
  stepText,
  withStep,
} from "./shop.ts";

const today = "2024-02-01" as CalendarDate;
const days = "select count(distinct sale_date) as n from shop_analytics.shop_day";
const kinds = gateKinds.filter((kind) => kind !== "freshness");

/** The month built, and its first twenty days expired since. */
async function openExpired(runbook: Runbook): Promise<Warehouse> {
  const warehouse = await openShop();
  await changeTables(warehouse, everyDay);
  await runShop(warehouse, { runbook });
  await changeTables(warehouse, expiry);
  return warehouse;
}

async function objections(warehouse: Warehouse, runbook: Runbook): Promise<readonly string[]> {
  const processors = runbook.processors.map(({ id }) => id);
  const place = { file: "runbook.yml", line: 1, column: 1 };
  const gates = kinds.map((kind) => {
    return { id: kind, kind, after: processors, processors, blocking: true, strict: true, place };
  });
  const results = await runGates(warehouse, { runbook, range: built, today }, gates);
  return results.filter(({ exitCode }) => exitCode !== 0).map(({ gate, summary }) => `${gate}: ${summary}`);
}

describe("a source that has expired", () => {
  for (const required of [false, true]) {
    it(`leaves what was built from it frozen, with \`required: ${required}\``, async () => {
      const runbook = expiringShop(await readShop(), { required, retention });
      await using warehouse = await openExpired(runbook);
      const before = await contentOfShop(warehouse, runbook);
      const run = await runShop(warehouse, { runbook });
      assert.equal(run.isClean, true);
      assert.partialDeepStrictEqual(run.plan.totals, { units: 0, blocked: 0, frozen: 60 });
      assert.deepEqual(await contentOfShop(warehouse, runbook), before);
      assert.deepEqual(await objections(warehouse, runbook), []);
      const forced = await runShop(warehouse, { runbook, selection: { force: true } });
      assert.deepEqual(await firstRow(warehouse, days), { n: 31 });
      assert.equal(forced.plan.totals.frozen, 60);
    });
  }

  it("is told in why and report, where nothing is wrong", async () => {
    const runbook = expiringShop(await readShop(), { required: true, retention });
    await using warehouse = await openExpired(runbook);
    const report = await reportOn(warehouse, {
      runbook,
      selection: { range: built },
      context: { today },
      out: "no-earlier-report",
    });
    const statuses = report.partitions.map(
      (series) => series.statuses.split("").filter((letter) => statusOfLetter(letter) === "frozen").length,
    );
    assert.deepEqual(statuses, [20, 20, 20]);
    assert.deepEqual(
      report.checks.filter(({ state }) => state === "findings" || state === "check-failed"),
      [],
    );
    const [processor] = runbook.processors;
    assert.ok(processor);
    const date = "2024-01-05" as CalendarDate;
    const why = await explainPartition(warehouse, { runbook, processor, date, entity: undefined, today });
    assert.deepEqual(why.frozenBy, { upstream: "shop_raw.sales", date });
  });

  it("is told beside an attempt that left nothing, which stays failed or blocked", async () => {
    const runbook = expiringShop(await readShop(), { required: true, retention });
    const broken = withStep(
      runbook,
      "DAY",
      `with step as (${stepText(runbook, "DAY")})
select * replace (case when sale_date = '2024-01-05' then null else total end as total) from step`,
    );
    await using warehouse = await openShop();
    await changeTables(warehouse, everyDay);
    await runShop(warehouse, { runbook: broken });
    await changeTables(warehouse, expiry);
    const selection = { range: built };
    const report = await reportOn(warehouse, { runbook: broken, selection, context: { today }, out: "none" });
    const told = report.partitions.map(({ statuses }) => statusOfLetter(statuses[4]));
    assert.deepEqual(told, ["failed", "frozen", "blocked"]);
    const state = withExpired(broken, await readState(warehouse, broken, built), today);
    const plan = planBackfill(broken, state, selection);
    const statuses = broken.processors.map((processor) =>
      statusesOf(processor, plan, state).find(({ date }) => date === "2024-01-05"),
    );
    assert.deepEqual(
      statuses.map((status) => [status?.state, status?.reason]),
      [
        ["failed", "shop_raw.sales 2024-01-05 has expired, so it cannot be built again"],
        ["frozen", "shop_raw.sales 2024-01-05 has expired"],
        ["blocked", "shop_raw.sales 2024-01-05 has expired, so it cannot be built again"],
      ],
    );
  });

  it("takes no date from a calendar that reads it, and shortens no season", async () => {
    const shop = await readShop();
    const sources = shop.sources.map((source) => ({ ...source, retention }));
    const runbook = { ...shop, sources };
    await using warehouse = (await openSettledShop()).warehouse;
    const before = await contentOfShop(warehouse, runbook);
    await changeTables(warehouse, expiry);
    const run = await runShop(warehouse, { runbook });
    assert.deepEqual([run.isClean, run.plan.totals.units, run.plan.totals.frozen], [true, 0, 65]);
    assert.deepEqual(await contentOfShop(warehouse, runbook), before);
    assert.deepEqual(await objections(warehouse, runbook), []);
    const selection = { range: built };
    const report = await reportOn(warehouse, { runbook, selection, context: { today }, out: "none" });
    assert.deepEqual(
      report.warnings.filter(({ kind, text }) => kind === "withdrawn" || text.includes("to build")),
      [],
      "what stays as it is is nobody's to build or to take back",
    );
    assert.deepEqual(
      report.warnings.flatMap(({ kind, text }) => (kind === "frozen" ? [text] : [])),
      [
        "54 partitions of dates that have left the calendar, first DAY 2024-01-01, frozen: shop_raw.sales 2024-01-01 has expired, so that they stay as they are",
      ],
    );
    assert.deepEqual([report.tally.tainted, report.tally.strays ?? 0], [0, 0]);
  });
});

/** The statement, of sales above 5 alone. */
function dearOnly(sql: string): string {
  return sql.replace("where sale_date", "where amount > 5 and sale_date");
}

describe("rows of which the source has vanished", () => {
  it("are replaced by none only when a person says so", async () => {
    const runbook = expiringShop(await readShop(), { required: false, retention: undefined });
    await using warehouse = await openExpired(runbook);
    const refused = await runShop(warehouse, { runbook });
    assert.equal(refused.isClean, false);
    assert.equal(outcomesOf(refused, "failed")["DAY"]?.length, 20);
    const error = refused.cells.flatMap(({ outcomes }) =>
      outcomes.flatMap((outcome) => (outcome.kind === "failed" ? outcome.error : [])),
    );
    assert.match(error[0] ?? "", /^shop_raw.sales holds nothing any more: 3 rows would be replaced by none$/);
    assert.deepEqual(await firstRow(warehouse, days), { n: 31 });
    const late = expiringShop(runbook, { required: false, retention });
    const kept = await runShop(warehouse, { runbook: late });
    const open = kept.cells.flatMap(({ processor, outcomes }) =>
      outcomes.filter(({ kind }) => kind !== "committed").map((outcome) => ({ processor, ...outcome })),
    );
    assert.deepEqual(open, [], "declared later");
    const said = await runShop(warehouse, { runbook, selection: { allowEmpty: true } });
    assert.equal(said.isClean, true);
    assert.deepEqual(await firstRow(warehouse, days), { n: 11 });
  });

  it("are replaced as ever where the source is there and gives none", async () => {
    const shop = withStep(
      expiringShop(await readShop(), { required: false, retention: undefined }),
      "DAY",
      dearOnly(stepText(await readShop(), "DAY")),
    );
    const runbook = {
      ...shop,
      processors: shop.processors.map(({ population, ...processor }) => {
        assert.ok(population);
        const sql = { file: "dear.sql", text: dearOnly(population.sql.text) };
        return { ...processor, population: { ...population, sql } };
      }),
    };
    await using warehouse = await openShop();
    const selection = { processors: ["DAY"] };
    await runShop(warehouse, { runbook, selection });
    const before = await firstRow(warehouse, days);
    await changeTables(warehouse, "update shop_raw.sales set amount = 1 where sale_date = date '2024-01-05'");
    const emptied = await runShop(warehouse, { runbook, selection });
    assert.equal(emptied.isClean, true);
    assert.deepEqual([before, await firstRow(warehouse, days)], [{ n: 29 }, { n: 28 }]);
  });
});
