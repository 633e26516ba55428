import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { Fault } from "../../../src/errors.ts";
import { planFileSchema, type PlanFile } from "../../../src/github/plan-file.ts";
import { readDurations } from "../../../src/ledger/read-durations.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import { openMemoryRun, planInputsOf, type MemoryRun } from "./memory-run.ts";

type Matrices = Readonly<Record<string, readonly unknown[]>>;

const nothing: Matrices = { LAP: [], TOTAL: [], PLACE: [], "gates-laps-coverage": [], "gates-final": [] };
const firstDays = { "end-date": "2024-01-05" };

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

function planOf(run: MemoryRun): PlanFile {
  const folder = run.artifacts.get(`plan.a${run.attempt}`) ?? "";
  return planFileSchema.parse(JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")));
}

async function runAll(run: MemoryRun): Promise<void> {
  for (const cell of planOf(run).plan.cells) {
    if (cell.processor === "TOTAL") await run.gate("laps-coverage");
    assert.equal(await run.cell(cell.id), true);
  }
}

describe("runPlanJob()", () => {
  it("gives every job of the workflow its legs: cells by period, gates by name", async () => {
    using run = openMemoryRun();
    const { matrices, cells, jobs, digest } = await run.plan({ "end-date": "2024-01-07" });
    const named: Matrices = JSON.parse(matrices);
    assert.deepEqual(named, {
      LAP: [
        { id: "LAP-2024-01-01-2024-01-05", title: "one 2024-01-01 to 2024-01-05" },
        { id: "LAP-2024-01-06-2024-01-07", title: "two 2024-01-06 to 2024-01-07" },
      ],
      TOTAL: [
        { id: "TOTAL-2024-01-01-2024-01-05", title: "one 2024-01-01 to 2024-01-05" },
        { id: "TOTAL-2024-01-06-2024-01-07", title: "two 2024-01-06 to 2024-01-07" },
      ],
      PLACE: [
        { id: "PLACE-2024-01-01-2024-01-05", title: "one 2024-01-01 to 2024-01-05" },
        { id: "PLACE-2024-01-06-2024-01-07", title: "two 2024-01-06 to 2024-01-07" },
      ],
      "gates-laps-coverage": ["laps-coverage"],
      "gates-final": ["final-coverage, final-budgets"],
    });
    assert.deepEqual([cells, jobs], ["6", "10"]);
    assert.match(digest, /^[0-9a-f]{32}$/);
  });

  it("shows the plan, what it costs and who waits for whom", async () => {
    using run = openMemoryRun();
    await run.plan(firstDays);
    const [summary = ""] = run.summaries;
    assert.match(summary, /\*\*Runs 15 dates in 3 cells\*\*, 0 up to date, 0 blocked/);
    assert.match(summary, /`no-state`/);
    assert.ok(
      run.annotations.some(({ title, level }) => level === "warning" && title === "edge-without-gate"),
    );
    assert.match(
      summary,
      /7 jobs, 7 deep, at least 7 billed minutes \(GitHub bills each job from one minute on; 8 with a job for each gate\)/,
    );
    assert.match(summary, /```mermaid\nflowchart LR\n {2}j0\["LAP \(1 cell\)"\]/);
  });

  it("annotates what breaks a rule of the organisation, by the rule's own text and at its place", async () => {
    const base = await mkdtemp(join(tmpdir(), "cascade-organisation-"));
    const folder = join(base, "relay");
    await cp("test/fixtures/relay", folder, { recursive: true });
    const text = "somebody has to hear of it";
    await writeFile(
      join(base, "policy.yml"),
      `rules:\n  - { id: heard, kind: watchers, because: ${text} }\n`,
    );
    using run = openMemoryRun({ runbook: folder });
    await run.plan(firstDays);
    await rm(base, { recursive: true });
    const own = run.annotations.filter(({ message }) => message.includes(text));
    assert.deepEqual(
      own.map(({ level, title, place }) => [level, title, place?.file]),
      [["warning", "organisation-rule", relative(process.cwd(), join(folder, "runbook.yml"))]],
    );
  });

  it("publishes the frozen plan with what its cells start from", async () => {
    using run = openMemoryRun();
    await run.plan({ ...firstDays, round: "2", "requested-by": "alice" });
    const file = planOf(run);
    assert.deepEqual(
      [file.runId, file.round, file.requestedBy, file.gates.length],
      ["gh-7-1", 2, "alice", 3],
    );
    assert.deepEqual(await run.rows("select count(*) as n from relay_raw.runs"), [{ n: 273 }]);
  });

  it("gives no legs on a dry run, and says what would run", async () => {
    using run = openMemoryRun();
    const { matrices, cells } = await run.plan({ ...firstDays, "dry-run": "true" });
    assert.deepEqual(JSON.parse(matrices), nothing);
    assert.equal(cells, "0");
    assert.match(run.summaries[0] ?? "", /Would run 15 dates/);
    assert.equal(planOf(run).isDryRun, true);
  });

  it("finds nothing to do on the state of a run that did all", async () => {
    using run = openMemoryRun();
    await run.plan(firstDays);
    await runAll(run);
    using next = openMemoryRun();
    next.state = await run.publish();
    const { matrices } = await next.plan(firstDays);
    assert.deepEqual(JSON.parse(matrices), nothing);
    assert.match(next.summaries[0] ?? "", /\*\*Nothing to do\*\*: 15 dates are up to date/);
    assert.match(next.summaries[0] ?? "", /State: that of `gh-7-1`, attempt 1\./);
    using fresh = openMemoryRun();
    fresh.state = next.state;
    const { cells } = await fresh.plan({ ...firstDays, state: "fresh" });
    assert.equal(cells, "3");
  });

  it("redoes what is asked for though it is up to date", async () => {
    using run = openMemoryRun();
    await run.plan(firstDays);
    await runAll(run);
    using next = openMemoryRun();
    next.state = await run.publish();
    const { cells } = await next.plan({ dates: "2024-01-04", processors: "TOTAL, PLACE", resume: "false" });
    assert.equal(cells, "2");
    await next.cell("TOTAL-2024-01-04-2024-01-04");
    const rows = await next.rows(
      "select 1 as one from relay_processing.cascade_partitions where processor_name = 'TOTAL'",
    );
    assert.equal(rows.length, 6);
  });

  it("refuses more than 200 jobs and names the chunk that fits", async () => {
    using run = openMemoryRun();
    const wide = { "start-date": "2024-01-01", "end-date": "2024-03-31" };
    await assert.rejects(
      run.plan({ ...wide, "chunk-days": "1" }),
      (error) =>
        error instanceof Fault &&
        error.code === "too-many-jobs" &&
        error.message.includes("found 277") &&
        error.hint.includes("cascade workflow relay --chunk-days 7"),
    );
    const { jobs } = await run.plan({ ...wide, "chunk-days": "7" });
    assert.equal(jobs, String(3 * 13 + 2 + 2));
  });

  it("refuses another plan than the approved one", async () => {
    using run = openMemoryRun();
    await assert.rejects(run.plan({ ...firstDays, digest: "another" }), hasCode("digest-mismatch"));
    const { digest } = await run.plan({ ...firstDays, "dry-run": "true" });
    using approved = openMemoryRun();
    assert.equal((await approved.plan({ ...firstDays, digest })).digest, digest);
  });

  it("takes as few jobs as the work takes where that is asked, and says what periods would take", async () => {
    using run = openMemoryRun();
    const wide = { "end-date": "2024-01-07" };
    const { matrices, cells, jobs } = await run.plan({ ...wide, cells: "auto" });
    const named: Matrices = JSON.parse(matrices);
    const lap = { id: "LAP-2024-01-01-2024-01-07", title: "2024-01-01 to 2024-01-07" };
    assert.deepEqual([named["LAP"], cells, jobs], [[lap], "3", "7"]);
    assert.match(
      run.summaries[0] ?? "",
      /7 jobs, 7 deep, at least 7 billed minutes \(.*; 10 with cells by period\)/,
    );
    assert.equal(await run.cell(lap.id), true);

    // Jobs of these runs have a clock that goes on by a second whenever it is read.
    await run.inspect(async (warehouse) => {
      const taken = await readDurations(warehouse, await readRunbook("test/fixtures/relay"));
      assert.deepEqual([...taken.keys()], ["LAP"]);
      assert.ok((taken.get("LAP") ?? 0) > 0 && (taken.get("LAP") ?? 0) < 60, `${taken.get("LAP")} seconds`);
    });
    using next = openMemoryRun();
    next.state = await run.publish();
    await next.plan({ ...wide, cells: "auto", processors: "LAP", resume: "false" });
    assert.match(
      next.summaries[0] ?? "",
      /4 jobs, 4 deep, at least 4 billed minutes \(.*; 5 with cells by period\)/,
    );
  });

  it("refuses another commit than the approved one, and a runbook on hold", async () => {
    using run = openMemoryRun();
    await assert.rejects(run.plan({ "expected-sha": "e".repeat(40) }), hasCode("commit-changed"));
    await run.plan({ ...firstDays, "expected-sha": run.commit });
    run.hold = { who: "alice", why: "", since: "" };
    await assert.rejects(run.plan(firstDays), hasCode("on-hold"));
  });

  it("refuses selections that do not exist", async () => {
    using run = openMemoryRun();
    await assert.rejects(run.plan({ processors: "LAPS" }), hasCode("unknown-name"));
    await assert.rejects(run.plan({ dates: "2023-01-01" }), hasCode("date-outside-calendar"));
    await assert.rejects(run.plan({ dates: "2024-01-01", "end-date": "2024-01-05" }), hasCode("usage"));
  });
});

describe("readInputs()", () => {
  it("names every input that does not parse, with what was found", () => {
    assert.throws(
      () =>
        planInputsOf({
          "start-date": "2024-02-30",
          dates: "x",
          resume: "yes",
          "requested-by": "a b",
          round: "-1",
        }),
      (error) =>
        error instanceof Fault &&
        error.code === "input-invalid" &&
        ["start-date", "dates", "resume", "requested-by", "round"].every((key) =>
          error.message.includes(`${key}: `),
        ),
    );
  });

  it("takes nothing that a shell, an expression or a path could make something of", () => {
    const hostile = [
      "$(id)",
      "`id`",
      "../../x; id",
      "${{ github.token }}",
      "a\nb",
      "' or 1=1 --",
      "refs/heads/x",
    ];
    for (const text of hostile) {
      for (const key of [
        "dates",
        "processors",
        "phase",
        "expected-sha",
        "requested-by",
        "round",
        "state",
        "chunk-days",
      ]) {
        assert.throws(() => planInputsOf({ [key]: text }), hasCode("input-invalid"), `${key}: ${text}`);
      }
    }
  });
});
