import assert from "node:assert/strict";
import { join } from "node:path";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { day } from "../plan/small-runbook.ts";
import { openShop, readShop, wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop, resultsOf } from "./emulated-shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

const commands = join(import.meta.dirname, "../fixtures/commands");

/** The shop whose days a program computes. */
async function shopWith(program: string, writes: "staged" | "direct"): Promise<Runbook> {
  const runbook = await readShop();
  const argv = [process.execPath, join(commands, program)];
  const step = { kind: "command", argv, files: [], writes, timeoutSeconds: 30 } as const;
  const processors = runbook.processors.map((processor) =>
    processor.id === "DAY"
      ? { ...processor, step, definition: `${processor.definition} ${program}` }
      : processor,
  );
  return { ...runbook, processors };
}

describe("command steps on a BigQuery emulator", () => {
  it("exchange files and leave what DuckDB leaves", async () => {
    const runbook = await shopWith("day.mjs", "staged");
    await using local = await openShop();
    const request = { runbook, selection: { range: fortnight, processors: ["DAY"] } };
    assertClean(await runBackfill(local, request, wallEffects()));
    const expected = await resultsOf(local, runbook);
    assert.ok(expected["failures"]?.some((line) => line.includes('fewer than "100"')));

    await using shop = await openEmulatedShop(runbook);
    const before = shop.emulator.jobs.length;
    const result = await runBackfill(shop.warehouse, { ...request, skipAudit: true }, wallEffects());
    assertClean(result);
    const jobs = shop.emulator.jobs.slice(before).filter((sql) => /_(?:rows|failures)`/.test(sql));
    assert.equal(jobs.filter((sql) => sql.startsWith("create or replace table")).length, 2);
    assert.deepEqual(await resultsOf(shop.warehouse, runbook), expected);
    const again = { ...request.selection, force: true, range: { ...fortnight, to: day("2024-01-03") } };
    assertClean(await runBackfill(shop.warehouse, { runbook, selection: again }, wallEffects()));
  });

  it("that write the warehouse themselves are checked and committed all the same", async () => {
    const runbook = await shopWith("write-day.ts", "direct");
    await using shop = await openEmulatedShop(runbook);
    const { warehouse, emulator } = shop;
    const effects = wallEffects();
    const environment = { ...effects.environment, EMULATOR: emulator.endpoint };
    const selection = { range: fortnight, processors: ["DAY"] };
    const before = emulator.jobs.length;
    const result = await runBackfill(warehouse, { runbook, selection }, { ...effects, environment });
    assertClean(result);
    assert.ok(
      !emulator.jobs.slice(before).some((sql) => /merge\s+(?:into\s+)?`?shop_analytics/i.test(sql)),
      "nothing is written again",
    );

    const plain = await readShop();
    await using other = await openShop();
    await runBackfill(other, { runbook: plain, selection }, wallEffects());
    assert.deepEqual((await resultsOf(warehouse, runbook))["DAY"], (await resultsOf(other, plain))["DAY"]);
    const again = await runBackfill(warehouse, { runbook, selection }, { ...effects, environment });
    assert.equal(again.plan.totals.units, 0);
  });
});

function assertClean({ isClean, cells }: RunResult): void {
  const odd = cells.flatMap(({ outcomes }) => outcomes.filter(({ kind }) => kind !== "committed"));
  assert.ok(isClean, JSON.stringify(odd));
}
