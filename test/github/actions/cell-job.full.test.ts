import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Fault } from "../../../src/errors.ts";
import { runCellJob } from "../../../src/github/jobs/cell-job.ts";
import { runGateJob } from "../../../src/github/jobs/gate-job.ts";
import { sharedWith } from "../../run/shared-warehouse.ts";
import { openMemoryRun, runsAfter, type MemoryRun } from "./memory-run.ts";

const lap = "LAP-2024-01-01-2024-01-05";
const total = "TOTAL-2024-01-01-2024-01-05";
const place = "PLACE-2024-01-01-2024-01-05";
const firstDays = { "end-date": "2024-01-05" };

const bundle = "gates-laps-coverage.bundle.a1";

/** Takes away what a cell left, with what bundles hold of it. */
function lose(run: MemoryRun, name: string): void {
  run.artifacts.delete(name);
  for (const folder of run.artifacts.values()) rmSync(join(folder, name), { recursive: true, force: true });
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

/** Dates of a processor in the ledger by their newest status: `2024-01-03 blocked`. */
async function statusesOf(run: MemoryRun, processor: string): Promise<readonly string[]> {
  const rows = await run.rows(`select cast(analysis_date as string) || ' ' || status as text
from relay_processing.cascade_partitions where processor_name = '${processor}'
qualify row_number() over (partition by analysis_date order by finished_at desc, attempt_id desc) = 1 order by 1`);
  return rows.map((row) => String(row["text"]));
}

function all(status: string, days = [1, 2, 3, 4, 5]): readonly string[] {
  return days.map((day) => `2024-01-0${day} ${status}`);
}

const openPlanned = runsAfter(async (run) => void (await run.plan(firstDays)));
const openAfterLap = runsAfter(async (run) => assert.equal(await run.cell(lap), true), openPlanned);
const openAfterGate = runsAfter(
  async (run) => assert.equal(await run.gate("laps-coverage"), true),
  openAfterLap,
);

describe("runCellJob()", () => {
  it("computes a cell from what the cells before it left, and hands its own work on", async () => {
    using run = await openAfterGate();
    assert.equal(await run.cell(total), true);
    assert.equal(await run.cell(place), true);
    assert.deepEqual(await statusesOf(run, "PLACE"), all("committed"));
    assert.deepEqual(
      [...run.artifacts.keys()],
      ["plan.a1", `${lap}.a1`, "gates-laps-coverage.bundle.a1", `${total}.a1`, `${place}.a1`],
    );
  });

  it("reads what stands behind a barrier from its one bundle, and the rest one by one", async () => {
    using run = await openAfterGate();
    assert.equal(await run.cell(total), true);
    assert.deepEqual(run.downloads, ["plan.a1", bundle]);
    run.downloads.length = 0;
    assert.equal(await run.cell(place), true);
    assert.deepEqual(run.downloads, ["plan.a1", `${total}.a1`]);
    assert.equal(await run.gate("final-coverage"), true);
    run.downloads.length = 0;
    await run.rows("select 1 as one");
    assert.deepEqual(run.downloads, ["plan.a1", bundle, "gates-final.bundle.a1"]);
  });

  it("does without a bundle that is damaged, and takes a lost artifact from one that is whole", async () => {
    using damaged = await openAfterGate();
    const copy = join(damaged.artifacts.get(bundle) ?? "", `${lap}.a1`);
    writeFileSync(join(copy, "relay_analytics.laps.parquet"), "PAR1");
    assert.equal(await damaged.cell(total), true);
    assert.ok(damaged.annotations.some(({ title }) => title === "artifact-lost"));
    using lost = await openAfterGate();
    lost.artifacts.delete(`${lap}.a1`);
    assert.equal(await lost.cell(total), true);
    assert.deepEqual(await statusesOf(lost, "TOTAL"), all("committed"));
  });

  it("bundles again what a later attempt did, beside what an earlier one had done", async () => {
    using run = await openAfterGate();
    run.attempt = 2;
    assert.equal(await run.cell(lap), true);
    assert.equal(await run.gate("laps-coverage"), true);
    assert.deepEqual(readdirSync(run.artifacts.get("gates-laps-coverage.bundle.a2") ?? ""), [
      `${lap}.a1`,
      `${lap}.a2`,
      "gate-laps-coverage.a2",
    ]);
    run.attempt = 1;
    run.downloads.length = 0;
    await run.cell(total);
    assert.ok(!run.downloads.some((name) => name.endsWith(".a2")));
  });

  it("blocks exactly the dates that read a failed one", async () => {
    using run = await openPlanned();
    run.setWeather("2024-01-02");
    assert.equal(await run.cell(lap), false);
    assert.equal(await run.gate("laps-coverage"), false);
    assert.equal(await run.cell(total), false);
    assert.equal(await run.cell(place), false);
    const blocked = [...all("committed", [1, 2]), ...all("blocked", [3, 4]), ...all("committed", [5])];
    assert.deepEqual(await statusesOf(run, "TOTAL"), blocked);
    assert.deepEqual(await statusesOf(run, "PLACE"), blocked);
    const titles = run.annotations.filter(({ level }) => level === "error").map(({ title }) => title);
    assert.deepEqual(titles, [
      "LAP 2024-01-02 failed",
      "gate laps-coverage blocked",
      "TOTAL 2024-01-03 blocked",
      "TOTAL 2024-01-04 blocked",
      "PLACE 2024-01-03 blocked",
      "PLACE 2024-01-04 blocked",
    ]);
    assert.equal(run.annotations[0]?.place?.file, "test/fixtures/relay/runbook.yml");
  });

  it("leaves undone what moved while it was computed, and holds it back from what reads it", async () => {
    using run = await openAfterGate();
    run.through = (warehouse) =>
      sharedWith(warehouse, async ({ purpose }) => {
        if (purpose !== "check the stage of TOTAL") return;
        const sql = "update relay_analytics.laps set laps = laps + 1 where race_date = '2024-01-02'";
        await warehouse.execute([{ sql, purpose: "write as somebody else" }]);
      });
    assert.equal(await run.cell(total), false);
    run.through = (warehouse) => warehouse;
    assert.deepEqual(await statusesOf(run, "TOTAL"), all("committed", [1, 2, 5]));
    const first = run.annotations.find(({ level }) => level === "error");
    assert.equal(first?.title, "TOTAL 2024-01-03 moved");
    assert.equal(first?.message, "LAP changed while it was computed: nothing was committed, run it again");
    assert.equal(await run.cell(place), false);
    const blocked = [...all("committed", [1, 2]), ...all("blocked", [3, 4]), ...all("committed", [5])];
    assert.deepEqual(await statusesOf(run, "PLACE"), blocked);
    run.attempt = 2;
    assert.equal(await run.cell(total), true);
    assert.deepEqual(await statusesOf(run, "TOTAL"), all("committed"));
  });

  it("does in a second attempt only what the first left undone", async () => {
    using run = await openPlanned();
    run.setWeather("2024-01-02");
    await run.cell(lap);
    await run.gate("laps-coverage");
    await run.cell(total);
    run.setWeather();
    run.attempt = 2;
    assert.equal(await run.cell(lap), true);
    assert.equal(await run.gate("laps-coverage"), true);
    assert.equal(await run.cell(total), true);
    const rows = await run.rows(`select processor_name || ' ' || cast(analysis_date as string) as unit
from relay_processing.cascade_partitions where attempt_id like '%/a2_%' order by 1`);
    assert.deepEqual(
      rows.map(({ unit }) => unit),
      ["LAP 2024-01-02", "TOTAL 2024-01-03", "TOTAL 2024-01-04"],
    );
    assert.deepEqual(await statusesOf(run, "TOTAL"), all("committed"));
  });

  it("blocks all that reads a cell whose artifact is lost", async () => {
    using run = await openAfterGate();
    lose(run, `${lap}.a1`);
    assert.equal(await run.cell(total), false);
    assert.deepEqual(await statusesOf(run, "TOTAL"), [
      ...all("committed", [1]),
      ...all("blocked", [2, 3, 4, 5]),
    ]);
    assert.ok(run.annotations.some(({ message }) => message === `the cell ${lap} left no result`));
  });

  it("takes a damaged artifact for a lost one", async () => {
    using run = await openAfterGate();
    for (const folder of [
      run.artifacts.get(`${lap}.a1`),
      join(run.artifacts.get(bundle) ?? "", `${lap}.a1`),
    ]) {
      writeFileSync(join(folder ?? "", "relay_analytics.laps.parquet"), "PAR1");
    }
    assert.equal(await run.cell(total), false);
    assert.ok(run.annotations.some(({ title }) => title === "artifact-lost"));
  });

  it("reads no stale partition in place of one that was to be rewritten and was not", async () => {
    using run = await openAfterGate();
    for (const id of [total, place]) await run.cell(id);
    using next = openMemoryRun();
    next.state = await run.publish();
    await next.plan({ ...firstDays, resume: "false", processors: "LAP,TOTAL" });
    next.artifacts.delete(`${lap}.a1`);
    assert.equal(await next.cell(total), false);
    assert.deepEqual(await statusesOf(next, "TOTAL"), [
      ...all("committed", [1]),
      ...all("blocked", [2, 3, 4, 5]),
    ]);
  });

  it("takes a blocking gate without a result for one that holds everything back", async () => {
    using run = await openAfterLap();
    assert.equal(await run.cell(total), false);
    assert.deepEqual(await statusesOf(run, "TOTAL"), [
      ...all("committed", [1]),
      ...all("blocked", [2, 3, 4, 5]),
    ]);
    assert.ok(run.annotations.some(({ message }) => message === "the gate laps-coverage has no result"));
  });

  it("does not go by a gate that has not looked at the newest attempt", async () => {
    using run = await openPlanned();
    run.setWeather("2024-01-05");
    await run.cell(lap);
    await run.gate("laps-coverage");
    run.setWeather();
    run.attempt = 2;
    assert.equal(await run.cell(lap), true);
    assert.equal(await run.cell(total), false);
    assert.ok(run.annotations.some(({ message }) => message === "the gate laps-coverage has no result"));
  });

  it("drops what is up to date, and still tells that it has decided it", async () => {
    using run = await openAfterLap();
    run.attempt = 2;
    assert.equal(await run.cell(lap), true);
    assert.equal(await run.gate("laps-coverage"), true);
    assert.equal(await run.cell(total), true);
    const rows = await run.rows(
      "select 1 as one from relay_processing.cascade_partitions where processor_name = 'LAP'",
    );
    assert.equal(rows.length, 5);
  });

  it("does not take a word for rows: what only an artifact that is gone had is missing", async () => {
    using run = await openAfterLap();
    run.attempt = 2;
    await run.cell(lap);
    await run.gate("laps-coverage");
    lose(run, `${lap}.a1`);
    assert.equal(await run.cell(total), false);
    assert.deepEqual(await statusesOf(run, "TOTAL"), [
      ...all("committed", [1]),
      ...all("blocked", [2, 3, 4, 5]),
    ]);
  });

  it("replaces rows by none, where the sources hold nothing any more, only when the dispatch allows it", async () => {
    const root = mkdtempSync(join(tmpdir(), "cascade-empty-"));
    const folder = join(root, "relay");
    cpSync("test/fixtures/relay", folder, { recursive: true });
    const path = join(folder, "runbook.yml");
    const text = readFileSync(path, "utf8").replace("minimum-rows: 3\n    required: true", "required: false");
    writeFileSync(path, text);
    const results: (readonly string[])[] = [];
    using built = openMemoryRun({ runbook: folder });
    await built.plan(firstDays);
    await built.cell(lap);
    const state = await built.publish();
    for (const allowed of ["false", "true"]) {
      using run = openMemoryRun({ runbook: folder });
      Object.assign(run, { id: 8, state });
      await run.plan({ ...firstDays, resume: "false", processors: "LAP", "allow-empty": allowed });
      run.through = (warehouse) =>
        sharedWith(warehouse, async ({ purpose }) => {
          if (purpose !== "read the calendar") return;
          const sql = "delete from relay_raw.runs where race_date = '2024-01-02'";
          await warehouse.execute([{ sql, purpose: "let a day expire" }]);
        });
      await run.cell(lap);
      run.through = (warehouse) => warehouse;
      results.push(await statusesOf(run, "LAP"));
    }
    rmSync(root, { recursive: true });
    const kept = [...all("committed", [1]), ...all("failed", [2]), ...all("committed", [3, 4, 5])];
    assert.deepEqual(results, [kept, all("committed")]);
  });

  it("leaves its token in no file, where commands would find it", async () => {
    using run = await openPlanned();
    const [cells, gates] = [run.effects(), run.effects()];
    const inputs = { runbook: "test/fixtures/relay", warehouse: "duckdb", "github-token": "ghs_of-this-job" };
    await runCellJob({ ...inputs, cell: [lap] }, cells);
    await runGateJob({ ...inputs, gates: ["laps-coverage"] }, gates);
    for (const { folder } of [cells, gates]) {
      assert.ok(existsSync(join(folder, "handover.json")));
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const text = readFileSync(join(entry.parentPath, entry.name), "latin1");
        assert.ok(!text.includes("ghs_of-this-job"), entry.name);
      }
    }
  });

  it("does nothing while a person holds the runbook", async () => {
    using run = await openPlanned();
    run.hold = { who: "alice", why: "the source is being repaired", since: "2024-01-31" };
    await assert.rejects(run.cell(lap), hasCode("on-hold"));
  });

  it("refuses another commit and another runbook than those planned", async () => {
    using run = await openPlanned();
    run.commit = "d".repeat(40);
    await assert.rejects(run.cell(lap), hasCode("plan-stale"));
  });

  it("says so when the plan is gone, and when it has no such cell", async () => {
    using run = await openPlanned();
    await assert.rejects(run.cell("LAP-2025-01-01-2025-01-05"), hasCode("unknown-name"));
    run.artifacts.delete("plan.a1");
    await assert.rejects(run.cell(lap), hasCode("artifact-lost"));
  });
});
