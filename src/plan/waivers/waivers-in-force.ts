import type { CalendarDate } from "../../domain/calendar-date.ts";
import { unreachable } from "../../errors.ts";
import type { WarehouseState } from "../plan.ts";
import { createFingerprints, type Fingerprints } from "../versions/window-fingerprint.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Waiver } from "../../runbook/waiver.ts";
import { waiverDigest } from "./waiver-digest.ts";

/** A waiver and whether it counts now; `why` says what ended it, or why it does not apply here. */
export type WaiverVerdict =
  | { readonly waiver: Waiver; readonly status: "in-force" }
  | { readonly waiver: Waiver; readonly status: "lapsed"; readonly why: "expired" | "digest-changed" }
  | { readonly waiver: Waiver; readonly status: "not-applicable"; readonly why: "other-warehouse" };

/** Why a waiver does not count, as people read it behind its name. */
export function whyLapsed({ why }: Exclude<WaiverVerdict, { readonly status: "in-force" }>): string {
  switch (why) {
    case "expired":
      return "lapsed: it has expired";
    case "digest-changed":
      return "lapsed: what it was accepted for has changed";
    case "other-warehouse":
      return "does not apply: it was accepted on another warehouse";
    default:
      return unreachable(why);
  }
}

/** What waivers are judged by; `today` is inclusive of the day of expiry. */
export type WaiverFacts = {
  readonly state: WarehouseState;
  readonly today: CalendarDate;
};

/** The verdict on every waiver of the runbook, in its order. The state has to reach over the waivers' dates. */
export function waiversInForce(runbook: Runbook, facts: WaiverFacts): readonly WaiverVerdict[] {
  if (runbook.waivers.length === 0) return [];
  const fingerprints = createFingerprints(runbook, facts.state);
  return runbook.waivers.map((waiver) => judgeWaiver(waiver, { ...facts, runbook, fingerprints }));
}

type Facts = WaiverFacts & { readonly runbook: Runbook; readonly fingerprints: Fingerprints };

function judgeWaiver(waiver: Waiver, { runbook, state, today, fingerprints }: Facts): WaiverVerdict {
  if (waiver.warehouse !== state.hashTag) return { waiver, status: "not-applicable", why: "other-warehouse" };
  if (waiver.expires < today) return { waiver, status: "lapsed", why: "expired" };
  if (waiver.digest !== waiverDigest(runbook, state, waiver, fingerprints)) {
    return { waiver, status: "lapsed", why: "digest-changed" };
  }
  return { waiver, status: "in-force" };
}
