import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import { calendars, isInWindow, runbooks, selections } from "../random-backfill.ts";
import { day, edge, freshState, processor, runbook, season } from "../small-runbook.ts";

const cases = fc.record({ book: runbooks, calendar: calendars }).chain(({ book, calendar }) => {
  return selections(book, calendar).map((selection) => ({
    book,
    calendar,
    plan: planBackfill(book, freshState(book, calendar), selection),
  }));
});

describe("orderCells()", () => {
  it("needs exactly the cells with a date inside the window of one of its dates", () => {
    fc.assert(
      fc.property(cases, ({ book, calendar, plan }) => {
        for (const cell of plan.cells) {
          const reads = book.processors.find(({ id }) => id === cell.processor)?.reads ?? [];
          const needed = plan.cells.filter((upstream) =>
            reads
              .filter(({ table }) => table === `test.${upstream.processor}`)
              .some(({ window }) =>
                cell.dates.some((of) =>
                  upstream.dates.some((date) => isInWindow(window, date, { calendar, of })),
                ),
              ),
          );
          assert.deepEqual(cell.needs.toSorted(), needed.map(({ id }) => id).toSorted());
        }
      }),
    );
  });

  it("lets chunks start as soon as their own windows are through", () => {
    const book = runbook(
      [],
      [processor("P", []), processor("Q", [edge("P", { kind: "previous-days", days: 1 })])],
    );
    const selection = { range: { from: day("2021-01-01"), to: day("2021-01-04") }, chunkDays: 2 };
    const plan = planBackfill(book, freshState(book, season("a", "2021-01-01", 4)), selection);
    const needs = plan.cells.filter(({ processor }) => processor === "Q").map((cell) => cell.needs);
    const [first, second] = ["P-2021-01-01-2021-01-02", "P-2021-01-03-2021-01-04"];
    assert.deepEqual(needs, [[first], [first, second]]);
  });
});

describe("wavesOf()", () => {
  it("has every cell once, and each after all that it needs", () => {
    fc.assert(
      fc.property(cases, ({ plan }) => {
        const depths = new Map(plan.waves.flatMap((ids, depth) => ids.map((id) => [id, depth] as const)));
        assert.deepEqual([...depths.keys()].toSorted(), plan.cells.map(({ id }) => id).toSorted());
        assert.equal(plan.waves.flat().length, plan.cells.length);
        for (const { id, needs } of plan.cells) {
          for (const need of needs) assert.ok((depths.get(need) ?? Infinity) < (depths.get(id) ?? -1));
        }
      }),
    );
  });
});
