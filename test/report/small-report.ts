import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { CoverageRow } from "../../src/gates/coverage/coverage-row.ts";
import { addCounts } from "../../src/gates/coverage/coverage-row.ts";
import type { RateVerdict } from "../../src/domain/rate-verdict.ts";
import type { BudgetVerdict } from "../../src/gates/budget/judge-budgets.ts";
import type { CalendarDay } from "../../src/plan/plan.ts";
import type { ReportFacts, RunHistory } from "../../src/report/facts.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import { day, edge, processor, runbook, season } from "../plan/small-runbook.ts";

/** Facts of a report that tests change where their case differs from an all-green run. */
export type SmallReport = {
  readonly processors?: number;
  readonly days?: number;
  /** Failing members of the ten expected ones, by processor and date. */
  readonly failing?: (processor: string, index: number) => number;
  /** Overrides a row of the coverage. */
  readonly row?: (row: CoverageRow, index: number) => CoverageRow;
  readonly ids?: readonly string[];
};

const expected = 10;

/** A runbook of some processors in a chain, two periods and two categories. */
export function reportRunbook(ids: readonly string[], days: number): Runbook {
  const processors = ids.map((id, index): Processor => {
    const reads = index === 0 ? [] : [edge(`t${index - 1}`)];
    const own = processor(`t${index}`, reads);
    return { ...own, id, title: `Table ${index + 1}`, phase: 3 + (index % 3) };
  });
  const half = Math.ceil(days / 2);
  const dates = season("2024", "2024-01-01", Math.max(1, days)).map(({ date }) => date);
  return runbook([], processors, {
    periods: [
      {
        id: "A",
        title: "First half",
        from: dates[0] ?? day("2024-01-01"),
        to: dates[half - 1] ?? day("2024-01-01"),
      },
      ...(days > half
        ? [
            {
              id: "B",
              title: "Second half",
              from: dates[half] ?? day("2024-01-02"),
              to: dates.at(-1) ?? day("2024-01-02"),
            },
          ]
        : []),
    ],
    categories: [
      {
        id: "TOO_NEW",
        level: "entity",
        meaning: "too little history",
        retryable: false,
        action: "accept",
        zeroBudget: false,
      },
      {
        id: "BROKEN",
        level: "entity",
        meaning: "a defect",
        retryable: true,
        action: "repair",
        zeroBudget: true,
      },
    ],
  });
}

/** Facts of an all-green run of four processors over ten days, changed as asked. */
export function reportFacts(changes: SmallReport = {}): ReportFacts {
  const { processors = 4, days = 10, failing = () => 1, row = (own) => own } = changes;
  const ids = changes.ids ?? Array.from({ length: processors }, (_, index) => `P${index + 1}`);
  const book = reportRunbook(ids, days);
  const calendar = daysOf(book, days);
  const rows = ids.flatMap((id) =>
    calendar.map(({ date, period }, index) =>
      row(coverageRow(id, { date, period, explained: failing(id, index) }), index),
    ),
  );
  const range = {
    from: calendar[0]?.date ?? day("2024-01-01"),
    to: calendar.at(-1)?.date ?? day("2024-01-01"),
  };
  const coverage = { rows, strays: [], failed: [] };
  return {
    runbook: book,
    range,
    days: calendar,
    gates: {
      coverage,
      budget: { coverage, verdicts: budgetsOf(rows) },
      gaps: {
        coverage,
        gaps: {
          expectedDates: calendar.length,
          tables: book.processors.map(({ id, table, phase }) => ({
            table,
            phase,
            processor: id,
            status: "ok",
            missing: [],
            low: [],
            thin: [],
            volume: "warn",
            accepted: [],
            notExpected: [],
            offCalendar: [],
            message: undefined,
          })),
        },
      },
      contamination: {
        taints: [],
        tables: book.processors.map(({ id, table, phase }) => {
          return { table, phase, processor: id, status: "clean", fields: [], messages: [] };
        }),
      },
      contract: book.processors.map(({ id, table, phase }) => {
        return { table, phase, processor: id, status: "ok", violations: [], messages: [] };
      }),
      waivers: [],
    },
    history: historyOf(ids, rows),
    decisions: [],
    context: { today: day("2024-02-01"), digest: "d1ge57", runId: "run-2", runAttempt: 1, warehouse: "test" },
  };
}

function daysOf(book: Runbook, days: number): readonly CalendarDay[] {
  return season("2024", "2024-01-01", days).map((own) => {
    const period = book.periods.find(({ from, to }) => from <= own.date && own.date <= to);
    return { ...own, period: period?.id ?? "none" };
  });
}

/** A row with ten expected members, some of them explained. */
export function coverageRow(
  id: string,
  { date, period, explained }: { date: CalendarDate; period: string; explained: number },
): CoverageRow {
  return {
    processor: id,
    date,
    period,
    expected,
    present: expected - explained,
    explained,
    waived: 0,
    untracked: 0,
    categories: explained === 0 ? {} : { TOO_NEW: explained },
    phantom: 0,
    unexpected: 0,
    accepted: 0,
    status: explained === 0 ? "ok" : explained === expected ? "not-eligible" : "partial",
  };
}

/** Budgets of 5 to 20 % a period. */
export function budgetsOf(rows: readonly CoverageRow[], verdict?: RateVerdict): readonly BudgetVerdict[] {
  const groups = Map.groupBy(rows, ({ processor: id, period }) => JSON.stringify([id, period]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const counts = addCounts(group);
    const rate = counts.expected === 0 ? 0 : counts.explained / counts.expected;
    return [
      {
        processor: first.processor,
        period: first.period,
        expected: counts.expected,
        explained: counts.explained,
        rate,
        maximum: 0.2,
        verdict: verdict ?? (rate > 0.2 ? "exceeded" : "within"),
        expectedRate: { from: 0.05, to: 0.15 },
        expectedRows: undefined,
        rows: counts.present,
        unexpectedCategories: {},
        openDates: [],
        exceeded: { action: "investigate", text: "Investigate the cause" },
        waiver: undefined,
        leftOut: 0,
        causes: [],
      } as BudgetVerdict,
    ];
  });
}

/** One attempt per processor, a second long, one after the other. */
export function historyOf(ids: readonly string[], rows: readonly CoverageRow[]): RunHistory {
  const byProcessor = Map.groupBy(rows, ({ processor: id }) => id);
  const start = Date.parse("2024-02-01T06:00:00Z");
  const attempts = ids.slice(0, 60).map((id, index) => {
    const own = byProcessor.get(id) ?? [];
    return {
      id: `attempt-${index}`,
      runId: "run-2",
      processor: id,
      from: own[0]?.date ?? "2024-01-01",
      to: own.at(-1)?.date ?? "2024-01-01",
      startedAt: new Date(start + index * 1000).toISOString(),
      finishedAt: new Date(start + index * 1000 + 900).toISOString(),
      committed: own.length,
      failed: 0,
      blocked: 0,
      rows: own.reduce((sum, { present }) => sum + present, 0),
      failures: own.reduce((sum, { explained }) => sum + explained, 0),
      error: "",
    };
  });
  const committed = { status: "committed", runId: "run-2" } as const;
  return {
    attempts,
    retries: [],
    examples: rows
      .filter(({ explained }) => explained > 0)
      .slice(0, 200)
      .map(({ processor: id, date, explained }) => ({
        processor: id,
        date,
        category: "TOO_NEW",
        count: explained,
        entities: [{ entity: "entity-1", reason: "1 of 5 days" }],
      })),
    newest: new Map(
      ids.map((id) => [id, new Map((byProcessor.get(id) ?? []).map(({ date }) => [date, committed]))]),
    ),
  };
}
