import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endOf, startOf } from "../../../src/domain/every.ts";
import { allDays, ownDays } from "../../../src/plan/calendar/own-days.ts";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import type { Selection } from "../../../src/plan/plan.ts";
import { inputReach } from "../../../src/plan/upstream/input-reach.ts";
import {
  day,
  edge,
  freshState,
  processor,
  rows,
  runbook,
  season,
  settledState,
  source,
  table,
} from "../small-runbook.ts";

const month = { kind: "month" } as const;

/** Forty days from the middle of a month on: A daily, M a month of A, N all months before, B a day with its month. */
const calendar = season("a", "2021-01-20", 40);
const book = runbook(
  [source("raw")],
  [
    processor("A", [edge("raw")]),
    processor("M", [edge("A", month)], { every: "month" }),
    processor("N", [edge("M", { kind: "season-to-date" })], { every: "month" }),
    processor("B", [edge("A"), edge("M", month)]),
  ],
);

function unitsOf(
  state: ReturnType<typeof freshState>,
  selection: Partial<Selection> = {},
): readonly string[] {
  const range = { from: day("2021-01-20"), to: day("2021-02-28") };
  const { cells } = planBackfill(book, state, { range, ...selection });
  return cells.flatMap(({ processor: id, dates }) => dates.map((date) => `${id} ${date}`));
}

describe("ownDays()", () => {
  for (const [every, date, first, last] of [
    ["day", "2024-02-29", "2024-02-29", "2024-02-29"],
    ["week", "2024-02-29", "2024-02-26", "2024-03-03"],
    ["week", "2024-01-01", "2024-01-01", "2024-01-07"],
    ["month", "2024-02-29", "2024-02-01", "2024-02-29"],
    ["month", "2023-12-31", "2023-12-01", "2023-12-31"],
  ] as const) {
    it(`names the ${every} of ${date} by ${first}, and ends it on ${last}`, () => {
      assert.deepEqual([startOf(every, day(date)), endOf(every, day(date))], [first, last]);
    });
  }

  it("has a date for each month that has one of the calendar, which need not have it", () => {
    assert.deepEqual(
      ownDays(calendar, "month").map(({ date, season: of }) => `${date} ${of}`),
      ["2021-01-01 a", "2021-02-01 a"],
    );
    assert.equal(ownDays(calendar, "day"), calendar);
    assert.equal(allDays(book, calendar).length, 41);
    assert.equal(allDays(book, calendar)[0]?.date, "2021-01-01");
  });
});

describe("planBackfill() with partitions a month", () => {
  it("plans a partition a month, after the days of it and before the days that read it", () => {
    const { cells, waves } = planBackfill(book, freshState(book, calendar), {
      range: { from: day("2021-01-20"), to: day("2021-02-28") },
    });
    assert.deepEqual(
      cells.map(({ id }) => id),
      [
        "A-2021-01-20-2021-02-28",
        "M-2021-01-01-2021-02-01",
        "N-2021-01-01-2021-02-01",
        "B-2021-01-20-2021-02-28",
      ],
    );
    assert.deepEqual(
      waves.map((ids) => ids.length),
      [1, 1, 2],
    );
  });

  it("runs exactly the month of a day that has changed, and what reads that month", () => {
    const state = settledState(book, calendar);
    assert.deepEqual(unitsOf(state), []);
    state.content.get(table("raw"))?.set(day("2021-01-25"), rows("another"));
    const units = unitsOf(state);
    assert.deepEqual(units.slice(0, 3), ["A 2021-01-25", "M 2021-01-01", "N 2021-02-01"]);
    assert.deepEqual(
      units.slice(3),
      calendar.slice(0, 12).map(({ date }) => `B ${date}`),
    );
  });

  it("selects the whole month of each selected day, which waits for days outside of the selection", () => {
    const cut = { range: { from: day("2021-02-10"), to: day("2021-02-11") } };
    const alone = unitsOf(freshState(book, calendar), cut);
    assert.deepEqual(alone, ["A 2021-02-10", "A 2021-02-11"]);
    const whole = unitsOf(freshState(book, calendar), { ...cut, withUpstream: true, processors: ["M"] });
    assert.deepEqual([whole.length, whole.at(-1)], [29, "M 2021-02-01"]);
    const one = { range: { from: day("2021-01-01"), to: day("2021-01-31") }, dates: [day("2021-01-01")] };
    assert.deepEqual(unitsOf(settledState(book, calendar), { ...one, force: true, processors: ["M"] }), [
      "M 2021-01-01",
    ]);
  });

  it("withdraws days that a processor has left behind when it became one of months", () => {
    const state = settledState(book, calendar);
    const left = state.ledger.get("A")?.get(day("2021-01-20"));
    assert.ok(left);
    state.ledger.get("M")?.set(day("2021-01-20"), left);
    state.content.get(table("M"))?.set(day("2021-01-20"), rows("left"));
    assert.deepEqual(
      unitsOf(state).filter((unit) => unit.startsWith("M ")),
      ["M 2021-01-20"],
    );
  });

  it("reads a month to its last day, and seasons from the first date of what is read", () => {
    const reach = inputReach(book, { processor: "B", dates: [day("2021-01-25")], calendar });
    assert.deepEqual(reach.get(table("M"))?.ranges, [{ from: "2021-01-01", to: "2021-01-31" }]);
    const before = inputReach(book, { processor: "N", dates: [day("2021-02-01")], calendar });
    assert.deepEqual(before.get(table("M"))?.ranges, [{ from: "2021-01-01", to: "2021-01-31" }]);
  });
});
