import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import type { Selection } from "../../../src/plan/plan.ts";
import { calendars, runbooks, selections } from "../random-backfill.ts";
import { day, edge, freshState, processor, runbook, season } from "../small-runbook.ts";

const year = season("a", "2021-01-01", 4);
const selection: Selection = { range: { from: day("2021-01-01"), to: day("2021-01-04") }, chunkDays: 1 };

/** Cells of P, and of Q that reads P, as `<processor><day>` in the order of a plan. */
function order(
  window: Parameters<typeof edge>[1],
  asked: { readonly of?: Selection["dateOrder"]; readonly written?: Selection["dateOrder"] },
): string {
  const reading = runbook([], [processor("P", []), processor("Q", [edge("P", window)])]);
  const book = asked.written === undefined ? reading : { ...reading, dateOrder: asked.written };
  const choice = asked.of === undefined ? {} : { dateOrder: asked.of };
  const plan = planBackfill(book, freshState(book, year), { ...selection, ...choice });
  return plan.cells.map((cell) => `${cell.processor}${Number(cell.dates[0]?.slice(-2))}`).join(" ");
}

describe("the order of dates", () => {
  it("goes by processors unless one is asked for", () => {
    assert.equal(order({ kind: "same-date" }, {}), "P1 P2 P3 P4 Q1 Q2 Q3 Q4");
  });

  it("has every table of the newest date before an older one, or of the oldest", () => {
    assert.equal(order({ kind: "same-date" }, { of: "newest" }), "P4 Q4 P3 Q3 P2 Q2 P1 Q1");
    assert.equal(order({ kind: "same-date" }, { of: "oldest" }), "P1 Q1 P2 Q2 P3 Q3 P4 Q4");
  });

  it("is the runbook's, unless the selection says another", () => {
    assert.equal(order({ kind: "same-date" }, { written: "newest" }), "P4 Q4 P3 Q3 P2 Q2 P1 Q1");
    assert.equal(
      order({ kind: "same-date" }, { written: "newest", of: "oldest" }),
      "P1 Q1 P2 Q2 P3 Q3 P4 Q4",
    );
  });

  it("computes the history that a date reads before it", () => {
    assert.equal(order({ kind: "previous-days", days: 2 }, { of: "newest" }), "P4 P3 P2 Q4 P1 Q3 Q2 Q1");
    assert.equal(order({ kind: "season-to-date" }, { of: "newest" }), "P4 P3 P2 P1 Q4 Q3 Q2 Q1");
  });

  it("has the same cells whatever it is, each after all that it needs, under the same digest", () => {
    const cases = fc
      .record({ book: runbooks, calendar: calendars })
      .chain(({ book, calendar }) =>
        selections(book, calendar).map((asked) => ({ book, asked, state: freshState(book, calendar) })),
      );
    fc.assert(
      fc.property(cases, fc.constantFrom("newest", "oldest"), ({ book, asked, state }, dateOrder) => {
        const usual = planBackfill(book, state, asked);
        const { cells, digest } = planBackfill(book, state, { ...asked, dateOrder });
        assert.equal(digest, usual.digest);
        assert.deepEqual(byId(cells), byId(usual.cells));
        const places = new Map(cells.map(({ id }, place) => [id, place]));
        for (const [place, { needs }] of cells.entries()) {
          for (const need of needs) assert.ok((places.get(need) ?? Infinity) < place);
        }
      }),
    );
  });
});

function byId<Cell extends { readonly id: string }>(cells: readonly Cell[]): readonly Cell[] {
  return cells.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}
