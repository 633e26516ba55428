import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
