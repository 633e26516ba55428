import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import type { Window } from "../../../src/domain/window.ts";
import { findTaints } from "../../../src/gates/contamination/find-taints.ts";
import type { RowContent } from "../../../src/plan/plan.ts";
import { emptyContent } from "../../../src/plan/versions/settlement.ts";
import { createTimeline } from "../../../src/plan/calendar/timeline.ts";
import { createFingerprints } from "../../../src/plan/versions/window-fingerprint.ts";
import { digest128 } from "../../../src/plan/versions/version-sums.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import {
  day,
  edge,
  freshState,
  processor,
  rows,
  runbook,
  season,
  setAttempt,
  setContent,
  source,
  table,
  type MutableState,
} from "../../plan/small-runbook.ts";

const calendar = season("s", "2024-01-01", 10);
const dates = calendar.map(({ date }) => date);
const range = { from: day("2024-01-01"), to: day("2024-01-10") };

const windows = fc.oneof(
  fc.constant<Window>({ kind: "same-date" }),
  fc.integer({ min: 1, max: 4 }).map((days): Window => ({ kind: "previous-days", days })),
  fc.integer({ min: 1, max: 3 }).map((rows): Window => ({ kind: "last-games", rows })),
  fc.constant<Window>({ kind: "season-to-date" }),
);

/** Each processor reads one to three of the tables before it; number 0 and 1 are sources. */
const graphs = fc.array(fc.array(fc.tuple(fc.nat(20), windows), { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 6,
});

/** What happens after everything was built. Targets are numbers of tables and dates. */
const incidents = fc.record({
  kind: fc.constantFrom("rewrite" as const, "remove" as const, "fail" as const, "rerun" as const),
  target: fc.nat(20),
  date: fc.nat(9),
});

function nameOf(number: number): string {
  return number < 2 ? `raw${number}` : `p${number}`;
}

function bookOf(graph: readonly (readonly (readonly [number, Window])[])[]): Runbook {
  const processors = graph.map((reads, index) => {
    const edges = reads.map(([number, window]) => edge(nameOf(number % (index + 2)), window));
    return processor(`p${index + 2}`, edges);
  });
  return runbook([source("raw0", false), source("raw1", false)], processors);
}

/** What a processor computes on a date: a value that depends on every row inside its windows, and on nothing else. */
function compute(book: Runbook, state: MutableState, id: string, date: CalendarDate): RowContent {
  const timeline = createTimeline(book, { calendar });
  const index = dates.indexOf(date);
  const own = book.processors.find((one) => one.id === id);
  const read = (own?.reads ?? []).flatMap((upstream) => {
    const span = timeline.spanOf(upstream.window, {});
    return dates.slice(span.from[index], span.to[index]).map((input) => {
      return `${upstream.table} ${input} ${state.content.get(upstream.table)?.get(input)?.version}`;
    });
  });
  return rows(digest128(read.toSorted().join("\n")));
}

/** Builds partitions in order as a run would, each from what is there then. */
function build(
  book: Runbook,
  state: MutableState,
  units: readonly (readonly [string, CalendarDate])[],
): void {
  for (const [id, date] of units) {
    const content = compute(book, state, id, date);
    const fingerprints = createFingerprints(book, state);
    const definition = fingerprints.definitionOf(id);
    const inputs = fingerprints.inputsOf(id, date);
    setContent(state, table(id), { date, content });
    const attempt = { rows: content.rows, rowsVersion: content.version, definition, inputs };
    setAttempt(state, { id, date, failures: emptyContent }, attempt);
  }
}

function unitsOf(book: Runbook): readonly (readonly [string, CalendarDate])[] {
  return book.processors.flatMap(({ id }) => dates.map((date) => [id, date] as const));
}

type Incident = {
  readonly kind: "rewrite" | "remove" | "fail" | "rerun";
  readonly target: number;
  readonly date: number;
};

function befall(book: Runbook, state: MutableState, { kind, target, date: number }: Incident): void {
  const name = nameOf(target % (book.processors.length + 2));
  const date = dates[number] ?? day("2024-01-01");
  const isSource = name.startsWith("raw");
  if (kind === "rewrite")
    setContent(state, table(name), { date, content: rows(`changed ${target} ${number}`) });
  if (kind === "remove") state.content.get(table(name))?.delete(date);
  if (kind === "fail" && !isSource) setAttempt(state, { id: name, date }, { status: "failed" });
  if (kind === "rerun" && !isSource) build(book, state, [[name, date]]);
}

/** Partitions that exist and hold something else than a clean rebuild from the sources as they are now. */
function differing(book: Runbook, state: MutableState): readonly string[] {
  const clean = freshState(book, calendar);
  for (const { table } of book.sources) {
    clean.content.set(table, new Map(state.content.get(table)));
  }
  build(book, clean, unitsOf(book));
  return unitsOf(book).flatMap(([id, date]) => {
    const held = state.content.get(table(id))?.get(date);
    const rebuilt = clean.content.get(table(id))?.get(date);
    return held === undefined || held.version === rebuilt?.version ? [] : [`${id} ${date}`];
  });
}

describe("findTaints() against a clean rebuild", () => {
  it("names every partition that a rebuild would change, on 300 random graphs, windows and incidents", () => {
    fc.assert(
      fc.property(graphs, fc.array(incidents, { minLength: 1, maxLength: 4 }), (graph, happened) => {
        const book = bookOf(graph);
        const state = freshState(book, calendar);
        build(book, state, unitsOf(book));
        for (const incident of happened) befall(book, state, incident);
        const tainted = new Set(
          findTaints(book, state, range).map(({ processor, date }) => `${processor} ${date}`),
        );
        const missed = differing(book, state).filter((unit) => !tainted.has(unit));
        assert.deepEqual(missed, []);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("names nothing that reads no changed, unsettled or tainted date", () => {
    fc.assert(
      fc.property(graphs, incidents, (graph, incident) => {
        const book = bookOf(graph);
        const state = freshState(book, calendar);
        build(book, state, unitsOf(book));
        const target = nameOf(incident.target % (book.processors.length + 2));
        befall(book, state, { ...incident, kind: "rewrite" });
        for (const { causes, processor, date } of findTaints(book, state, range)) {
          if (processor === target) continue;
          const reads = causes.map((cause) => ("upstream" in cause ? cause.upstream : cause.kind));
          assert.ok(reads.length > 0, `${processor} ${date}`);
          assert.ok(date >= (dates[incident.date] ?? ""), `${processor} ${date} lies before the incident`);
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});
