import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildModel } from "../../../src/report/build-model.ts";
import { cellSizeOf, heatMap } from "../../../src/report/charts/heat-map.ts";
import { rateChart } from "../../../src/report/charts/rate-chart.ts";
import { dayRates } from "../../../src/report/day-rates.ts";
import { goldenCases } from "../golden-cases.ts";
import { reportFacts } from "../small-report.ts";

describe("rateChart()", () => {
  it("has a gap in its line where nothing was judged", () => {
    assert.equal(linesOf(buildModel(reportFacts())), 1);
    const facts = reportFacts({
      row: (row, index) =>
        index === 4 ? { ...row, present: 0, explained: 0, untracked: 10, categories: {} } : row,
    });
    const model = buildModel(facts);
    assert.equal(linesOf(model), 2);
    assert.equal(dayRates(model)[0]?.days.length, model.dates.length - 1);
  });
});

describe("heatMap()", () => {
  it("marks partitions whose own values are contaminated, and those that data have tainted", () => {
    const found = goldenCases().find(({ name }) => name === "contaminated");
    assert.ok(found);
    const { model } = found;
    const marks = /<path class="taint" d="([^"]*)"/.exec(heatMap(model, cellSizeOf(model)))?.[1] ?? "";
    assert.equal(marks.match(/M/g)?.length, model.tainted.length + 1);
  });
});

/** Lines that the rates of the first processor are drawn in. */
function linesOf(model: Parameters<typeof dayRates>[0]): number {
  const [first] = dayRates(model);
  assert.ok(first);
  const path = /<path class="value" d="([^"]*)"/.exec(rateChart(first))?.[1] ?? "";
  return path.match(/M/g)?.length ?? 0;
}
