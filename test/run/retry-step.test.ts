import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { Fault, PassingFault } from "../../src/errors.ts";
import { bisectDates } from "../../src/run/bisect-dates.ts";
import { retryingOf } from "../../src/run/retry-step.ts";
import type { RunEvent } from "../../src/run/run-event.ts";
import { StatementFault, type FailureSort } from "../../src/warehouse/statement-fault.ts";
import { datesOf, openCommandScene } from "./command-scene.ts";
import { processor } from "../plan/small-runbook.ts";
import { openShop, wallEffects } from "./shop.ts";

const retries = { times: 2, backoffSeconds: 0 };
const one = ["2024-01-01" as CalendarDate];
const two = [...one, "2024-01-02" as CalendarDate];

/** Attempts at dates of a step that fails so often with a fault, and the pauses that were told. */
async function attempt(
  dates: readonly CalendarDate[],
  { fault, fails, of = retries }: { fault: Fault; fails: number; of?: typeof retries },
): Promise<{ readonly attempts: number; readonly failed: number; readonly pauses: readonly number[] }> {
  const events: RunEvent[] = [];
  const effects = { ...wallEffects(), emit: (event: RunEvent) => void events.push(event) };
  let attempts = 0;
  const run = retryingOf(
    processor("P", [], { retries: of }),
    effects,
  )(async () => {
    attempts += 1;
    if (attempts <= fails) throw fault;
  });
  const failed = await bisectDates(dates, { run, probe: async () => undefined });
  const pauses = events.flatMap((event) => (event.kind === "step-retried" ? [event.seconds] : []));
  return { attempts, failed: failed.size, pauses };
}

function statement(sort: FailureSort): Fault {
  return new StatementFault(sort, sort, { hint: "" });
}

const passing = new PassingFault("command-failed", "not yet", { hint: "" });

describe("retries of a step", () => {
  it("do again what may pass, as often as they say", async () => {
    assert.deepEqual(await attempt(two, { fault: passing, fails: 2 }), {
      attempts: 3,
      failed: 0,
      pauses: [0, 0],
    });
    assert.equal((await attempt(one, { fault: passing, fails: 9 })).attempts, 3);
  });

  it("are as many for a cell, however its dates are split", async () => {
    const { attempts, failed } = await attempt(two, { fault: passing, fails: 99 });
    assert.deepEqual([attempts, failed], [1 + retries.times + 2, 2]);
  });

  it("ask less first of what was too large, and again for one date", async () => {
    assert.deepEqual(await attempt(two, { fault: statement("too-large"), fails: 1 }), {
      attempts: 3,
      failed: 0,
      pauses: [],
    });
    assert.equal((await attempt(one, { fault: statement("too-large"), fails: 2 })).failed, 0);
  });

  it("leave alone what would fail again", async () => {
    for (const fault of [
      statement("permanent"),
      statement("data"),
      statement("too-costly"),
      new Fault("command-missing", "no such program", { hint: "" }),
    ]) {
      assert.deepEqual(await attempt(one, { fault, fails: 1 }), { attempts: 1, failed: 1, pauses: [] });
    }
  });

  it("double their pause, which an interruption ends", async () => {
    const controller = new AbortController();
    const pauses: number[] = [];
    const effects = {
      ...wallEffects(),
      signal: controller.signal,
      emit: (event: RunEvent) => {
        if (event.kind !== "step-retried") return;
        pauses.push(event.seconds);
        controller.abort();
      },
    };
    const slow = processor("P", [], { retries: { times: 3, backoffSeconds: 3600 } });
    const run = retryingOf(slow, effects)(() => Promise.reject(passing));
    await assert.rejects(run(one), { code: "interrupted" });
    assert.deepEqual(pauses, [3600]);
  });
});

describe("a command that ends with 75", () => {
  const text = `const { existsSync, writeFileSync } = await import("node:fs");
note("start");
if (!existsSync("ready")) {
  writeFileSync("ready", "");
  process.exit(75);
}
days().forEach(emit);`;
  const argv = [process.execPath, "program.mjs"];

  it("is started again with all of its dates", async () => {
    await using scene = await openCommandScene({ "program.mjs": text }, { argv, retries });
    await using warehouse = await openShop();
    const { kinds } = datesOf(await scene.run(warehouse, 3));
    assert.deepEqual(
      kinds.map((kind) => kind.split(" ")[1]),
      ["committed", "committed", "committed"],
    );
    assert.deepEqual(await scene.notes(), ["start", "start"]);
  });

  it("is split as any other where the runbook says no retries", async () => {
    await using scene = await openCommandScene({ "program.mjs": text }, { argv });
    await using warehouse = await openShop();
    await scene.run(warehouse, 3);
    assert.deepEqual(await scene.notes(), ["start", "start", "start", "start"]);
  });
});
