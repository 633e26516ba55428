import type { RecordedRun } from "../ledger/read-runs.ts";
import { loosenings } from "../runbook/policy/loosenings.ts";
import { parsePolicy } from "../runbook/policy/recorded-policy.ts";
import type { Runbook } from "../runbook/runbook.ts";

/**
 * What the policy forgives now and did not when the newest run was made; if nothing, when the run before it was made:
 * a run by a weaker policy says so itself. One line a change; empty when nothing is weaker, or nothing was run before.
 */
export function loosenedSince(
  runbook: Runbook,
  runs: readonly Pick<RecordedRun, "runId" | "policy">[],
): readonly string[] {
  for (const { runId, policy } of runs) {
    const before = parsePolicy(policy);
    if (before === undefined) {
      return [`Whether the policy is weaker than in run ${runId} is not known: its record cannot be read`];
    }
    const found = loosenings(before, runbook);
    if (found.length > 0) {
      return found.map(
        ({ subject, before: old, after }) => `Weaker since run ${runId}, ${subject}: ${old} → ${after}`,
      );
    }
  }
  return [];
}
