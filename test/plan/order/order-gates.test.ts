import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TableId } from "../../../src/domain/table-id.ts";
import { gateBarriers } from "../../../src/plan/order/gate-barriers.ts";
import { placeGates } from "../../../src/plan/order/order-gates.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import type { Gate, Runbook } from "../../../src/runbook/runbook.ts";

/** The relay, whose totals read no laps but are compared with them by a relation. */
async function comparingRelay(gates: readonly Partial<Gate>[]): Promise<Runbook> {
  const runbook = await readRunbook("test/fixtures/relay");
  const [usual] = runbook.gates;
  if (usual === undefined) throw new Error("The relay has no gate");
  const relation = {
    name: "laps are enough",
    sql: { file: "enough.sql", text: "select 1" },
    reads: [{ table: "relay_analytics.laps" as TableId, window: undefined }],
    level: "block" as const,
  };
  const processors = runbook.processors.map((processor) =>
    processor.id === "TOTAL"
      ? {
          ...processor,
          reads: processor.reads.filter(({ table }) => table !== "relay_analytics.laps"),
          relations: [relation],
        }
      : processor,
  );
  return { ...runbook, processors, gates: gates.map((gate) => ({ ...usual, ...gate })) };
}

describe("placeGates()", () => {
  it("waits for what its relations compare with, where it asks them", async () => {
    const total = { after: ["TOTAL"], processors: ["TOTAL"] };
    const runbook = await comparingRelay([
      { ...total, id: "a", kind: "contamination" },
      { ...total, id: "b", kind: "contract" },
      { ...total, id: "c", kind: "gaps" },
    ]);
    assert.deepEqual(
      placeGates(runbook).map(({ gate, after }) => [gate.id, [...after].toSorted()]),
      [
        ["a", ["LAP", "TOTAL"]],
        ["b", ["LAP", "TOTAL"]],
        ["c", ["TOTAL"]],
      ],
    );
    assert.deepEqual(
      gateBarriers(runbook).map(({ after }) => after),
      [["TOTAL", "LAP"]],
    );
  });

  it("lets only processors wait that stand after all that the gate waits for", async () => {
    const wide = { processors: ["LAP", "TOTAL", "PLACE"], kind: "coverage" } as const;
    const runbook = await comparingRelay([
      { ...wide, id: "a", after: ["LAP"] },
      { ...wide, id: "b", after: ["TOTAL"] },
      { ...wide, id: "c", after: ["LAP"], blocking: false },
    ]);
    const waiting = placeGates(runbook).map(({ before }) => [...before]);
    assert.deepEqual(waiting, [["PLACE"], ["PLACE"], []]);
  });
});

describe("placeGates() before everything", () => {
  it("lets all wait that read the sources that the gate looks at", async () => {
    const raw = { after: [], processors: ["LAP"], kind: "gaps" } as const;
    const runbook = await comparingRelay([
      { ...raw, id: "a" },
      { ...raw, id: "b", blocking: false },
    ]);
    const [lap, ...others] = runbook.processors;
    const [source] = lap?.reads ?? [];
    assert.ok(lap !== undefined && source !== undefined);
    const also = { ...lap, id: "ALSO", table: "relay_analytics.also" as TableId };
    const placed = placeGates({ ...runbook, processors: [lap, also, ...others] });
    assert.deepEqual(
      placed.map(({ before }) => before.has("ALSO")),
      [true, false],
    );
  });
});

describe("gateBarriers()", () => {
  it("joins gates after the same processors and calls them by what their names share", async () => {
    const runbook = await comparingRelay([
      { id: "final-gaps", after: ["TOTAL", "LAP"] },
      { id: "final-coverage", after: ["LAP", "TOTAL"] },
      { id: "final", after: ["LAP"] },
    ]);
    assert.deepEqual(
      gateBarriers(runbook).map(({ id, gates }) => [id, gates.map(({ gate }) => gate.id)]),
      [
        ["gates-final", ["final-gaps", "final-coverage"]],
        ["gates-final-2", ["final"]],
      ],
    );
  });
});
