import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addDays, type CalendarDate } from "../../../src/domain/calendar-date.ts";
import {
  artifactName,
  parseArtifactName,
  stateArtifactName,
} from "../../../src/github/state/artifact-names.ts";
import { pickPartitions, selectArtifacts, type Offer } from "../../../src/github/state/select-artifacts.ts";

const attempts = fc.integer({ min: 1, max: 6 });
const ids = fc.constantFrom("A-2024-01-01-2024-01-05", "B-2024-01-01-2024-01-05", "gate", "a.a2");
const names = fc.oneof(
  attempts.map((attempt) => artifactName({ kind: "plan", id: "plan", attempt })),
  fc.tuple(ids, attempts).map(([id, attempt]) => artifactName({ kind: "cell", id, attempt })),
  fc.tuple(ids, attempts).map(([id, attempt]) => artifactName({ kind: "gate", id, attempt })),
  attempts.map((attempt) => stateArtifactName("web-events", attempt)),
  fc.constantFrom("coverage", "plan", "x.a0", "x.a01", ".a1"),
);
const listed = fc
  .uniqueArray(names, { maxLength: 20 })
  .map((all) => all.map((name, index) => ({ id: index + 1, name })));

const offers = fc.array(
  fc.record({
    table: fc.constantFrom("t.a", "t.b"),
    attempt: attempts,
    committed: fc.uniqueArray(
      fc.integer({ min: 0, max: 5 }).map((day) => addDays("2024-01-01" as CalendarDate, day)),
    ),
  }),
  { maxLength: 12 },
);

describe("artifactName()", () => {
  it("is read back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("cell" as const, "gate" as const, "bundle" as const),
        ids,
        attempts,
        (kind, id, attempt) => {
          assert.deepEqual(parseArtifactName(artifactName({ kind, id, attempt })), { kind, id, attempt });
        },
      ),
    );
    assert.deepEqual(parseArtifactName("plan.a12"), { kind: "plan", id: "plan", attempt: 12 });
  });

  it("leaves the artifacts of others alone", () => {
    const others = ["coverage", "plan", "x.a0", "x.a01", ".a1", "x.a", stateArtifactName("relay", 1)];
    assert.deepEqual(
      others.map(parseArtifactName),
      others.map(() => undefined),
    );
  });
});

describe("selectArtifacts()", () => {
  it("takes the newest plan not above the own attempt, and results from there up to it", () => {
    fc.assert(
      fc.property(listed, attempts, (artifacts, own) => {
        const { plan, results } = selectArtifacts(artifacts, own);
        const plans = artifacts
          .map(({ name }) => parseArtifactName(name))
          .filter((of) => of?.kind === "plan");
        const newest = Math.max(
          0,
          ...plans.map((of) => of?.attempt ?? 0).filter((attempt) => attempt <= own),
        );
        assert.equal(plan?.of.attempt ?? 0, newest);
        const expected = artifacts.filter(({ name }) => {
          const of = parseArtifactName(name);
          if (of === undefined || of.kind === "plan" || newest === 0) return false;
          return of.attempt >= newest && of.attempt <= own;
        });
        assert.deepEqual(new Set(results.map(({ id }) => id)), new Set(expected.map(({ id }) => id)));
      }),
    );
  });

  it("starts anew when all jobs run again", () => {
    const artifacts = ["plan.a1", "A.a1", "plan.a2", "A.a2"].map((name, id) => ({ id, name }));
    assert.deepEqual(
      selectArtifacts(artifacts, 2).results.map(({ name }) => name),
      ["A.a2"],
    );
    assert.deepEqual(
      selectArtifacts(artifacts, 1).results.map(({ name }) => name),
      ["A.a1"],
    );
  });
});

describe("pickPartitions()", () => {
  it("takes every committed partition once, from its highest attempt", () => {
    fc.assert(
      fc.property(offers, (all: readonly Offer[]) => {
        const picked = [...pickPartitions(all)].flatMap(([offer, dates]) =>
          dates.map((date) => ({ key: `${offer.table} ${date}`, attempt: offer.attempt })),
        );
        const best = new Map<string, number>();
        for (const { table, attempt, committed } of all) {
          for (const date of committed) {
            const key = `${table} ${date}`;
            best.set(key, Math.max(best.get(key) ?? 0, attempt));
          }
        }
        assert.equal(picked.length, best.size);
        for (const { key, attempt } of picked) assert.equal(attempt, best.get(key));
      }),
    );
  });

  it("does not depend on the order of the list", () => {
    fc.assert(
      fc.property(
        offers.map((all) => [
          ...new Map(all.map((offer) => [`${offer.table} ${offer.attempt}`, offer])).values(),
        ]),
        (all) => {
          const forward = pickPartitions(all);
          const backward = pickPartitions(all.toReversed());
          for (const offer of all) assert.deepEqual(forward.get(offer), backward.get(offer));
        },
      ),
    );
  });
});
