import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GapTable } from "../../src/gates/gaps/gap-table.ts";
import { buildModel } from "../../src/report/build-model.ts";
import type { ReportFacts } from "../../src/report/facts.ts";
import type { RootCause } from "../../src/report/model.ts";
import { verdictLine } from "../../src/report/verdict.ts";
import type { Processor } from "../../src/runbook/runbook.ts";
import { day, edge } from "../plan/small-runbook.ts";
import { reportFacts } from "./small-report.ts";

describe("findRootCause()", () => {
  it("is nothing where nothing is wrong, and where nothing was built yet", () => {
    assert.equal(causeOf(reportFacts()), undefined);
    const facts = reportFacts({ row: (row) => ({ ...row, present: 0, explained: 0, untracked: 10 }) });
    const absent = facts.runbook.processors.map(({ id, table }) => absentAt(table, id));
    const unbuilt = { ...facts, history: { ...facts.history, newest: new Map() }, objections: absent };
    assert.equal(causeOf({ ...unbuilt, pending: pendingAll(facts) }), undefined);
  });

  it("is the first table of the cascade in which a gate finds something, with all dates of the same", () => {
    const facts = reportFacts();
    const objections = [
      value("P3", "2024-01-05", "points: 1 of 9 rows are NULL"),
      value("P2", "2024-01-06", "points: 2 of 9 rows are NULL, first x"),
      value("P2", "2024-01-04", "points: 4 of 9 rows are NULL, first y"),
      value("P2", "2024-01-04", "rebounds: 4 of 9 rows are NULL"),
    ].map(({ id, ...finding }) => ({ ...finding, table: tableOf(facts, id) }));
    assert.deepEqual(causeOf({ ...facts, objections }), {
      place: "P2",
      dates: ["2024-01-04", "2024-01-06"],
      found: "points: 4 of 9 rows are NULL, first y",
      waiting: 0,
    });
  });

  it("counts what does not follow from it: other things of its table on other dates, other tables, dates before it", () => {
    const facts = reportFacts();
    const first = value("P2", "2024-01-04", "points: 4 of 9 rows are NULL");
    const follows = [
      value("P2", "2024-01-07", "rebounds: 1 of 9 rows are NULL"),
      { ...value("P2", "2024-01-04", "10 rows are missing"), kind: "volume" as const },
      value("P3", "2024-01-06", "points: 1 of 9 rows are NULL"),
      { ...value("P1", "2024-01-09", "P1 and P2 differ"), kind: "relation" as const, id: "P4" },
      { ...value("P4", "2024-01-04", "points: 2 of 9 rows are NULL"), table: "test.beside" },
    ];
    const apart = [
      { ...value("P2", "2024-01-08", "2 rows that nobody expected"), kind: "volume" as const },
      value("P3", "2024-01-02", "points: 1 of 9 rows are NULL"),
    ];
    const counts = [follows, apart, [...follows, ...apart]].map((beside) => {
      const objections = [first, ...beside].map(({ id, ...finding }) => {
        return { table: tableOf(facts, id), ...finding };
      });
      return causeOf({ ...facts, objections })?.others;
    });
    assert.deepEqual(counts, [undefined, 2, 2]);
  });

  it("is looked at where commands find it, also on a day that the calendar does not have", () => {
    const all = reportFacts();
    const facts = { ...all, days: all.days.filter(({ date }) => date !== "2024-01-05") };
    const { id, ...finding } = value("P2", "2024-01-05", "1 rows or failures on a day off the calendar");
    const objections = [{ ...finding, check: "coverage" as const, table: tableOf(facts, id) }];
    const { from, to } = facts.range;
    assert.equal(
      buildModel({ ...facts, objections }).commands[0]?.command,
      `cascade coverage small --start-date ${from} --end-date ${to}`,
    );
  });

  it("is what is wrong in the selection before what keeps its lead-in from being built", () => {
    const failed = failedOn("P2", "2024-01-05", "no such column: x");
    const early = day("2023-12-30");
    const reason = { kind: "blocked-by", upstream: "P1", date: early, command: "" } as const;
    const skipped = [{ processor: "P2", dates: [early], reason }];
    const pending = { ...pendingAll(failed), cells: [], skipped };
    assert.equal(causeOf({ ...failed, pending })?.found, "no such column: x");
    const sound = { ...reportFacts(), pending };
    assert.deepEqual(causeOf(sound)?.dates, [early]);
    assert.equal(
      buildModel(sound).commands[0]?.command,
      "cascade gaps small --start-date 2023-12-30 --end-date 2023-12-30",
    );
  });

  it("is an attempt that failed, by the first line of its error, and not the rows that it did not make", () => {
    const facts = failedOn("P2", "2024-01-05", "\nno such column: x\n  at line 3");
    const absent = absentAt(tableOf(facts, "P2"), "P2");
    const cause = causeOf({ ...facts, objections: [{ ...absent, date: "2024-01-05" }] });
    assert.deepEqual(cause, { place: "P2", dates: ["2024-01-05"], found: "no such column: x", waiting: 0 });
  });

  it("is what blocked partitions wait for, with how many do, and none of them", () => {
    const facts = reportFacts();
    const dates = facts.days.slice(3).map(({ date }) => date);
    const reason = {
      kind: "blocked-by",
      upstream: "test.shots",
      date: day("2024-01-04"),
      command: "",
    } as const;
    const skipped = ["P2", "P3"].map((processor) => ({ processor, dates, reason }));
    const runbook = { ...facts.runbook, processors: facts.runbook.processors.map(readingShots) };
    const blocked = { ...facts, runbook, pending: { ...pendingAll(facts), cells: [], skipped } };
    const objections = [{ ...absentAt(tableOf(facts, "P2"), "P2"), date: "2024-01-04" }];
    assert.deepEqual(causeOf({ ...blocked, objections }), {
      place: "test.shots",
      dates: ["2024-01-04"],
      found: "rows are missing",
      waiting: 14,
    });
  });

  it("is never a rate", () => {
    const facts = reportFacts();
    const rate = {
      check: "budget" as const,
      kind: "rate",
      table: tableOf(facts, "P2"),
      date: undefined,
      place: "",
      found: "P2 A exceeded (40.0 %)",
    };
    assert.equal(causeOf({ ...facts, objections: [{ ...rate, kind: "rate" as const }] }), undefined);
  });
});

describe("the warning of rows that should not be there", () => {
  it("counts only what there is", () => {
    for (const [odd, text] of [
      [{ unexpected: 2 }, "2 rows that nobody expected"],
      [{ phantom: 1 }, "1 row with a failure beside them"],
    ] as const) {
      const facts = reportFacts({
        row: (row) => (row.processor === "P1" && row.date === "2024-01-02" ? { ...row, ...odd } : row),
      });
      assert.ok(buildModel(facts).warnings.some((warning) => warning.text === text));
    }
  });
});

describe("verdictLine()", () => {
  it("tells the cause within 160 characters however long its texts are", () => {
    const facts = failedOn("P2", "2024-01-05", `no such column ${"x".repeat(400)}`);
    const line = verdictLine(buildModel(facts));
    assert.match(line, /^Failed: .*P2 2024-01-05: no such column x+…; 1 command below\.$/);
    assert.ok(Array.from(line).length <= 160 && line.length > 120, line);
  });
});

describe("a report on which sources have lost rows", () => {
  it("is headed by the first, and by how many others have", () => {
    const facts = reportFacts();
    const gone = ["first", "second", "third"].map((name) => gapsOf(`raw.${name}`, [lostOn("2024-01-04")]));
    const gaps = { ...facts.gates.gaps, gaps: { expectedDates: 10, tables: gone } };
    const model = buildModel({ ...facts, gates: { ...facts.gates, gaps } as ReportFacts["gates"] });
    assert.match(
      verdictLine(model),
      /^Passed with warnings: .*raw\.first on 2024-01-04: rows have vanished: 40 before, 4 now; and of 2 more sources; 3 warnings to read\.$/,
    );
  });

  it("names a thin date once, and the first of several beside all", () => {
    const thin = ["2024-01-04", "2024-01-08"].map((date) => ({ date: day(date), rows: 4, usual: 40 }));
    const texts = [thin.slice(0, 1), thin].map((found) => {
      const facts = reportFacts();
      const gaps = { ...facts.gates.gaps, gaps: { expectedDates: 10, tables: [gapsOf("raw.first", found)] } };
      const { warnings } = buildModel({ ...facts, gates: { ...facts.gates, gaps } as ReportFacts["gates"] });
      return warnings.find(({ kind }) => kind === "suspect")?.text;
    });
    assert.deepEqual(texts, [
      "raw.first on 2024-01-04: far fewer rows than usual (4, about 40 are usual)",
      "raw.first on 2024-01-04, 2024-01-08: far fewer rows than usual (first 2024-01-04: 4, about 40 are usual)",
    ]);
  });
});

function lostOn(date: string): GapTable["thin"][number] {
  return { date: day(date), rows: 4, earlier: 40 };
}

function gapsOf(table: string, thin: GapTable["thin"]): object {
  const none = { missing: [], low: [], accepted: [], notExpected: [], offCalendar: [], message: undefined };
  return { table, phase: 1, processor: undefined, status: "suspect", thin, volume: "warn", ...none };
}

function causeOf(facts: ReportFacts): RootCause | undefined {
  return buildModel(facts).rootCause;
}

function tableOf({ runbook }: ReportFacts, processor: string): string {
  return runbook.processors.find(({ id }) => id === processor)?.table ?? "";
}

function value(id: string, date: string, found: string) {
  return {
    id,
    check: "contamination" as const,
    kind: "value" as const,
    date,
    place: id,
    found,
  };
}

function absentAt(table: string, id: string) {
  const date = "2024-01-01";
  return {
    check: "coverage" as const,
    kind: "absent" as const,
    table,
    date,
    place: id,
    found: "10 of 10 have neither row nor failure",
  };
}

function readingShots(processor: Processor): Processor {
  return processor.id === "P2" ? { ...processor, reads: [...processor.reads, edge("shots")] } : processor;
}

function failedOn(processor: string, date: string, error: string): ReportFacts {
  const facts = reportFacts({
    row: (row) =>
      row.processor === processor && row.date === date
        ? { ...row, present: 0, explained: 0, untracked: 10, categories: {}, status: "untracked" }
        : row,
  });
  const own = new Map(facts.history.newest.get(processor));
  own.set(day(date), { status: "failed", runId: "run-1", error });
  const newest = new Map([...facts.history.newest, [processor, own] as const]);
  return { ...facts, history: { ...facts.history, newest } };
}

function pendingAll({ runbook, days, range }: ReportFacts): NonNullable<ReportFacts["pending"]> {
  const dates = days.map(({ date }) => date);
  const cells = runbook.processors.map(({ id: processor, phase }) => {
    return { id: `${processor}-all`, processor, phase, dates, needs: [], reasons: new Map() };
  });
  const totals = { units: 40, cells: 4, upToDate: 0, blocked: 0, processors: 4 };
  return { runbook: "small", range, digest: "d1ge57", cells, waves: [], skipped: [], totals };
}
