import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { CoverageRow } from "../../src/gates/coverage/coverage-row.ts";
import type { Taint } from "../../src/gates/contamination/taint.ts";
import { stickyContent } from "../../src/github/report/sticky-content.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { buildModel } from "../../src/report/build-model.ts";
import type { ReportFacts } from "../../src/report/facts.ts";
import { parseReport, renderJson } from "../../src/report/render-json.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import { day } from "../plan/small-runbook.ts";
import { budgetsOf, reportFacts } from "./small-report.ts";

const states = 2000;

/** What is the matter with one partition. */
const troubles = [
  "none",
  "failed",
  "blocked",
  "pending",
  "held",
  "untracked",
  "phantom",
  "over",
  "lost",
  "tainted",
] as const;
type Trouble = (typeof troubles)[number];

/** What is the matter with the checks. */
const findings = ["none", "gap", "contract", "dirty", "stray", "no-answer"] as const;

type State = {
  /** By processor and date. */
  readonly partitions: readonly (readonly Trouble[])[];
  readonly finding: (typeof findings)[number];
  /** Dates of each period that the selection leaves out. */
  readonly leftOut: number;
};

const processors = 2;
const days = 4;
const trouble = fc.oneof(
  { weight: 40, arbitrary: fc.constant("none" as const) },
  fc.constantFrom(...troubles),
);
const arbitraryState: fc.Arbitrary<State> = fc.record({
  partitions: fc.array(fc.array(trouble, { minLength: days, maxLength: days }), {
    minLength: processors,
    maxLength: processors,
  }),
  finding: fc.oneof({ weight: 3, arbitrary: fc.constant("none" as const) }, fc.constantFrom(...findings)),
  leftOut: fc.constantFrom(0, 0, 3),
});

describe("the verdict", () => {
  it(`is the same at the end of run, of report and of the report job, in ${states} states`, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const facts = factsOf(state);
        const expected = oracle(state);
        seen.add(expected[0]);
        const ran = buildModel({
          ...facts,
          planned: [{ processor: "P1", dates: facts.days.map(({ date }) => date) }],
        });
        const reported = parseReport(renderJson(buildModel(facts)));
        assert.ok(reported !== undefined);
        for (const model of [ran, reported]) {
          const { word, exitCode } = verdictOf(model);
          assert.deepEqual([word, exitCode], expected);
        }
        const job = { model: buildModel(inJob(facts)), unknown: [], inputs, job: { runId: 7, attempt: 1 } };
        const { word, exitCode } = verdictOf(job.model);
        assert.deepEqual([word, exitCode], expected);
        const issue = stickyContent(job);
        assert.ok(issue.title.startsWith(`${expected[0]}: `), issue.title);
        assert.equal(issue.isOpen, expected[0] !== "Passed");
        assert.ok(renderMarkdown(job.model, "summary").startsWith(`${expected[0]}: `));
      }),
      { numRuns: states },
    );
    assert.ok(seen.size >= 12, [...seen].join(", "));
  });
});

const inputs = { warehouse: "duckdb", "report-to": "new" };

/** What only the job on GitHub knows. */
function inJob(facts: ReportFacts): ReportFacts {
  const links = [{ title: "run", url: "https://example.test/7" }];
  return { ...facts, context: { ...facts.context, runAttempt: 1, commit: "c0ffee", links } };
}

/** The verdict by hand: the gravest word first. */
function oracle({ partitions, finding, leftOut }: State): readonly [string, number] {
  const all = new Set(partitions.flat());
  const isOver =
    leftOut === 0 && [0, 1].some((id) => [0, 2].some((half) => isHalfOver(partitions[id], half)));
  const words: readonly (readonly [boolean, string])[] = [
    [all.has("lost"), "Unknown"],
    [finding === "no-answer", "Check failed"],
    [all.has("failed"), "Failed"],
    [all.has("blocked"), "Blocked"],
    [finding === "dirty" || all.has("tainted"), "Contaminated"],
    [all.has("untracked"), "Untracked"],
    [finding === "stray" || all.has("phantom"), "Unaccounted"],
    [isOver, "Over budget"],
    [finding === "contract", "Contract broken"],
    [finding === "gap", "Gaps"],
    [all.has("held"), "Held"],
    [all.has("pending"), "Unfinished"],
  ];
  const [first] = words.filter(([isFound]) => isFound).map(([, word]) => word);
  if (first === undefined) return ["Passed", 0];
  return [first, finding === "no-answer" ? 3 : 1];
}

/** Two dates of a period, of ten rows each: at most 20 % may fail, and a date that is over fails five of ten. */
function isHalfOver(dates: readonly Trouble[] = [], from: number): boolean {
  const failing = dates.slice(from, from + 2).map((one) => (one === "over" ? 5 : 1));
  return failing.reduce((sum, count) => sum + count, 0) > 4;
}

function factsOf({ partitions, finding, leftOut }: State): ReportFacts {
  function troubleOf(id: string, index: number): Trouble {
    return partitions[Number(id.slice(1)) - 1]?.[index] ?? "none";
  }
  const facts = reportFacts({
    processors,
    days,
    failing: (id, index) => (troubleOf(id, index) === "over" ? 5 : 1),
    row: (row, index) => changeRow(row, troubleOf(row.processor, index)),
  });
  function unitsWith(wanted: Trouble): ReturnType<typeof unitsOf> {
    return unitsOf(facts, (id, index) => troubleOf(id, index) === wanted);
  }
  const causes = [{ kind: "unknown" as const }];
  const taints = unitsWith("tainted").flatMap(({ processor, dates }) =>
    dates.map((date) => ({ processor, date, because: "changed", causes })),
  );
  const newest = new Map(
    facts.runbook.processors.map(({ id }) => [
      id,
      new Map(facts.days.map(({ date }, index) => [date, attemptOf(troubleOf(id, index))] as const)),
    ]),
  );
  return {
    ...facts,
    gates: withFinding(facts.gates, { finding, leftOut, taints }),
    history: { ...facts.history, newest },
    pending: pendingPlan(facts.range, unitsWith("pending")),
    lost: unitsWith("lost"),
    held: heldTables(facts, unitsWith("held")),
  };
}

/** What a gate holds back, by table. */
function heldTables(
  { runbook }: ReportFacts,
  units: ReturnType<typeof unitsOf>,
): NonNullable<ReportFacts["held"]> {
  return units.map(({ processor, dates }) => {
    const table = runbook.processors.find(({ id }) => id === processor)?.table ?? processor;
    return { gate: "g", table, dates };
  });
}

/** Processors with those of their dates that are wanted. */
function unitsOf(
  { runbook, days: calendar }: ReportFacts,
  isWanted: (processor: string, index: number) => boolean,
): readonly { readonly processor: string; readonly dates: readonly CalendarDate[] }[] {
  return runbook.processors.map(({ id }) => {
    const dates = calendar.filter((_, index) => isWanted(id, index)).map(({ date }) => date);
    return { processor: id, dates };
  });
}

/** What would run now. */
function pendingPlan(range: ReportFacts["range"], units: ReturnType<typeof unitsOf>): Plan {
  const cells = units.map(({ processor, dates }) => {
    return { id: processor, processor, phase: 3, dates, needs: [], reasons: new Map() };
  });
  const totals = { units: 0, cells: 0, upToDate: 0, blocked: 0, processors: 0 };
  return { runbook: "small", range, digest: "d1ge57", cells, waves: [], skipped: [], totals };
}

function changeRow(row: CoverageRow, found: Trouble): CoverageRow {
  if (found === "untracked") return { ...row, present: row.present - 2, untracked: 2, status: "untracked" };
  return found === "phantom" ? { ...row, phantom: 1 } : row;
}

function attemptOf(found: Trouble): {
  readonly status: "committed" | "failed" | "blocked";
  readonly runId: string;
} {
  const status = found === "failed" || found === "blocked" ? found : "committed";
  return { status, runId: "run-2" };
}

function withFinding(
  gates: ReportFacts["gates"],
  { finding, leftOut, taints }: Pick<State, "finding" | "leftOut"> & { readonly taints: readonly Taint[] },
): ReportFacts["gates"] {
  const { coverage, gaps, contract = [], contamination } = gates;
  assert.ok(coverage !== undefined && gaps !== undefined && contamination !== undefined);
  const { rows } = coverage;
  const verdicts = budgetsOf(rows).map((budget) =>
    leftOut === 0 ? budget : { ...budget, verdict: "provisional" as const, leftOut },
  );
  const stray = { processor: "P1", date: rows[0]?.date ?? day("2024-01-01"), entities: 1, example: "e" };
  const broken = finding === "contract" ? "violated" : finding === "no-answer" ? "check-failed" : "ok";
  const tables = firstAs(contamination.tables, finding === "dirty" ? "contaminated" : "clean");
  const open = firstAs(gaps.gaps.tables, finding === "gap" ? "missing" : "ok");
  return {
    ...gates,
    coverage: { ...coverage, strays: finding === "stray" ? [stray] : [] },
    budget: { coverage, verdicts },
    gaps: { coverage, gaps: { ...gaps.gaps, tables: open } },
    contract: firstAs(contract, broken),
    contamination: { tables, taints },
  };
}

/** The tables, the first of them with another status. */
function firstAs<Table extends { readonly status: string }>(
  tables: readonly Table[],
  status: Table["status"],
): readonly Table[] {
  return tables.map((table, index) => (index === 0 ? { ...table, status } : table));
}
