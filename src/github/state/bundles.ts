import { gateBarriers, type GateBarrier } from "../../plan/order/gate-barriers.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { PlanFile } from "../plan-file.ts";
import type { SelectedArtifact } from "./select-artifacts.ts";

/** Results of a run that a job looks at, of all attempts that it may read: ids of cells and of gates. */
export type WantedResults = { readonly cells: ReadonlySet<string>; readonly gates: ReadonlySet<string> };

/** All that a run can leave. */
export function allResults({ plan, gates }: BundledPlan): WantedResults {
  return { cells: new Set(plan.cells.map(({ id }) => id)), gates: new Set(gates) };
}

/** The bundle that a job of gates leaves. */
export type OwnBundle = {
  /** The barrier; with the first of the gates where others of the barrier have jobs of their own. */
  readonly id: string;
  /** Cells whose results go into it besides those of the gates. */
  readonly cells: ReadonlySet<string>;
};

/** What of a plan decides about bundles. */
export type BundledPlan = Pick<PlanFile, "gates"> & {
  readonly plan: { readonly cells: readonly { readonly id: string; readonly processor: string }[] };
};

type BundledRun = { readonly runbook: Runbook; readonly file: BundledPlan };

/**
 * What a job of these gates bundles: their results, and in the job of the barrier's first gate the cells that no barrier
 * before it stands behind. So every result is handed on once more, and who comes later downloads a bundle in place of
 * its parts.
 */
export function ownBundle({ runbook, file }: BundledRun, gates: readonly string[]): OwnBundle {
  const [first = ""] = gates;
  const barrier = gateBarriers(runbook).find((each) => each.gates.some(({ gate }) => gate.id === first));
  const firstPlanned = barrier?.gates.map(({ gate }) => gate.id).find((id) => file.gates.includes(id));
  if (barrier === undefined || firstPlanned !== first) {
    return { id: `${barrier?.id ?? "gates"}.${first}`, cells: new Set() };
  }
  const places = cellPlaces({ runbook, file });
  const cells = file.plan.cells.flatMap(({ id }) => (places.get(id) === barrier.id ? [id] : []));
  return { id: barrier.id, cells: new Set(cells) };
}

/**
 * The bundles that hold something of what is wanted: those of jobs that drove several cells of a processor; of a barrier with a wanted gate all that there are, since gates look
 * again; else the newest, where one of its cells is wanted. What none of them holds has an artifact of its own.
 */
export function bundlesWith(
  { runbook, file, results }: BundledRun & { readonly results: readonly SelectedArtifact[] },
  wanted: WantedResults,
): readonly SelectedArtifact[] {
  const places = cellPlaces({ runbook, file });
  const processors = new Map(file.plan.cells.map(({ id, processor }) => [id, processor]));
  const read = new Set([...wanted.cells].map((id) => processors.get(id)));
  const joint = results.filter(({ of }) => of.kind === "bundle" && read.has(processors.get(of.id) ?? ""));
  const left = results.filter(({ of }) => of.kind === "cell" && wanted.cells.has(of.id));
  const barriers = new Set(left.map(({ of }) => places.get(of.id)));
  const ofBarriers = gateBarriers(runbook).flatMap((barrier) => {
    const own = results.filter(({ of }) => of.kind === "bundle" && of.id.split(".")[0] === barrier.id);
    if (barrier.gates.some(({ gate }) => wanted.gates.has(gate.id))) return own;
    return barriers.has(barrier.id) ? own.filter(({ of }) => of.id === barrier.id).slice(-1) : [];
  });
  return [...ofBarriers, ...joint];
}

/** The barrier whose bundle every cell of the plan is in: the first that stands after its processor. */
function cellPlaces({ runbook, file }: BundledRun): ReadonlyMap<string, string> {
  const planned = gateBarriers(runbook).filter(({ gates }) =>
    gates.some(({ gate }) => file.gates.includes(gate.id)),
  );
  return new Map(
    file.plan.cells.flatMap(({ id, processor }) => {
      const barrier = planned.find((each) => standsAfter(each, processor));
      return barrier === undefined ? [] : [[id, barrier.id] as const];
    }),
  );
}

function standsAfter({ gates }: GateBarrier, processor: string): boolean {
  return gates.some(({ after }) => after.has(processor));
}
