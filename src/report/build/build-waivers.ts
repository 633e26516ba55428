import type { WaiverVerdict } from "../../plan/waivers/waivers-in-force.ts";
import { formatDates } from "../../domain/format.ts";
import type { ReportWaiver } from "../model.ts";

const reasons = {
  expired: "its day of expiry is past",
  "digest-changed": "what it was accepted for has changed",
  "other-warehouse": "it was accepted on another warehouse",
} as const;

/** Every waiver of the runbook with its standing. */
export function buildWaivers(verdicts: readonly WaiverVerdict[]): readonly ReportWaiver[] {
  return verdicts.map((verdict) => {
    const { waiver, status } = verdict;
    return {
      id: waiver.id,
      kind: waiver.kind,
      processor: waiver.processor,
      extent: waiver.period ?? formatDates(waiver.dates),
      reason: waiver.reason,
      approver: waiver.approver,
      expires: waiver.expires,
      status,
      why: verdict.status === "in-force" ? "" : reasons[verdict.why],
    };
  });
}
