import { canonicalText } from "../plan/approval/canonical-text.ts";
import { digest128 } from "../plan/versions/version-sums.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** Hash of everything in a runbook but places in files: cells of a run work by the runbook that was planned. */
export function runbookDigest(runbook: Runbook): string {
  return digest128(canonicalText(runbook));
}
