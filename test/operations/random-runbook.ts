import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unreachable } from "../../src/errors.ts";
import type { Window } from "../../src/domain/window.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import { cascadeOf, cascadeRange, type CascadeShape } from "../run/random-cascade.ts";

/** The largest total that a random runbook allows: one above it is a defect that a rerun repeats. */
export const mostTotal = 1_000_000_000;

/**
 * Writes the cascade of a shape as a runbook, for the command line: its sources must have rows on every date, values have
 * limits, gates block on both, and the recovery tree asks every fact.
 */
export async function writeRunbook(shape: CascadeShape, folder: string): Promise<void> {
  const runbook = cascadeOf(shape);
  await mkdir(join(folder, "sql"), { recursive: true });
  const texts = textsOf(runbook);
  // JSON is YAML.
  await writeFile(join(folder, "runbook.yml"), JSON.stringify(declarationOf(runbook), undefined, 1));
  for (const [file, text] of Object.entries(texts)) await writeFile(join(folder, "sql", file), text);
}

function textsOf({ calendar, processors }: Runbook): Readonly<Record<string, string>> {
  const calendarText = calendar.origin.kind === "query" ? calendar.origin.sql.text : "";
  const [first] = processors;
  return {
    "calendar.sql": calendarText,
    "population.sql": first?.population?.sql.text ?? "",
    ...Object.fromEntries(
      processors.map(({ id, step }) => [`${id}.sql`, step.kind === "sql" ? step.sql.text : ""]),
    ),
  };
}

function declarationOf({ processors }: Runbook): object {
  const ids = processors.map(({ id }) => id);
  return {
    name: "random",
    title: "Random",
    description: "A random cascade",
    owner: "tests",
    "time-zone": "UTC",
    ledger: "book",
    calendar: {
      table: "book.calendar",
      date: "day",
      season: "season",
      columns: { day: "date", season: "int64" },
      sql: "sql/calendar.sql",
      reads: ["raw.openings"],
    },
    periods: [{ id: "all", title: "All", ...cascadeRange }],
    phases: { 1: "Raw", 2: "Sums" },
    categories: {
      NO_HISTORY: { level: "entity", meaning: "nothing before", retryable: false, action: "accept" },
      PROCESSING_ERROR: defect("entity"),
      MISSING_UPSTREAM: defect("date"),
    },
    populations: { OPEN: { title: "Open shops", sql: "sql/population.sql", reads: ["raw.openings"] } },
    sources: [source("raw.openings", {}), source("raw.sales", { amount: { type: "int64", min: 0 } })],
    processors: processors.map(processorOf),
    budgets: [
      {
        period: "all",
        maximum: 1,
        allowed: ["NO_HISTORY"],
        exceeded: { action: "investigate", text: "look at the sales" },
        "expected-rows": Object.fromEntries(ids.map((id) => [id, 30])),
      },
    ],
    gates: [
      { id: "raw", kind: "gaps", after: [], processors: ids, blocking: true },
      { id: "values", kind: "contamination", after: [], processors: ids, blocking: true, strict: false },
      ...ids.map((id) => {
        return {
          id: `after-${id}`,
          kind: "contamination",
          after: [id],
          processors: [id],
          blocking: true,
          strict: false,
        };
      }),
      { id: "rows", kind: "coverage", after: ids, processors: ids, blocking: false, strict: false },
    ],
    recovery: tree,
  };
}

function defect(level: string): object {
  return { level, meaning: "a defect", retryable: true, action: "look", "zero-budget": true };
}

function source(table: string, columns: object): object {
  return {
    table,
    phase: 1,
    date: "day",
    key: ["day", "shop"],
    required: true,
    columns: { day: "date", shop: "string", ...columns },
  };
}

function processorOf({ id, table, reads, leadIn }: Processor): object {
  const edges = reads.filter(({ origin }) => origin === "reads");
  return {
    id,
    title: id,
    phase: 2,
    table,
    date: "day",
    key: ["day", "shop"],
    population: "OPEN",
    ...(leadIn ? { "lead-in": "season-start" } : {}),
    reads: [
      ...Map.groupBy(edges, ({ table: from, window }) => JSON.stringify([from, window])).values(),
    ].flatMap(([edge, ...others]) => {
      if (edge === undefined) return [];
      const isOfFailures = [edge, ...others].some(({ failures }) => failures);
      const from = edge.table === "raw.sales" ? edge.table : edge.table.slice("book.".length).toUpperCase();
      return [{ from, window: windowOf(edge.window), ...(isOfFailures ? { failures: true } : {}) }];
    }),
    step: { sql: `sql/${id}.sql` },
    columns: { day: "date", shop: "string", total: { type: "int64", min: 0, max: mostTotal } },
  };
}

function windowOf(window: Window): unknown {
  switch (window.kind) {
    case "previous-days":
      return { "previous-days": window.days };
    case "last-games":
      return { "last-games": window.rows };
    case "same-date":
    case "season-to-date":
    case "week":
    case "month":
    case "whole":
      return window.kind;
    default:
      return unreachable(window);
  }
}

const tree: readonly object[] = [
  rule("upstream", "backfill-upstream-first", { upstream: ["unsettled"] }),
  rule("again", "investigate", { failure: ["repeated"] }),
  rule("build", "rerun", { state: ["missing", "failed", "blocked", "content-differs", "out-of-date"] }),
  rule("values", "investigate", { contamination: ["partial", "no-data", "contaminated"] }),
  rule("held", "investigate", { held: ["held"] }),
  rule("unclear", "investigate", { contamination: ["check-failed"] }),
  rule("untracked", "investigate", { state: ["untracked"] }),
  rule("defect", "investigate", { category: ["PROCESSING_ERROR"] }),
  rule("rate", "investigate", { rate: ["exceeded", "unexpected-category"] }),
  rule("explained", "accept", { category: ["none", "NO_HISTORY"] }),
  rule("rest", "investigate", undefined),
];

function rule(id: string, decision: string, when: object | undefined): object {
  return { id, ...(when === undefined ? {} : { when }), decision, because: `the rule ${id} says so` };
}
