import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cellsOfLeg, joinLegs } from "../../src/github/join-legs.ts";
import { countLegs, type Matrices } from "../../src/github/plan-matrices.ts";
import { standingJobs } from "../../src/github/workflow/check-limits.ts";

function matrices(sizes: readonly number[], gates: number): Matrices {
  const cells = sizes.map((size, processor): [string, Matrices[string]] => [
    `P${processor}`,
    Array.from({ length: size }, (_, cell) => ({ id: `P${processor}-${cell}`, title: String(cell) })),
  ]);
  return Object.fromEntries([...cells, ["gates", Array.from({ length: gates }, (_, gate) => `g${gate}`)]]);
}

function cellsOf(from: Matrices): readonly string[] {
  return Object.values(from)
    .flat()
    .flatMap((leg) => (typeof leg === "string" ? [] : cellsOfLeg(leg)));
}

describe("joinLegs()", () => {
  it("leaves few jobs as they are, and of many keeps every cell once, in order, in 120 jobs", () => {
    const sizes = fc.array(fc.nat(30), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.nat(20), (own, gates) => {
        const plan = matrices(own, gates);
        const joint = joinLegs(plan);
        assert.deepEqual(cellsOf(joint), cellsOf(plan));
        if (countLegs(plan) + standingJobs <= 120) assert.deepEqual(joint, plan);
        else assert.ok(countLegs(joint) + standingJobs <= 120);
      }),
    );
  });

  it("gives every processor one job where there are too many", () => {
    const joint = joinLegs(
      matrices(
        Array.from({ length: 130 }, () => 3),
        1,
      ),
    );
    assert.equal(countLegs(joint), 131);
    assert.deepEqual(joint["P0"], [{ id: "P0-0, P0-1, P0-2", title: "0 and on to 2, 3 cells" }]);
  });

  it("counts the cells of legs that drive several already", () => {
    const pairs = [0, 2].map((cell) => ({
      id: `P-${cell}, P-${cell + 1}`,
      title: `${cell} and ${cell + 1}`,
    }));
    const joint = joinLegs({
      ...matrices(
        Array.from({ length: 130 }, () => 1),
        0,
      ),
      P: pairs,
    });
    assert.deepEqual(joint["P"], [{ id: "P-0, P-1, P-2, P-3", title: "0 and 1 and on to 2 and 3, 4 cells" }]);
  });
});
