import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatCause, recomputeCauses } from "../../../src/plan/change/recompute-causes.ts";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import { day, edge, freshState, processor, runbook, season, settledState, source } from "../small-runbook.ts";

const january = season("a", "2021-01-01", 6);
const range = { from: day("2021-01-01"), to: day("2021-01-06") };

/** P is read by Q, Q by R; S stands alone. Some compute something else than by default. */
function chain(steps: Readonly<Record<string, string>> = {}, ids = ["P", "Q", "R", "S"]): Runbook {
  const reads: Readonly<Record<string, string>> = { P: "raw", Q: "P", R: "Q", S: "raw" };
  const processors = ids.map((id, index) => {
    const definition = JSON.stringify({ step: steps[id] ?? "as ever", columns: [id] });
    return { ...processor(id, [edge(reads[id] ?? "raw")], { phase: index + 3 }), definition };
  });
  return runbook([source("raw")], processors);
}

function causes(before: Runbook, after: Runbook, isBuilt: boolean): readonly string[] {
  const state = isBuilt ? settledState(before, january) : freshState(after, january);
  const plan = planBackfill(after, state, { range });
  return recomputeCauses({ before, after, plan, isBuilt }).map(formatCause);
}

describe("recomputeCauses()", () => {
  const after = "and what reads it after it where that changes";
  const cases: readonly (readonly [
    what: string,
    before: Runbook,
    after: Runbook,
    isBuilt: boolean,
    lines: readonly string[],
  ])[] = [
    ["nothing where nothing changes", chain(), chain(), true, []],
    [
      "what reads a changed processor with it, and not what stands alone",
      chain(),
      chain({ P: "anew" }),
      true,
      [`P: step changed; 6 dates of it are computed, ${after}: Q 6, R 6`],
    ],
    [
      "what reads two of them with the last one",
      chain(),
      chain({ P: "anew", Q: "anew" }),
      true,
      [
        "P: step changed; 6 dates of it are computed",
        `Q: step changed; 6 dates of it are computed, ${after}: R 6`,
      ],
    ],
    [
      "a new processor",
      chain({}, ["P", "Q"]),
      chain({}, ["P", "Q", "S"]),
      true,
      ["S is new; 6 dates of it are computed"],
    ],
    [
      "all dates where nothing is built",
      chain(),
      chain({ R: "anew" }),
      false,
      ["R: step changed; 6 dates of it are computed"],
    ],
  ];
  for (const [what, before, changed, isBuilt, lines] of cases) {
    it(`tells ${what}`, () => assert.deepEqual(causes(before, changed, isBuilt), lines));
  }
});
