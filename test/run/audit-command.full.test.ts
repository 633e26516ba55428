import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { datesOf, openCommandScene } from "./command-scene.ts";
import { openShop } from "./shop.ts";

/** Counts the sales of the date and of some days before, as far as its file has them. */
function lookingBack(days: number): string {
  return `note("start " + dates.length);
const before = (date, days) => new Date(Date.parse(date) - days * 86400000).toISOString().slice(0, 10);
for (const day of days()) {
  const seen = sales().filter(({ shop, sale_date }) => shop === day.shop && sale_date <= day.sale_date && sale_date >= before(day.sale_date, ${days}));
  emit({ ...day, sales: seen.length });
}`;
}

/** The runbook whose DAY reads some days before as well. */
function reading(runbook: Runbook, days: number): Runbook {
  const processors = runbook.processors.map((processor) => {
    const [edge] = processor.reads;
    if (processor.id !== "DAY" || edge === undefined) return processor;
    return {
      ...processor,
      reads: [...processor.reads, { ...edge, window: { kind: "previous-days", days } as const }],
    };
  });
  return { ...runbook, processors };
}

describe("the audit of a command step", () => {
  it("commits nothing of a program that uses rows which other dates of its cell brought, and says what to declare", async () => {
    await using scene = await openCommandScene({ "program.mjs": lookingBack(3) });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 9, {}, { skipAudit: false }));
    assert.ok(kinds.every((kind) => kind.endsWith("failed")));
    assert.match(
      errors.join(),
      /^window-too-narrow: shop_raw\.sales is read beyond same-date: on 2024-01-0\d sales of "\w+" is .*; previous-days: 3 would suffice$/,
    );
  });

  it("starts a true one once more for each sampled date, and never again", async () => {
    await using scene = await openCommandScene({ "program.mjs": lookingBack(3) });
    await using warehouse = await openShop();
    const request = { runbook: reading(scene.runbook, 3), skipAudit: false };
    assert.ok(
      datesOf(await scene.run(warehouse, 9, {}, request)).kinds.every((kind) => kind.endsWith("committed")),
    );
    assert.deepEqual(await scene.notes(), ["start 9", "start 1", "start 1", "start 1", "start 1", "start 1"]);
    assert.ok(
      datesOf(await scene.run(warehouse, 11, {}, request)).kinds.every((kind) => kind.endsWith("committed")),
    );
    assert.deepEqual((await scene.notes()).slice(6), ["start 2"]);
  });

  it("starts one that computes a single date once more, with every row", async () => {
    for (const [days, kind] of [
      [0, "committed"],
      [3, "failed"],
    ] as const) {
      await using scene = await openCommandScene({ "program.mjs": lookingBack(days) });
      await using warehouse = await openShop();
      await scene.run(warehouse, 7);
      const before = (await scene.notes()).length;
      const range = { from: "2024-01-08" as CalendarDate, to: "2024-01-08" as CalendarDate };
      const selection = { range, processors: ["DAY"] };
      const { kinds } = datesOf(await scene.run(warehouse, 8, {}, { skipAudit: false, selection }));
      assert.deepEqual(kinds, [`2024-01-08 ${kind}`]);
      assert.deepEqual((await scene.notes()).slice(before, before + 2), ["start 1", "start 1"]);
    }
  });
});
