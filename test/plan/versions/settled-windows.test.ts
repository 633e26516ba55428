import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSettledWindows } from "../../../src/plan/versions/settled-windows.ts";
import {
  day,
  edge,
  freshState,
  processor,
  runbook,
  season,
  settledState,
  source,
  table,
} from "../small-runbook.ts";

const toDate = { kind: "season-to-date" } as const;
const book = runbook(
  [source("raw"), source("odds", false)],
  [
    processor("P", [edge("raw"), edge("odds")]),
    processor("Q", [edge("P", toDate), edge("P"), edge("raw", toDate)]),
  ],
);
const calendar = [...season("a", "2021-01-01", 4), ...season("b", "2021-02-01", 4)];

describe("createSettledWindows()", () => {
  it("finds nothing where all upstream is settled", () => {
    const windows = createSettledWindows(book, settledState(book, calendar));
    assert.deepEqual(windows.unsettledUpstreamOf("Q", day("2021-02-04")), []);
  });

  it("names every unsettled date of a table once, inside the window and the season", () => {
    const windows = createSettledWindows(book, freshState(book, calendar));
    assert.deepEqual(windows.unsettledUpstreamOf("Q", day("2021-02-03")), [
      {
        table: table("P"),
        processor: "P",
        dates: [day("2021-02-01"), day("2021-02-02"), day("2021-02-03")],
        mayDepend: false,
      },
    ]);
  });

  it("names the table of a required source that lacks rows, and no other source", () => {
    const state = settledState(book, calendar);
    state.content.get(table("raw"))?.delete(day("2021-01-02"));
    state.content.get(table("odds"))?.clear();
    const windows = createSettledWindows(book, state);
    const found = [
      { table: table("raw"), processor: undefined, dates: [day("2021-01-02")], mayDepend: false },
    ];
    assert.deepEqual(windows.unsettledUpstreamOf("P", day("2021-01-02")), found);
    assert.deepEqual(windows.unsettledUpstreamOf("Q", day("2021-01-04")), found);
  });

  it("follows what is settled or fails while a run goes on", () => {
    const windows = createSettledWindows(book, freshState(book, calendar));
    windows.update("P", new Map([[day("2021-01-01"), true]]));
    assert.deepEqual(windows.unsettledUpstreamOf("Q", day("2021-01-01")), []);
    windows.update("P", new Map([[day("2021-01-01"), false]]));
    assert.equal(windows.unsettledUpstreamOf("Q", day("2021-01-01")).length, 1);
  });
});
