import assert from "node:assert/strict";
import { it } from "node:test";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { openShop, readShop, shopRange, wallEffects } from "./shop.ts";

it("starts cells in the order that the runbook asks for, and computes the same", async () => {
  await using warehouse = await openShop();
  const started: string[] = [];
  const effects = {
    ...wallEffects(),
    emit: (event: Parameters<ReturnType<typeof wallEffects>["emit"]>[0]) => {
      if (event.kind === "cell-started") started.push(event.cell.id);
    },
  };
  const selection = { range: shopRange, chunkDays: 7 };
  const runbook = { ...(await readShop()), dateOrder: "newest" as const };
  const { plan, isClean } = await runBackfill(warehouse, { runbook, selection }, effects);
  assert.ok(isClean);
  assert.deepEqual(
    started,
    plan.cells.map(({ id }) => id),
  );
  assert.ok((started[0] ?? "").endsWith(plan.range.to), started[0]);
  const again = await runBackfill(warehouse, { runbook: await readShop(), selection }, effects);
  assert.deepEqual(again.plan.cells, []);
});
