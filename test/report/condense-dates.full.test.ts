import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { buildModel } from "../../src/report/build-model.ts";
import { condenseDates } from "../../src/report/condense-dates.ts";
import { renderHtml } from "../../src/report/html/render-html.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { compareStatuses, statusOfLetter } from "../../src/report/partition-status.ts";
import { renderPicture } from "../../src/report/picture.ts";
import { parseReport, renderJson } from "../../src/report/render-json.ts";
import { sumSeries } from "../../src/report/markdown/details.ts";
import { renderTerminal } from "../../src/report/terminal/render-terminal.ts";
import { verdictLine } from "../../src/report/verdict.ts";
import { reportFacts } from "./small-report.ts";

const megabyte = 1_000_000;

describe("condenseDates()", () => {
  it("leaves a report alone that has no more partitions than asked for", () => {
    const model = modelOf(3, 10);
    assert.deepEqual(condenseDates(model, 30), { view: model, size: 1 });
  });

  it("keeps every sum and the worst status, and takes no dates of two periods together", () => {
    const shapes = fc.record({
      processors: fc.integer({ min: 1, max: 4 }),
      days: fc.integer({ min: 1, max: 40 }),
      most: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(shapes, ({ processors, days, most }) => {
        const model = modelOf(processors, days);
        const { view } = condenseDates(model, most);
        const perProcessor = Math.max(1, Math.floor(most / processors)) + model.periods.length;
        assert.ok(view.dates.length <= Math.min(days, perProcessor));
        assert.ok(model.periods.every(({ from }) => view.dates.includes(from)));
        for (const [row, series] of view.partitions.entries()) {
          assert.deepEqual(sumSeries(series), sumSeries(model.partitions[row]));
          assert.equal(worstOf(series.statuses), worstOf(model.partitions[row]?.statuses));
          assert.equal(categorySum(series), categorySum(model.partitions[row]));
        }
        const count = (own: ReportModel): number => own.examples.reduce((sum, { count: of }) => sum + of, 0);
        assert.equal(count(view), count(model));
      }),
    );
  });
});

describe("a million partitions", () => {
  it("are rendered by everything within what can be opened", () => {
    const model = modelOf(100, 10_000);
    assert.equal(model.tally.partitions, 1_000_000);
    const page = renderHtml(model);
    assert.ok(page.length < 20 * megabyte, `${page.length} characters of HTML`);
    assert.match(page, /Each column stands for up to 10 dates/);
    assert.ok(renderPicture(model).length < megabyte);
    const text = renderTerminal(model, { width: 100, paint: (_, own) => own });
    assert.ok(text.startsWith(verdictLine(model)) && text.length < 10_000);
    const replayed = parseReport(renderJson(model));
    assert.deepEqual(replayed?.tally, model.tally);
  });
});

function modelOf(processors: number, days: number): ReportModel {
  return buildModel(reportFacts({ processors, days, failing: (_, index) => index % 7 }));
}

function worstOf(statuses = ""): string | undefined {
  return Array.from(statuses).map(statusOfLetter).toSorted(compareStatuses)[0];
}

function categorySum(series: ReportModel["partitions"][number] | undefined): number {
  const pairs = Object.values(series?.categories ?? {}).flat();
  return pairs.reduce((sum, [, count]) => sum + count, 0);
}
