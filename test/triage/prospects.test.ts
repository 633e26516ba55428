import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { readState } from "../../src/ledger/read-state.ts";
import type { Attempt, UnitReason, WarehouseState } from "../../src/plan/plan.ts";
import { createFingerprints } from "../../src/plan/versions/window-fingerprint.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { prospectsOf } from "../../src/triage/prospects.ts";
import { openSettledShop, readShop, shopRange } from "../run/shop.ts";
import { day } from "./small-tree.ts";

const date = day("2024-01-20");
const failed = { kind: "failed" } as const;

describe("prospectsOf()", () => {
  let runbook: Runbook;
  let state: WarehouseState;
  before(async () => {
    runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    state = await readState(warehouse, runbook, shopRange);
  });

  /** What another attempt at DAY would come to, where the newest one is changed so. */
  function prospects(change: Partial<Attempt>, own: UnitReason = failed) {
    const processor = runbook.processors.find(({ id }) => id === "DAY");
    const kept = state.ledger.get("DAY")?.get(date);
    assert.ok(processor && kept);
    const attempt = { ...kept.attempt, status: "failed" as const, ...change };
    const changed: WarehouseState = {
      ...state,
      ledger: new Map([["DAY", new Map([[date, { ...kept, attempt }]])]]),
    };
    const fingerprints = createFingerprints(runbook, state);
    return prospectsOf({ processor, date, state: changed, fingerprints }, own);
  }

  it("expects what failed once on what still stands to fail for those that wait, and lets it be tried again", () => {
    assert.deepEqual(prospects({ error: "ratio is above 1" }), { isRepeated: false, failsAgain: true });
  });

  it("tells what failed twice alike as repeated", () => {
    assert.deepEqual(prospects({ error: "ratio is above 1", alike: 2 }), {
      isRepeated: true,
      failsAgain: true,
    });
  });

  it("tells what an audit refused as repeated at once: the declaration stands", () => {
    assert.equal(prospects({ error: "window-too-narrow: sales of DAY" }).isRepeated, true);
  });

  it("expects nothing of the kind once the inputs or the definition have changed", () => {
    for (const change of [{ inputs: "other" }, { definition: "other" }]) {
      const error = "ratio is above 1";
      assert.deepEqual(prospects({ error, alike: 3, ...change }), { isRepeated: false, failsAgain: false });
    }
  });

  it("expects what is pending for another reason to be computed", () => {
    const upstreamChanged = { kind: "upstream-changed" } as const;
    assert.deepEqual(prospects({ alike: 3 }, upstreamChanged), { isRepeated: false, failsAgain: false });
  });
});
