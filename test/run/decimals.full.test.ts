import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ColumnType } from "../../src/domain/column.ts";
import { initialise } from "../../src/ledger/initialise.ts";
import { problemsAfter } from "../runbook/small-runbook.ts";
import { datesOf } from "./command-scene.ts";
import { contentOfShop, openShop, readShop, runShop, stepText, withStep } from "./shop.ts";

/** A value that its column cannot hold, each on a date of its own, and what is told of it. */
const misfits: readonly (readonly [type: ColumnType, value: string, words: string])[] = [
  ["date", "date 'infinity'", "is no date alone of the years 1000 to 9999"],
  ["date", "date '0999-12-31'", "is no date alone of the years 1000 to 9999"],
  ["timestamp", "timestamp '-infinity'", "is no instant of the years 1000 to 9999 to the microsecond"],
  ["datetime", "timestamp '10000-01-01'", "is no date and time of the years 1000 to 9999 to the microsecond"],
  ["time", "time '24:00:00'", "is no time of day alone"],
  ["string", "[1]", "is no text"],
  ["string", "{ a: 1 }", "is no text"],
  ["bool", "'true'", "is neither true nor false"],
  ["bool", "1", "is neither true nor false"],
  ["json", "'{'", "is no JSON"],
  ["bytes", "'é'", "is no bytes"],
  ["array<string>", "'[a]'", "holds what is no text"],
];

describe("a value that its column cannot hold", () => {
  it("is told with key and column, and stops no other date", async () => {
    const runbook = await readShop();
    const values = misfits.map(
      ([, value], nth) =>
        `case when sale_date = date '2024-01-16' + ${nth} and shop = 'north' then ${value} end as v${nth}`,
    );
    const step = `select *, ${values.join(", ")} from (${stepText(runbook, "DAY")})`;
    const columns = misfits.map(([type], nth) => ({ name: `v${nth}`, type, nullable: "holds misfits only" }));
    const changed = withStep(runbook, "DAY", step);
    const processors = changed.processors.flatMap((processor) =>
      processor.id === "DAY" ? [{ ...processor, columns: [...processor.columns, ...columns] }] : [],
    );
    await using warehouse = await openShop();
    await initialise(warehouse, { ...changed, processors });
    const result = await runShop(warehouse, { runbook: { ...changed, processors } });
    const { kinds, errors } = datesOf(result);
    assert.deepEqual(
      kinds.filter((kind) => !kind.endsWith("committed")),
      misfits.map((_, nth) => `2024-01-${16 + nth} failed`),
    );
    assert.deepEqual(
      errors.toSorted(),
      misfits.map(([, , words], nth) => `v${nth} ${words} (1 of them, first "north")`).toSorted(),
    );
  });
});

describe("the decimals of a column", () => {
  it("round what a step leaves unrounded, half away from zero, before it is hashed", async () => {
    const runbook = await readShop();
    const text = stepText(runbook, "TREND");
    const exact = "cast(trend.total as float64) / trend.days";
    assert.ok(text.includes(`round(round(${exact}, 9), 2)`));
    const contents = [];
    for (const value of [`round(round(${exact}, 9), 2)`, exact, `${exact} + 4e-11`]) {
      await using warehouse = await openShop();
      const changed = withStep(runbook, "TREND", text.replace(`round(round(${exact}, 9), 2)`, value));
      await runShop(warehouse, { runbook: changed });
      contents.push(await contentOfShop(warehouse, changed));
    }
    assert.deepEqual(contents[1], contents[0]);
    assert.deepEqual(contents[2], contents[0]);
  });

  it("round every element of an array", async () => {
    const runbook = await readShop();
    const step = `select *, [mean_total + 25e-2, -25e-2, 349e-3] as parts from (${stepText(runbook, "TREND")})`;
    const changed = withStep(runbook, "TREND", step);
    const parts = { name: "parts", type: "array<float64>", decimals: 1, nullable: "no trend" } as const;
    const processors = changed.processors.map((processor) =>
      processor.id === "TREND" ? { ...processor, columns: [...processor.columns, parts] } : processor,
    );
    await using warehouse = await openShop();
    await initialise(warehouse, { ...changed, processors });
    const result = await runShop(warehouse, { runbook: { ...changed, processors } });
    assert.equal(result.isClean, true);
    const sql =
      "select distinct list_slice(parts, 2, 3) as rest, parts[1] = round(parts[1], 1) as rounded from shop_analytics.shop_trend";
    assert.deepEqual(await warehouse.query({ sql, purpose: "read" }), [{ rest: [-0.3, 0.3], rounded: true }]);
  });

  it("are a problem of a column that is no float", () => {
    assert.ok(
      problemsAfter([
        "sums.yml",
        "total: { type: int64, nullable: no visit }",
        "total: { type: int64, decimals: 2 }",
      ]).some((problem) => problem.includes('"total" has decimals but is int64')),
    );
  });
});
