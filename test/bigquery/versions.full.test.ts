import assert from "node:assert/strict";
import { addDays, type DateRange } from "../../src/domain/calendar-date.ts";
import { Fault } from "../../src/errors.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { runBackfill, type RunRequest, type RunResult } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { sharedWith } from "../run/shared-warehouse.ts";
import { openMemoryRun } from "../github/actions/memory-run.ts";
import { outcomesOf, readShop, wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop } from "./emulated-shop.ts";
import { openWriteClock } from "./write-clock.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

const range: DateRange = { from: fortnight.from, to: addDays(fortnight.from, 3) };

/** The warehouse, and all that is said to it from now on; `meanwhile` is what somebody else does before a statement. */
function listenTo(
  warehouse: Warehouse,
  meanwhile: (statement: Statement) => Promise<void> = () => Promise.resolve(),
): { readonly warehouse: Warehouse; readonly said: Statement[] } {
  const said: Statement[] = [];
  const listened = sharedWith(warehouse, async (statement) => {
    said.push(statement);
    await meanwhile(statement);
  });
  return { warehouse: listened, said };
}

/** The tables that were hashed, each with the dates, or `window` when it was not asked about some dates. */
function hashed(said: readonly Statement[]): readonly string[] {
  return said
    .filter(({ purpose }) => purpose.startsWith("read the versions of"))
    .map(({ purpose, parameters }) => {
      const dates = parameters?.["dates"]?.value ?? "window";
      return `${purpose.slice("read the versions of ".length)} ${String(dates)}`;
    })
    .toSorted();
}

async function run(
  warehouse: Warehouse,
  runbook: Runbook,
  processors?: readonly string[],
): Promise<RunResult> {
  const selection = { range, ...(processors === undefined ? {} : { processors }) };
  return runBackfill(warehouse, { runbook, selection, skipAudit: true }, wallEffects());
}

async function recorded(warehouse: Warehouse): Promise<number> {
  const rows = await warehouse.query({
    sql: "select count(*) as recorded from shop_processing.cascade_versions",
    purpose: "count the recorded versions",
  });
  return Number(rows[0]?.["recorded"]);
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute([{ sql, purpose: "write as somebody else" }]);
}

const raise = "update shop_raw.sales set amount = amount + 1 where sale_date = date '2024-01-03'";

describe("versions on a BigQuery that tells when partitions were written", () => {
  it("are hashed once: afterwards only what was written is, also right before a commit", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook, openWriteClock());
    const first = listenTo(shop.warehouse);
    const { jobs } = await jobsOfCells(first, { runbook, selection: { range } });
    assert.deepEqual(
      jobs,
      { DAY: 4 + 1, TREND: 4 + 1 + 1, SCORE: 4 + 2 + 2 },
      "and one for failures in SCORE",
    );
    assert.deepEqual(hashed(first.said), [
      "shop_analytics.shop_day 2024-01-01,2024-01-02,2024-01-03",
      "shop_analytics.shop_day 2024-01-04",
      "shop_analytics.shop_trend 2024-01-03,2024-01-04",
      "shop_raw.sales 2024-01-01,2024-01-02,2024-01-03,2024-01-04",
    ]);
    const second = listenTo(shop.warehouse);
    await run(second.warehouse, runbook);
    assert.deepEqual(hashed(second.said), ["shop_analytics.shop_score 2024-01-03,2024-01-04"]);
    const known = await recorded(shop.warehouse);
    assert.equal(known, 4 + 4 + 2 + 2);

    const third = listenTo(shop.warehouse);
    const state = await readState(third.warehouse, runbook, range);
    assert.deepEqual(hashed(third.said), [], "nothing was written");
    assert.equal(
      third.said.length,
      7,
      "catalog, the ledger's runbook, metadata, calendar, ledger, holds, recorded versions",
    );

    const moving = listenTo(shop.warehouse, async ({ purpose }) => {
      if (purpose === "compute SCORE") await change(shop.warehouse, raise);
    });
    const selection = { range, processors: ["SCORE"], force: true };
    const moved = await jobsOfCells(moving, { runbook, selection });
    assert.deepEqual(moved.jobs, { SCORE: 4 + 2 + 2 + 1 }, "sales, the calendar, what was given before");
    assert.deepEqual(outcomesOf(moved.result, "moved"), { SCORE: ["2024-01-03"] });
    assert.equal(outcomesOf(moved.result, "committed")["SCORE"]?.includes("2024-01-04"), true);

    const before = await recorded(shop.warehouse);
    await change(shop.warehouse, raise);
    const fourth = listenTo(shop.warehouse);
    const changed = await readState(fourth.warehouse, runbook, range);
    assert.deepEqual(hashed(fourth.said), [
      "shop_analytics.shop_score 2024-01-04",
      "shop_raw.sales 2024-01-03",
    ]);
    assert.equal(await recorded(shop.warehouse), before, "reading records nothing");
    assert.notDeepEqual(changed.content, state.content);

    await change(shop.warehouse, "update shop_processing.cascade_versions set hash_tag = 'other' where true");
    const verified = listenTo(shop.warehouse);
    assert.deepEqual(await readState(verified.warehouse, runbook, range), changed, "the same versions");
    assert.equal(hashed(verified.said).length, 4, "another tag is verified again");
  });

  it("are compacted by the next run once most are superseded, and answer the same", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook, openWriteClock());
    await run(shop.warehouse, runbook);
    await run(shop.warehouse, runbook);
    const counting = await recorded(shop.warehouse);
    const columns = "table_name, analysis_date, row_count, last_modified, hash_tag, version";
    await change(
      shop.warehouse,
      `insert into shop_processing.cascade_versions (${columns}, recorded_at)
select table_name, analysis_date, row_count, 0, hash_tag, 'older', timestamp_sub(recorded_at, interval number minute)
from shop_processing.cascade_versions, unnest(generate_array(1, 200)) as number`,
    );
    assert.equal(await recorded(shop.warehouse), counting * 201);
    const before = await readState(shop.warehouse, runbook, range);
    await run(shop.warehouse, runbook);
    assert.equal(await recorded(shop.warehouse), counting);
    const after = listenTo(shop.warehouse);
    assert.deepEqual(await readState(after.warehouse, runbook, range), before);
    assert.deepEqual(hashed(after.said), [], "nothing has to be hashed again");
  });

  it("are hashed each time of a table whose metadata may count rows that were deleted", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook, openWriteClock(["shop_raw.sales"]));
    await run(shop.warehouse, runbook, ["DAY"]);
    const second = listenTo(shop.warehouse);
    await readState(second.warehouse, runbook, range);
    assert.deepEqual(
      hashed(second.said).filter((line) => line.startsWith("shop_raw")),
      ["shop_raw.sales window"],
    );
    await run(shop.warehouse, runbook, ["DAY"]);
    const known = await shop.warehouse.query({
      sql: "select distinct table_name from shop_processing.cascade_versions",
      purpose: "look",
    });
    assert.deepEqual(known, [{ table_name: "shop_analytics.shop_day" }]);
  });

  it("are not remembered wrongly when a partition is written between the metadata and the hash", async () => {
    const runbook = await readShop();
    const clock = openWriteClock();
    let isRefused = false;
    const rewrite = (sql: string): string =>
      isRefused && sql.includes("INFORMATION_SCHEMA.PARTITIONS")
        ? "select error('Access Denied: INFORMATION_SCHEMA.PARTITIONS')"
        : clock.rewrite(sql);
    await using shop = await openEmulatedShop(runbook, { ...clock, rewrite });
    const lose = "delete from shop_raw.sales where sale_date = date '2024-01-04' and shop = 'north'";
    const changes = [raise, lose];
    const racing = listenTo(shop.warehouse, async ({ purpose }) => {
      if (purpose !== "read the versions of shop_raw.sales") return;
      for (const sql of changes.splice(0)) await change(shop.warehouse, sql);
    });
    const result = await run(racing.warehouse, runbook, ["DAY"]);
    assert.equal(result.isClean, true);
    assert.deepEqual(hashed(racing.said).slice(-2), [
      "shop_raw.sales 2024-01-01,2024-01-02,2024-01-03,2024-01-04",
      "shop_raw.sales 2024-01-03,2024-01-04",
    ]);
    const state = await readState(shop.warehouse, runbook, range);
    await change(shop.warehouse, "delete from shop_processing.cascade_versions where true");
    assert.deepEqual(await readState(shop.warehouse, runbook, range), state);
    isRefused = true;
    await assert.rejects(
      readState(shop.warehouse, runbook, range),
      (error) => error instanceof Fault && error.message.includes("Access Denied"),
      "a refusal is not a lack of metadata",
    );
  });

  it("are hashed by the plan of a workflow and by none of its cells", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook, openWriteClock());
    const jobs = listenTo(shop.warehouse);
    using workflow = openMemoryRun({
      runbook: "test/fixtures/shop",
      warehouse: "bigquery:test",
      open: async () => jobs.warehouse.session(),
    });
    const dates = { "start-date": range.from, "end-date": range.to, processors: "DAY" };
    const { matrices } = await workflow.plan(dates);
    assert.deepEqual(hashed(jobs.said), ["shop_raw.sales 2024-01-01,2024-01-02,2024-01-03,2024-01-04"]);
    const { DAY: legs = [] } = JSON.parse(matrices) as Record<string, readonly { readonly id: string }[]>;
    assert.ok(legs.length > 0);
    jobs.said.length = 0;
    for (const { id } of legs) await workflow.cell(id);
    assert.deepEqual(hashed(jobs.said), []);
  });
});

/** Runs a selection and counts what each cell says. */
async function jobsOfCells(
  { warehouse, said }: ReturnType<typeof listenTo>,
  request: RunRequest,
): Promise<{ readonly jobs: Record<string, number>; readonly result: RunResult }> {
  const jobs: Record<string, number> = {};
  let before = 0;
  const result = await runBackfill(
    warehouse,
    { ...request, skipAudit: true },
    {
      ...wallEffects(),
      emit(event) {
        if (event.kind === "cell-started") before = said.length;
        if (event.kind === "cell-ended") jobs[event.cell.processor] = said.length - before;
      },
    },
  );
  return { jobs, result };
}
