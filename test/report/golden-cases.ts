import type { BudgetVerdict } from "../../src/gates/budget/judge-budgets.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Taint } from "../../src/gates/contamination/taint.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { buildModel } from "../../src/report/build-model.ts";
import type { ReportFacts } from "../../src/report/facts.ts";
import type { ReportModel } from "../../src/report/model.ts";
import type { Waiver } from "../../src/runbook/waiver.ts";
import { day } from "../plan/small-runbook.ts";
import { budgetsOf, reportFacts } from "./small-report.ts";

/** A report by name, and what its first line has to say. */
export type GoldenCase = { readonly name: string; readonly model: ReportModel; readonly verdict: string };

const place = { file: "waivers.yml", line: 1, column: 1 };
const waiver: Waiver = {
  id: "late-start",
  kind: "budget",
  processor: "P2",
  period: "A",
  dates: [],
  entities: [],
  maximumRate: 0.5,
  reason: "the league began late",
  approver: "ada",
  expires: day("2024-02-05"),
  digest: "0".repeat(32),
  warehouse: "test-1",
  place,
};

const load = { kind: "load", folder: "data", files: 3, at: "2024-02-01T07:30:12Z" } as const;
const origins: ReportFacts["origins"] = [
  { ...load, table: "raw.orders", rows: 1200, fetch: "python3 fetch.py" },
  { ...load, table: "raw.items", rows: 1, fetch: "python3 fetch.py" },
  { kind: "sample", seed: "42", at: "2024-02-01T07:00:00Z", table: "raw.customers" },
  { kind: "warehouse", table: "raw.prices" },
];

const value = { beyond: 0, measured: 3, largest: 2.5, mean: 1.123456789 };
const changed: ReportFacts["changed"] = [
  {
    processor: "P1",
    dates: [day("2024-01-01"), day("2024-01-02"), day("2024-01-04")],
    added: 1200,
    removed: 1,
    changed: 3,
    same: 96,
    columns: [
      { column: "price", changed: 3, ...value, example: "a: 1.0 to 3.5" },
      {
        column: "name",
        changed: 1,
        ...value,
        measured: 0,
        largest: undefined,
        mean: undefined,
        example: 'b: "x | y" to "<b>z</b>"',
      },
    ],
  },
];

/** Every case of the issue. */
export function goldenCases(): readonly GoldenCase[] {
  return [
    of("all-green", { ...reportFacts(), origins }, "Passed: "),
    of("changed", { ...reportFacts(), changed }, "Passed: "),
    of("within-with-warnings", withWarnings(), "Passed with warnings: "),
    { name: "december-over-budget", model: december(), verdict: "Over budget: " },
    of("contaminated", contaminated(), "Contaminated: "),
    of("blocked", blocked(), "Blocked: "),
    of("partial-outage", partialOutage(), "Unknown: "),
    of("nothing-to-do", { ...reportFacts(), planned: [], pending: emptyPlan() }, "Passed: "),
    of("first-run", neverRun(), "Unfinished: "),
    of("repeated-run", { ...billed(), previous: buildModel(neverRun()) }, "Passed: "),
    of("not-checked", notChecked(), "Not fully checked: "),
    of("one-processor", reportFacts({ processors: 1 }), "Passed: "),
    of("fifty-processors", fiftyProcessors(), "Over budget: "),
  ];
}

function of(name: string, facts: ReportFacts, verdict: string): GoldenCase {
  return { name, model: buildModel(facts), verdict };
}

const noRows = { rows: [], strays: [], failed: [] };

/** The answers of a report with other judgements of its budgets; undefined leaves out that check. */
function judgedBy(
  { gates }: ReportFacts,
  verdicts: readonly BudgetVerdict[] | undefined,
): ReportFacts["gates"] {
  const { coverage = noRows } = gates;
  return verdicts === undefined ? gates : { ...gates, budget: { coverage, verdicts } };
}

function withWarnings(): ReportFacts {
  const facts = reportFacts({ failing: (id, index) => (id === "P2" && index < 5 ? 3 : id === "P3" ? 0 : 1) });
  const budgets = budgetsOf(facts.gates.coverage?.rows ?? []).map((budget) => {
    if (budget.verdict === "exceeded")
      return { ...budget, verdict: "exceeded (waived)" as const, waiver: "late-start", expectedRows: 1200 };
    return (budget.rate ?? 1) < 0.05 ? { ...budget, verdict: "suspiciously-good" as const } : budget;
  });
  const gates = { ...judgedBy(facts, budgets), waivers: [{ waiver, status: "in-force" } as const] };
  const step = { kind: "command", argv: ["./p1"], files: [], writes: "direct", timeoutSeconds: 60 } as const;
  const processors = facts.runbook.processors.map((own) => (own.id === "P1" ? { ...own, step } : own));
  const loosened = ["The maximum of period B was raised from 15 % to 20 %"];
  return { ...facts, runbook: { ...facts.runbook, processors }, gates, loosened };
}

/** The public season's November and December, read from a stored report. */
function december(): ReportModel {
  return JSON.parse(readFileSync(join(import.meta.dirname, "december.json"), "utf8")) as ReportModel;
}

/** On a warehouse that bills what it reads. */
function billed(): ReportFacts {
  const facts = reportFacts();
  const attempts = facts.history.attempts.map((attempt, index) => ({
    ...attempt,
    bytes: index * 5_000_000_000,
  }));
  const bytes = attempts.reduce((sum, attempt) => sum + attempt.bytes, 0);
  const context = { ...facts.context, warehouse: "bigquery:example" };
  return { ...facts, history: { ...facts.history, attempts, bytes }, context };
}

const invalidField = {
  detector: "valid" as const,
  field: "points",
  date: day("2024-01-04"),
  rows: 9,
  invalid: 4,
  status: "contaminated" as const,
  detail: "4 of 9 rows are NULL",
};

function contaminated(): ReportFacts {
  const facts = reportFacts();
  const taints: Taint[] = ["P2", "P3"].flatMap((processor) =>
    facts.days.slice(3, 7).map(({ date }) => ({
      processor,
      date,
      causes: [{ kind: "rewritten", upstream: "P1", first: day("2024-01-04"), count: 1 } as const],
      because: "P1 2024-01-04 is rewritten since",
    })),
  );
  const tables = facts.runbook.processors.map(({ id, table, phase }) => ({
    table,
    phase,
    processor: id,
    status: id === "P1" ? ("contaminated" as const) : ("clean" as const),
    fields: id === "P1" ? [invalidField] : [],
    messages: [],
  }));
  const decisions = taints.map(({ processor, date }) => ({
    processor,
    date,
    decision: "rerun" as const,
    rule: "contaminated",
    category: "none",
    path: ["contamination is contaminated", "rerun by rule contaminated: values are wrong"],
    command: `cascade run small --processor ${processor} --start-date 2024-01-04 --end-date 2024-01-07`,
    isForced: false,
  }));
  const [first] = facts.runbook.processors;
  const objections = [
    {
      check: "contamination" as const,
      kind: "value" as const,
      table: first?.table ?? "",
      date: "2024-01-04",
      place: "P1",
      found: "points: 4 of 9 rows are NULL",
    },
  ];
  const gates = { ...facts.gates, contamination: { tables, taints } };
  return { ...facts, gates, objections, decisions };
}

function blocked(): ReportFacts {
  const facts = reportFacts({
    row: (row, index) =>
      row.processor !== "P1" && index > 7
        ? { ...row, present: 0, explained: 0, untracked: 10, categories: {}, status: "blocked" }
        : row,
  });
  const gap = {
    table: facts.runbook.processors[0]?.table ?? ("x.y" as never),
    phase: 2,
    processor: undefined,
  };
  const tables = [
    {
      ...gap,
      status: "missing" as const,
      missing: [day("2024-01-09"), day("2024-01-10")],
      low: [],
      thin: [],
      volume: "warn" as const,
      accepted: [],
      notExpected: [],
      offCalendar: [],
      message: undefined,
    },
  ];
  const budgets = facts.gates.budget?.verdicts.map((budget) =>
    budget.processor !== "P1" && budget.period === "B"
      ? { ...budget, verdict: "provisional" as const, openDates: [day("2024-01-09"), day("2024-01-10")] }
      : budget,
  );
  const objections = ["2024-01-09", "2024-01-10"].map((date) => {
    const found = "no row, and the calendar expects some";
    return {
      check: "gaps" as const,
      kind: "absent" as const,
      table: gap.table,
      date,
      place: gap.table,
      found,
    };
  });
  return {
    ...facts,
    objections,
    gates: { ...judgedBy(facts, budgets), gaps: { coverage: noRows, gaps: { expectedDates: 10, tables } } },
  };
}

/** Two cells of the plan left no trace. */
function partialOutage(): ReportFacts {
  const facts = neverRun();
  const planned = facts.pending?.cells ?? [];
  return { ...facts, planned, stopped: planned };
}

/** The first run ended after two of four processors. */
function neverRun(): ReportFacts {
  const isOpen = (id: string): boolean => id === "P3" || id === "P4";
  const facts = reportFacts({
    row: (row) =>
      isOpen(row.processor)
        ? { ...row, present: 0, explained: 0, untracked: 10, categories: {}, status: "untracked" }
        : row,
  });
  const newest = new Map([...facts.history.newest].filter(([id]) => !isOpen(id)));
  const dates = facts.days.map(({ date }) => date);
  const cells = ["P3", "P4"].map((processor) => {
    return { id: `${processor}-all`, processor, phase: 4, dates, needs: [], reasons: new Map() };
  });
  const budgets = facts.gates.budget?.verdicts.map((budget) =>
    isOpen(budget.processor) ? { ...budget, verdict: "provisional" as const, openDates: dates } : budget,
  );
  return {
    ...facts,
    gates: judgedBy(facts, budgets),
    history: {
      ...facts.history,
      newest,
      attempts: facts.history.attempts.filter(({ processor }) => !isOpen(processor)),
    },
    pending: { ...emptyPlan(), cells },
    context: { ...facts.context, runId: "run-1" },
  };
}

function notChecked(): ReportFacts {
  const facts = reportFacts();
  const { coverage = noRows, budget } = facts.gates;
  return { ...facts, gates: { coverage, ...(budget === undefined ? {} : { budget }) } };
}

function fiftyProcessors(): ReportFacts {
  const facts = reportFacts({
    processors: 50,
    days: 30,
    failing: (id, index) => (id === "P7" && index > 20 ? 6 : index % 3),
  });
  return { ...facts, causes: [{ processor: "P7", period: "B", cause: "late shops", failures: 41 }] };
}

function emptyPlan(): Plan {
  const range = { from: day("2024-01-01"), to: day("2024-01-10") };
  const totals = { units: 0, cells: 0, upToDate: 40, blocked: 0, processors: 0 };
  return { runbook: "small", range, digest: "d1ge57", cells: [], waves: [], skipped: [], totals };
}
