import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { Fault } from "../../src/errors.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import { reasonText } from "../../src/plan/approval/plan-json.ts";
import type { Plan, Selection } from "../../src/plan/plan.ts";
import { emptyContent } from "../../src/plan/versions/settlement.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { calendars, disturb, disturbances, isInWindow, runbooks, selections } from "./random-backfill.ts";
import {
  commit,
  day,
  edge,
  freshState,
  processor,
  rows,
  runbook,
  season,
  setAttempt,
  setContent,
  settledState,
  source,
  table,
  type MutableState,
} from "./small-runbook.ts";

const toDate = { kind: "season-to-date" } as const;
const january = season("a", "2021-01-01", 6);
const whole: Selection = { range: { from: day("2021-01-01"), to: day("2021-01-06") } };
const chain = runbook(
  [source("raw")],
  [
    processor("P", [edge("raw")], { leadIn: true }),
    processor("Q", [edge("P", toDate)], { phase: 4 }),
    processor("R", [edge("Q")], { phase: 5 }),
  ],
);

/** Units as text, in the plan's order: `P 2021-01-01 missing`. */
function unitsOf(plan: Plan): readonly string[] {
  return plan.cells.flatMap(({ processor, reasons }) => {
    return [...reasons].map(([date, reason]) => `${processor} ${date} ${reasonText(reason)}`);
  });
}

/** What is skipped as text: `Q 2021-01-02 blocked-by P 2021-01-01`. */
function skippedOf(plan: Plan): readonly string[] {
  return plan.skipped.flatMap(({ processor, dates, reason }) => {
    const by = reason.kind === "blocked-by" ? ` ${reason.upstream} ${reason.date}` : "";
    return dates.map((date) => `${processor} ${date} ${reason.kind}${by}`);
  });
}

function range(from: string, to: string): Pick<Selection, "range"> {
  return { range: { from: day(from), to: day(to) } };
}

function faultOf(selection: Selection): Fault {
  try {
    planBackfill(chain, freshState(chain, january), selection);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("No fault");
}

describe("planBackfill()", () => {
  it("runs everything once where nothing has run", () => {
    const plan = planBackfill(chain, freshState(chain, january), whole);
    assert.deepEqual(plan.waves, [
      ["P-2021-01-01-2021-01-06"],
      ["Q-2021-01-01-2021-01-06"],
      ["R-2021-01-01-2021-01-06"],
    ]);
    assert.deepEqual(plan.totals, { units: 18, cells: 3, upToDate: 0, blocked: 0, processors: 3 });
    assert.ok(unitsOf(plan).every((unit) => unit.endsWith(" missing")));
  });

  it("runs nothing where all is settled and current", () => {
    const plan = planBackfill(chain, settledState(chain, january), whole);
    assert.deepEqual(plan.cells, []);
    assert.deepEqual(plan.waves, []);
    assert.deepEqual(plan.totals, { units: 0, cells: 0, upToDate: 18, blocked: 0, processors: 0 });
  });

  it("says why each unit has to run", () => {
    const book = runbook([source("raw")], [processor("P", [edge("raw")])]);
    const state = settledState(book, january);
    state.ledger.get("P")?.delete(day("2021-01-01"));
    setAttempt(state, { id: "P", date: day("2021-01-02") }, { status: "failed" });
    setAttempt(state, { id: "P", date: day("2021-01-03") }, { status: "blocked" });
    setContent(state, table("P"), { date: day("2021-01-04"), content: rows("edited") });
    setContent(state, table("P"), { date: day("2021-01-05"), content: emptyContent });
    setContent(state, table("raw"), { date: day("2021-01-06"), content: rows("corrected") });
    assert.deepEqual(unitsOf(planBackfill(book, state, whole)), [
      "P 2021-01-01 missing",
      "P 2021-01-02 failed",
      "P 2021-01-03 was-blocked",
      "P 2021-01-04 content-differs",
      "P 2021-01-05 missing",
      "P 2021-01-06 upstream-changed",
    ]);
  });

  it("runs again what another definition made, or another algorithm hashed", () => {
    const book = runbook([source("raw")], [processor("P", [edge("raw")])]);
    const state = settledState(book, season("a", "2021-01-01", 1));
    const redefined = runbook([source("raw")], [processor("P", [edge("raw")], { definition: "other" })]);
    const one = { range: { from: day("2021-01-01"), to: day("2021-01-01") } };
    assert.deepEqual(unitsOf(planBackfill(redefined, state, one)), ["P 2021-01-01 definition-changed"]);
    const upgraded = { ...state, hashTag: "test-2" };
    assert.deepEqual(unitsOf(planBackfill(book, upgraded, one)), ["P 2021-01-01 verify-again"]);
  });

  it("follows a change downstream, naming the first unit that may pass it on", () => {
    const state = settledState(chain, january);
    setContent(state, table("raw"), { date: day("2021-01-04"), content: rows("corrected") });
    assert.deepEqual(unitsOf(planBackfill(chain, state, whole)), [
      "P 2021-01-04 upstream-changed",
      "Q 2021-01-05 downstream-of P 2021-01-04",
      "Q 2021-01-06 downstream-of P 2021-01-04",
      "R 2021-01-05 downstream-of Q 2021-01-05",
      "R 2021-01-06 downstream-of Q 2021-01-06",
    ]);
  });

  it("makes pending exactly what declares to read the changed date, and what reads that", () => {
    const change = fc.record({ book: runbooks, calendar: calendars, at: fc.nat(15) });
    fc.assert(
      fc.property(change, ({ book, calendar, at }) => {
        const state = settledState(book, calendar);
        const date = calendar[at % calendar.length]?.date ?? day("2021-01-01");
        setContent(state, table("raw"), { date, content: rows("corrected") });
        const range = { from: day("2021-01-01"), to: day("2021-01-24") };
        const found = unitsOf(planBackfill(book, state, { range })).map((unit) =>
          unit.replace(/(?<=-of) .*/, ""),
        );
        assert.deepEqual(found, readersOf(book, state, { name: table("raw"), date }));
      }),
    );
  });

  it("runs units of the selected dates by force, but not those of the lead-in", () => {
    const selection = { ...range("2021-01-05", "2021-01-05"), force: true, processors: ["P"] };
    const plan = planBackfill(chain, settledState(chain, january), selection);
    assert.deepEqual(unitsOf(plan), ["P 2021-01-05 forced"]);
    assert.equal(plan.totals.upToDate, 4);
  });

  it("extends a processor with a lead-in to its season's start, and no other", () => {
    const seasons = [...january, ...season("b", "2021-02-01", 6)];
    const selection = range("2021-02-04", "2021-02-05");
    assert.deepEqual(unitsOf(planBackfill(chain, freshState(chain, seasons), selection)), [
      ...["01", "02", "03", "04", "05"].map((number) => `P 2021-02-${number} missing`),
      ...["Q", "R"].flatMap((id) => ["04", "05"].map((number) => `${id} 2021-02-${number} missing`)),
    ]);
  });

  it("extends a lead-in in each selected season", () => {
    const seasons = [...january, ...season("b", "2021-02-01", 6)];
    const dates = [day("2021-01-02"), day("2021-02-03")];
    const selection = { ...range("2021-01-01", "2021-02-28"), dates, processors: ["P"] };
    const units = unitsOf(planBackfill(chain, freshState(chain, seasons), selection));
    assert.deepEqual(
      units,
      ["2021-01-01", "2021-01-02", "2021-02-01", "2021-02-02", "2021-02-03"].map(
        (date) => `P ${date} missing`,
      ),
    );
  });

  it("blocks what reads pending units outside the selection, and what reads blocked units", () => {
    const selection = { ...range("2021-01-02", "2021-01-03"), processors: ["Q", "R"] };
    const plan = planBackfill(chain, freshState(chain, january), selection);
    assert.deepEqual(unitsOf(plan), []);
    assert.deepEqual(skippedOf(plan), [
      "Q 2021-01-02 blocked-by P 2021-01-01",
      "Q 2021-01-03 blocked-by P 2021-01-01",
      "R 2021-01-02 blocked-by Q 2021-01-02",
      "R 2021-01-03 blocked-by Q 2021-01-03",
    ]);
    assert.equal(plan.totals.blocked, 4);
    const command =
      "cascade run small --processor Q,R --start-date 2021-01-02 --end-date 2021-01-03 --with-upstream";
    for (const { reason } of plan.skipped)
      assert.equal(reason.kind === "blocked-by" && reason.command, command);
  });

  it("counts a stale unit outside the selection as pending", () => {
    const state = settledState(chain, january);
    setContent(state, table("raw"), { date: day("2021-01-01"), content: rows("corrected") });
    state.ledger.get("Q")?.delete(day("2021-01-03"));
    const plan = planBackfill(chain, state, { ...range("2021-01-03", "2021-01-04"), processors: ["Q"] });
    assert.deepEqual(skippedOf(plan), ["Q 2021-01-03 blocked-by P 2021-01-01", "Q 2021-01-04 up-to-date"]);
  });

  it("adds all pending upstream when asked, through units that are settled", () => {
    const state = settledState(chain, january);
    setContent(state, table("raw"), { date: day("2021-01-01"), content: rows("corrected") });
    setContent(state, table("raw"), { date: day("2021-01-05"), content: rows("corrected") });
    const selection = { ...range("2021-01-03", "2021-01-03"), processors: ["R"], withUpstream: true };
    const plan = planBackfill(chain, state, selection);
    assert.deepEqual(unitsOf(plan), [
      "P 2021-01-01 upstream-changed",
      "Q 2021-01-03 downstream-of P 2021-01-01",
      "R 2021-01-03 downstream-of Q 2021-01-03",
    ]);
    assert.deepEqual(plan.skipped, []);
  });

  it("adds what reads the chosen processors when asked", () => {
    const plan = planBackfill(chain, freshState(chain, january), {
      ...whole,
      processors: ["P"],
      withDownstream: true,
    });
    assert.deepEqual(
      plan.cells.map(({ processor }) => processor),
      ["P", "Q", "R"],
    );
  });

  it("blocks on a required source without rows and points to its gaps", () => {
    const state = freshState(chain, january);
    state.content.get(table("raw"))?.delete(day("2021-01-05"));
    const plan = planBackfill(chain, state, whole);
    assert.deepEqual(skippedOf(plan), [
      "P 2021-01-05 blocked-by test.raw 2021-01-05",
      "Q 2021-01-06 blocked-by P 2021-01-05",
      "R 2021-01-06 blocked-by Q 2021-01-06",
    ]);
    const command = "cascade gaps small --start-date 2021-01-05 --end-date 2021-01-05";
    for (const { reason } of plan.skipped)
      assert.equal(reason.kind === "blocked-by" && reason.command, command);
  });

  it("skips days off the calendar, once for each chosen processor", () => {
    const calendar = [...season("a", "2021-01-01", 2), ...season("a", "2021-01-04", 1)];
    const selection = { ...range("2020-12-01", "2021-02-01"), processors: ["P", "R"] };
    const plan = planBackfill(chain, settledState(chain, calendar), selection);
    const off = plan.skipped.filter(({ reason }) => reason.kind === "not-a-calendar-date");
    assert.deepEqual(
      off.map(({ processor, dates }) => [processor, dates]),
      [
        ["P", [day("2021-01-03")]],
        ["R", [day("2021-01-03")]],
      ],
    );
  });

  it("leaves a waived failure alone until something changes, and blocks what reads it", () => {
    const state = settledState(chain, january);
    const date = day("2021-01-05");
    const attempt = state.ledger.get("P")?.get(date)?.attempt;
    setAttempt(state, { id: "P", date }, { ...attempt, status: "failed" });
    state.ledger.get("Q")?.delete(day("2021-01-06"));
    const selection = { ...whole, isWaived: (id: string) => id === "P" };
    const plan = planBackfill(chain, state, selection);
    const open = skippedOf(plan).filter((unit) => !unit.endsWith("up-to-date"));
    assert.deepEqual(open, ["P 2021-01-05 waived", "Q 2021-01-06 blocked-by P 2021-01-05"]);
    setContent(state, table("raw"), { date, content: rows("corrected") });
    assert.equal(unitsOf(planBackfill(chain, state, selection))[0], "P 2021-01-05 failed");
  });

  it("selects by phase", () => {
    const plan = planBackfill(chain, freshState(chain, january), { ...whole, phases: [3] });
    assert.deepEqual(
      plan.cells.map(({ processor }) => processor),
      ["P"],
    );
  });

  it("refuses what it does not know", () => {
    const unknown = faultOf({ ...whole, processors: ["p"] });
    assert.equal(unknown.code, "unknown-name");
    assert.match(unknown.hint, /"P"/);
    assert.equal(faultOf({ ...whole, phases: [9] }).code, "unknown-name");
    assert.equal(faultOf({ ...whole, processors: ["P"], phases: [4] }).code, "usage");
    assert.equal(faultOf(range("2021-01-02", "2021-01-01")).code, "invalid-date");
    assert.equal(faultOf({ ...whole, dates: [day("2021-01-07")] }).code, "invalid-date");
    assert.equal(faultOf(range("2022-01-01", "2022-01-02")).code, "date-outside-calendar");
    const offCalendar = { ...range("2021-01-01", "2021-01-31"), dates: [day("2021-01-20")] };
    assert.equal(faultOf(offCalendar).code, "date-outside-calendar");
  });

  it("accounts for every selected unit exactly once", () => {
    fc.assert(
      fc.property(scenarios, ({ book, state, selection }) => {
        const plan = planBackfill(book, state, selection);
        const units = [...unitsOf(plan), ...skippedOf(plan)].map((unit) =>
          unit.split(" ").slice(0, 2).join(" "),
        );
        assert.equal(new Set(units).size, units.length);
        for (const id of selection.processors ?? book.processors.map(({ id }) => id)) {
          for (const { date } of state.calendar) {
            const isSelected = selection.range.from <= date && date <= selection.range.to;
            if (isSelected) assert.ok(units.includes(`${id} ${date}`), `${id} ${date}`);
          }
        }
      }),
    );
  });

  it("runs only what reads settled partitions and units that run before", () => {
    fc.assert(
      fc.property(scenarios, ({ book, state, selection }) => {
        const plan = planBackfill(book, state, selection);
        const everything = planBackfill(book, state, {
          range: { from: day("2021-01-01"), to: day("2021-01-24") },
        });
        const pending = new Set(everything.cells.flatMap(ownPending));
        const blocked = new Set([...skippedOf(everything).filter(isBlocked).map(unitName), ...gapsOf(state)]);
        const running = new Set(unitsOf(plan).map(unitName));
        for (const unit of running) {
          for (const upstream of upstreamUnits(book, state, unit)) {
            assert.ok(
              !blocked.has(upstream) && (!pending.has(upstream) || running.has(upstream)),
              `${unit} ${upstream}`,
            );
          }
        }
      }),
    );
  });

  it("names a blocker that the unit reads", () => {
    fc.assert(
      fc.property(scenarios, ({ book, state, selection }) => {
        for (const unit of skippedOf(planBackfill(book, state, selection)).filter(isBlocked)) {
          const blocker = unit.replace(/.*blocked-by (test\.)?/, "");
          assert.ok(upstreamUnits(book, state, unit).includes(blocker), unit);
        }
      }),
    );
  });

  it("leaves nothing to do once it is carried out", () => {
    fc.assert(
      fc.property(scenarios, ({ book, state, selection }) => {
        const { force: _, ...again } = selection;
        const plan = planBackfill(book, state, selection);
        for (const { processor: id, dates } of plan.waves.flatMap((ids) =>
          ids.map((id) => cellOf(plan, id)),
        )) {
          for (const date of dates) commit(state, book, { id, date });
        }
        assert.deepEqual(unitsOf(planBackfill(book, state, again)), []);
      }),
    );
  });
});

/** A disturbed warehouse and what somebody asks for. */
const scenarios = fc
  .record({ book: runbooks, calendar: calendars, changes: disturbances, isFresh: fc.boolean() })
  .chain(({ book, calendar, changes, isFresh }) => {
    return selections(book, calendar).map((selection) => {
      const state = isFresh ? freshState(book, calendar) : settledState(book, calendar);
      disturb(state, book, changes);
      return { book, state, selection };
    });
  });

/** Direct and indirect readers of a partition, in the plan's order, by enumeration. */
function readersOf(
  book: Runbook,
  state: MutableState,
  changed: { name: string; date: CalendarDate },
): readonly string[] {
  const moving = new Map<string, Set<CalendarDate>>([[changed.name, new Set([changed.date])]]);
  const found: string[] = [];
  for (const { id, table, reads } of book.processors) {
    for (const { date: of } of state.calendar) {
      const read = reads.filter(({ table, window }) => {
        return [...(moving.get(table) ?? [])].some((date) =>
          isInWindow(window, date, { calendar: state.calendar, of }),
        );
      });
      if (read.length === 0) continue;
      found.push(
        `${id} ${of} ${read.some(({ table }) => table === changed.name) ? "upstream-changed" : "downstream-of"}`,
      );
      moving.set(table, (moving.get(table) ?? new Set()).add(of));
    }
  }
  return found;
}

function isBlocked(skipped: string): boolean {
  return skipped.includes("blocked-by");
}

/** Calendar dates on which the required source has no rows. */
function gapsOf(state: MutableState): readonly string[] {
  const lacking = state.calendar.filter(({ date }) => state.content.get(table("raw"))?.has(date) !== true);
  return lacking.map(({ date }) => `raw ${date}`);
}

function unitName(unit: string): string {
  return unit.split(" ").slice(0, 2).join(" ");
}

/** Units of a cell that are pending by themselves, not only as readers of others. */
function ownPending(cell: Plan["cells"][number]): readonly string[] {
  const own = [...cell.reasons].filter(([, reason]) => reason.kind !== "downstream-of");
  return own.map(([date]) => `${cell.processor} ${date}`);
}

/** The partitions inside the windows of a unit, by enumeration. */
function upstreamUnits(book: Runbook, state: MutableState, unit: string): readonly string[] {
  const [id = "", of = ""] = unit.split(" ");
  const reads = book.processors.find((processor) => processor.id === id)?.reads ?? [];
  return reads.flatMap(({ table, window }) => {
    const dates = state.calendar.filter(({ date }) =>
      isInWindow(window, date, { calendar: state.calendar, of: day(of) }),
    );
    return dates.map(({ date }) => `${table.slice("test.".length)} ${date}`);
  });
}

function cellOf(plan: Plan, id: string): Plan["cells"][number] {
  const cell = plan.cells.find((cell) => cell.id === id);
  if (cell === undefined) throw new Error(`No cell ${id}`);
  return cell;
}
