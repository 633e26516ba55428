import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { gatesBefore } from "../../../src/github/cell-holds.ts";
import {
  bundlesWith,
  ownBundle,
  type BundledPlan,
  type WantedResults,
} from "../../../src/github/state/bundles.ts";
import type { ArtifactName } from "../../../src/github/state/artifact-names.ts";
import type { SelectedArtifact } from "../../../src/github/state/select-artifacts.ts";
import { jobGraph } from "../../../src/github/workflow/job-graph.ts";
import { gateBarriers } from "../../../src/plan/order/gate-barriers.ts";
import { readsByProcessor } from "../../../src/plan/upstream/upstream.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";

const periods = ["P1", "P2", "P3", "P4"];

function planOf(runbook: Runbook): BundledPlan {
  const cells = runbook.processors.flatMap(({ id }) =>
    periods.map((period) => ({ id: `${id}-${period}`, processor: id })),
  );
  return { gates: runbook.gates.map(({ id }) => id), plan: { cells } };
}

type PlannedJob = {
  readonly leaves: Pick<ArtifactName, "kind" | "id">;
  readonly holds: ReadonlySet<string>;
  readonly wanted: WantedResults;
};

/** What the jobs of a run leave in the order of its graph, and what each wants. */
function jobsOf(runbook: Runbook, file: BundledPlan): readonly PlannedJob[] {
  const reads = readsByProcessor(runbook);
  const barriers = new Map(gateBarriers(runbook).map((barrier) => [barrier.id, barrier]));
  return jobGraph(runbook).flatMap(({ id, kind, gates }): readonly PlannedJob[] => {
    if (kind === "gates") {
      const after = barriers.get(id)?.gates.flatMap((gate) => [...gate.after]) ?? [];
      const bundle = ownBundle(
        { runbook, file },
        gates.map((gate) => gate.id),
      );
      return [
        {
          leaves: { kind: "bundle", id: bundle.id },
          holds: bundle.cells,
          wanted: wantedOf(after, []),
        },
      ];
    }
    const held = gatesBefore({ runbook, file, processor: id }).map(({ gate }) => gate.id);
    return periods.map((period) => ({
      leaves: { kind: "cell", id: `${id}-${period}` },
      holds: new Set<string>(),
      wanted: wantedOf(reads.get(id) ?? [], held),
    }));
  });
}

function wantedOf(processors: Iterable<string>, gates: readonly string[]): WantedResults {
  const cells = [...new Set(processors)].flatMap((id) => periods.map((period) => `${id}-${period}`));
  return { cells: new Set(cells), gates: new Set(gates) };
}

describe("bundles of a run", () => {
  let runbook: Runbook;
  before(async () => {
    runbook = await readRunbook("nba-cascade");
  });

  it("hold every cell of the example once, and leave jobs at most four downloads in the median", () => {
    const file = planOf(runbook);
    const jobs = jobsOf(runbook, file);
    const held = jobs.flatMap(({ holds }) => [...holds]);
    assert.deepEqual(held.toSorted(), file.plan.cells.map(({ id }) => id).toSorted());
    const contents = new Map(jobs.map(({ leaves, holds }) => [leaves.id, holds]));
    const results: SelectedArtifact[] = [];
    const downloads = jobs.map(({ leaves, wanted }) => {
      const bundles = bundlesWith({ runbook, file, results }, wanted);
      const bundled = new Set(bundles.flatMap(({ of }) => [...(contents.get(of.id) ?? [])]));
      const alone = results.filter(({ of }) => wanted.cells.has(of.id) && !bundled.has(of.id));
      results.push({ id: results.length, name: leaves.id, of: { ...leaves, attempt: 1 } });
      return 1 + bundles.length + alone.length;
    });
    const ascending = downloads.toSorted((left, right) => left - right);
    assert.ok((ascending[Math.floor(ascending.length / 2)] ?? 0) <= 4, ascending.join(" "));
  });

  it("leave the cells to the first gate where each has a job of its own", () => {
    const file = planOf(runbook);
    const barrier = gateBarriers(runbook).find(({ gates }) => gates.length > 1);
    const [first = "", second = ""] = barrier?.gates.map(({ gate }) => gate.id) ?? [];
    assert.ok(ownBundle({ runbook, file }, [first]).cells.size > 0);
    assert.deepEqual(ownBundle({ runbook, file }, [second]), {
      id: `${barrier?.id}.${second}`,
      cells: new Set(),
    });
    const skipped = { ...file, gates: file.gates.filter((id) => id !== first) };
    assert.ok(
      ownBundle({ runbook, file: skipped }, [second]).cells.size > 0,
      "the first of those that the plan passes",
    );
  });
});
