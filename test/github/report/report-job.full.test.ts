import assert from "node:assert/strict";
import { cpSync, mkdtempDisposableSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { ReportInputs } from "../../../src/github/action-inputs.ts";
import { fillSources } from "../../../src/operations/fill-sources.ts";
import { runReportJob } from "../../../src/github/jobs/report-job.ts";
import type { Delivery } from "../../../src/github/report/deliver-report.ts";
import type { ReportSubject } from "../../../src/github/report/sticky-content.ts";
import { parseReport } from "../../../src/report/render-json.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import type { ReportModel } from "../../../src/report/model.ts";
import { openMemoryRun, runsAfter, type MemoryRun } from "../actions/memory-run.ts";

const cells = ["LAP", "TOTAL", "PLACE"].map((id) => `${id}-2024-01-01-2024-01-05`);
const firstDays = { "end-date": "2024-01-05" };
const inputs: ReportInputs = {
  runbook: "test/fixtures/relay",
  warehouse: "duckdb",
  "report-to": "new",
  step: "report",
  "github-token": "t",
};

type Reported = { readonly isGreen: boolean; readonly delivered: readonly ReportSubject[] };

/** All that the plan has but for its last cell. */
async function runAllButLast(run: MemoryRun): Promise<void> {
  const [first = "", second = ""] = cells;
  await run.cell(first);
  await run.gate("laps-coverage");
  await run.cell(second);
}

async function runLast(run: MemoryRun, how: { readonly isLost?: boolean } = {}): Promise<void> {
  await run.cell(cells.at(-1) ?? "", how);
}

async function runAll(run: MemoryRun): Promise<void> {
  await runAllButLast(run);
  await runLast(run);
}

const openPlanned = runsAfter(async (run) => void (await run.plan(firstDays)));
const openBeforeLast = runsAfter(runAllButLast, openPlanned);
const openFinished = runsAfter(runLast, openBeforeLast);

async function report(
  run: MemoryRun,
  how: Partial<ReportInputs> & { readonly to?: string; readonly delivery?: Delivery } = {},
): Promise<Reported> {
  const delivered: ReportSubject[] = [];
  const {
    to = "new",
    delivery = { kind: "created", id: 1, url: "https://github.com/octo/cascade/issues/1" },
  } = how;
  const { runbook = inputs.runbook, warehouse = inputs.warehouse } = how;
  const isGreen = await runReportJob(
    { ...inputs, runbook, warehouse, "report-to": to },
    {
      ...run.effects(),
      deliver(subject) {
        delivered.push(subject);
        return Promise.resolve(delivery);
      },
      fetchEarlier: () => Promise.resolve(false),
      serverUrl: "https://github.com",
    },
  );
  return { isGreen, delivered };
}

function reportOf({ artifacts }: MemoryRun, attempt: number): ReportModel {
  const folder = artifacts.get(`report.a${attempt}`) ?? "";
  const model = parseReport(readFileSync(join(folder, "report.json"), "utf8"));
  assert.ok(model);
  return model;
}

function titlesOf({ annotations }: MemoryRun, level: string): readonly string[] {
  return annotations.filter((annotation) => annotation.level === level).map(({ title }) => title);
}

describe("runReportJob()", () => {
  it("is green when every planned cell is done and nobody has to act", async () => {
    using run = await openFinished();
    run.hold = { who: "octocat", why: "wet tracks", since: "2026-01-05T00:00:00Z" };
    const { isGreen, delivered } = await report(run);
    assert.deepEqual([isGreen, delivered.length, delivered[0]?.unknown], [true, 1, []]);
    assert.match(
      readFileSync(join(run.artifacts.get("report.a1") ?? "", "report.md"), "utf8"),
      /^> - octocat holds relay on GitHub since \S+ wet tracks; nothing of it starts/m,
    );
    assert.deepEqual(reportOf(run, 1).locks?.hold, { kind: "held", ...run.hold });
    assert.deepEqual(readdirSync(run.artifacts.get("report.a1") ?? "").toSorted(), [
      "report.html",
      "report.json",
      "report.md",
      "trust.html",
      "trust.svg",
    ]);
    assert.match(readFileSync(join(run.artifacts.get("report.a1") ?? "", "trust.svg"), "utf8"), />settled</);
    assert.ok(run.artifacts.has("state-relay.a1"));
    assert.match(run.summaries.at(-1) ?? "", /^Passed/);
    const { footer, warnings } = reportOf(run, 1);
    assert.deepEqual([footer.runId, footer.runAttempt, footer.warehouse], ["gh-7-1", 1, "duckdb"]);
    assert.deepEqual(
      warnings.filter(({ kind }) => kind === "interrupted"),
      [],
    );
  });

  it("is red when a planned cell left no result, and names it", async () => {
    using run = await openBeforeLast();
    await runLast(run, { isLost: true });
    const { isGreen, delivered } = await report(run);
    assert.equal(isGreen, false);
    assert.deepEqual(delivered[0]?.unknown, [cells[2]]);
    assert.equal(reportOf(run, 1).tally.statuses["unknown"], 5);
    assert.ok(titlesOf(run, "error").includes("Unknown"));
    assert.match(run.summaries.at(-1) ?? "", /^Unknown: 1 planned cells/);
  });

  it("says in a second attempt what the first had not", async () => {
    using run = await openPlanned();
    run.setWeather("2024-01-03");
    await runAll(run);
    assert.equal((await report(run)).isGreen, false);
    run.setWeather();
    run.attempt = 2;
    await runAll(run);
    assert.equal((await report(run)).isGreen, true);
    const { changes, footer } = reportOf(run, 2);
    assert.ok(changes.kind === "since" && changes.fixed.length > 0);
    assert.equal(footer.runAttempt, 2);
  });

  it("loses nothing but a post where Issues are off or a later run was first", async () => {
    for (const delivery of [{ kind: "absent" }, { kind: "outrun", id: 1, url: "u" }] as const) {
      using run = await openFinished();
      assert.equal((await report(run, { delivery })).isGreen, true);
      assert.equal(titlesOf(run, "warning").at(-1), "report not posted");
      assert.ok(run.artifacts.has("report.a1"));
    }
  });

  it("posts nothing when it is told so", async () => {
    using run = await openFinished();
    const { isGreen, delivered } = await report(run, { to: "none" });
    assert.deepEqual([isGreen, delivered], [true, []]);
    assert.ok(run.artifacts.has("report.a1"));
  });

  it("has nothing to say of a dry run", async () => {
    using run = openMemoryRun();
    await run.plan({ ...firstDays, "dry-run": "true" });
    assert.deepEqual(await report(run), { isGreen: true, delivered: [] });
    assert.deepEqual([...run.artifacts.keys()], ["plan.a1"]);
  });

  it("judges only the processors that the plan is about", async () => {
    using run = openMemoryRun();
    await run.plan({ ...firstDays, processors: "LAP" });
    await run.cell(cells[0] ?? "");
    assert.equal((await report(run)).isGreen, true);
    assert.deepEqual(
      reportOf(run, 1).processors.map(({ id }) => id),
      ["LAP"],
    );
  });

  it("says in which the policy is weaker than that of the state it went on from", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-weaker-"));
    const runbook = join(folder.path, "relay");
    cpSync("test/fixtures/relay", runbook, { recursive: true });
    const file = join(runbook, "runbook.yml");
    using first = await openFinished();
    const state = await first.publish();
    writeFileSync(file, readFileSync(file, "utf8").replace("maximum: 0.1", "maximum: 0.2"));
    using second = openMemoryRun({ runbook });
    second.state = state;
    await second.plan();
    for (const id of ["LAP", "TOTAL", "PLACE"]) await second.cell(`${id}-2024-01-06-2024-01-10`);
    await report(second, { runbook });
    assert.deepEqual(
      reportOf(second, 1)
        .warnings.map(({ kind, text }) => `${kind} ${text}`)
        .slice(0, 1),
      ["loosened Weaker since run gh-7-1, the maximum of LAP in two: 10 % → 20 %"],
    );
    assert.match(second.summaries.at(-1) ?? "", /> \[!WARNING\]\n> - Weaker since run/);
  });

  it("says that the plan of the run no longer holds where its inputs have moved meanwhile", async () => {
    const cloud = { warehouse: "bigquery:elsewhere" };
    using run = openMemoryRun(cloud);
    const relay = await readRunbook(inputs.runbook);
    {
      await using warehouse = await run.effects().openWarehouse("", { runbook: relay });
      await fillSources(warehouse, relay, "");
    }
    await run.plan(firstDays);
    await runAll(run);
    assert.equal((await report(run, cloud)).isGreen, true);
    {
      await using warehouse = await run.effects().openWarehouse("", { runbook: relay });
      const sql = "delete from relay_raw.runs where race_date = date '2024-01-02'";
      await warehouse.execute([{ sql, purpose: "take a race away" }]);
    }
    run.attempt = 2;
    assert.equal((await report(run, cloud)).isGreen, false);
    const [warning] = reportOf(run, 2).warnings;
    assert.equal(warning?.kind, "plan-stale");
    assert.match(warning?.text ?? "", /^The plan \w{12} of run gh-7-1 no longer holds: the runbook/);
  });
});
