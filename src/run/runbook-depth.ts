import { readsByProcessor } from "../plan/upstream/upstream.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** Number of processors on the longest chain of which each reads the one before. */
export function depthOf(runbook: Runbook): number {
  const depths = new Map<string, number>();
  const reads = readsByProcessor(runbook);
  for (const { id } of runbook.processors) {
    const own = (reads.get(id) ?? []).map((read) => depths.get(read) ?? 0);
    depths.set(id, 1 + Math.max(0, ...own));
  }
  return Math.max(0, ...depths.values());
}
