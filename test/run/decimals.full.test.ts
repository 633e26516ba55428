import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { initialise } from "../../src/ledger/initialise.ts";
import { problemsAfter } from "../runbook/small-runbook.ts";
import { contentOfShop, openShop, readShop, runShop, stepText, withStep } from "./shop.ts";

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
