import { isFinding } from "../../run/run-event.ts";
import type { PlanFile } from "../plan-file.ts";
import type { Manifest } from "../state/manifest.ts";

/** What became of a run as its cells tell it. */
export type Reconciled = {
  /** Planned cells whose newest attempt left no result, or not all of it. */
  readonly unknown: readonly string[];
  /** As the ledger says it: `stopped` with an unknown cell, `findings` when a date failed, is blocked or moved. */
  readonly status: "ok" | "findings" | "stopped";
};

/** Sets what was planned against what cells handed on; a cell that said nothing is never taken as done. */
export function reconcileCells(
  plan: { readonly cells: readonly Pick<PlanFile["plan"]["cells"][number], "id">[] },
  manifests: readonly Pick<Manifest, "kind" | "id" | "attempt" | "dates" | "isComplete">[],
): Reconciled {
  const newest = new Map<string, (typeof manifests)[number]>();
  for (const manifest of manifests) {
    const known = newest.get(manifest.id);
    const isNewer = known === undefined || known.attempt < manifest.attempt;
    if (manifest.kind === "cell" && isNewer) newest.set(manifest.id, manifest);
  }
  const unknown = plan.cells.filter(({ id }) => newest.get(id)?.isComplete !== true).map(({ id }) => id);
  const hasFindings = [...newest.values()].some(({ dates }) =>
    dates.some(({ outcome }) => isFinding(outcome)),
  );
  if (unknown.length > 0) return { unknown, status: "stopped" };
  return { unknown, status: hasFindings ? "findings" : "ok" };
}
