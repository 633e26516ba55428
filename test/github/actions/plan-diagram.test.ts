import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { depthOfJobs, drawPlan } from "../../../src/github/plan-diagram.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import type { Edge, Runbook } from "../../../src/runbook/runbook.ts";

/** Two layers of processors; each of the second reads all of the first. */
async function wideRunbook(layer: number): Promise<Runbook> {
  const runbook = await readRunbook("test/fixtures/relay");
  const [first] = runbook.processors;
  if (first === undefined) throw new Error("The relay has no processor");
  const tables = Array.from(
    { length: 2 * layer },
    (_, index) => `relay_analytics.t${index}` as typeof first.table,
  );
  const processors = tables.map((table, index) => {
    const reads = tables.slice(0, index < layer ? 0 : layer).map((read): Edge => {
      return { table: read, window: { kind: "same-date" }, failures: false, origin: "reads" };
    });
    return { ...first, id: `P${index}`, phase: index < layer ? 3 : 4, table, reads };
  });
  return { ...runbook, processors, gates: [] };
}

describe("drawPlan()", () => {
  it("draws through jobs without legs, and no edge that others imply", async () => {
    const runbook = await readRunbook("test/fixtures/relay");
    const matrices = {
      LAP: ["x"],
      "gates-laps-coverage": [],
      TOTAL: [],
      PLACE: ["x", "y"],
      "gates-final": ["g"],
    };
    assert.deepEqual(drawPlan(runbook, matrices), {
      text: `flowchart LR
  j0["LAP (1 cell)"]
  j1["PLACE (2 cells)"]
  j2{{"gates-final (1)"}}
  j0 --> j1
  j1 --> j2`,
      isCollapsed: false,
    });
    assert.equal(depthOfJobs(runbook, matrices), 5);
  });

  it("falls back to phases where there is too much to draw", async () => {
    const runbook = await wideRunbook(15);
    const matrices = Object.fromEntries(runbook.processors.map(({ id }) => [id, ["cell"]]));
    assert.deepEqual(drawPlan(runbook, matrices), {
      text: `flowchart LR
  p3["Phase 3 (15 cells)"]
  p4["Phase 4 (15 cells)"]
  p3 --> p4`,
      isCollapsed: true,
    });
  });

  it("counts plan and report when nothing is to be done", async () => {
    assert.equal(depthOfJobs(await readRunbook("test/fixtures/relay"), {}), 2);
  });
});
