import type { Runbook } from "../../runbook/runbook.ts";
import type { Selection, SkipReason, UnitReason, WarehouseState } from "../plan.ts";
import type { Timeline } from "../calendar/timeline.ts";
import type { UnitRoles } from "./unit-roles.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { Fingerprints } from "../versions/window-fingerprint.ts";

/**
 * What a plan decides about one unit; `outside`: it is pending, but not for this plan to run. Equal reasons to skip
 * are one object, by which units are grouped.
 */
export type UnitVerdict =
  | { readonly kind: "run"; readonly reason: UnitReason }
  | { readonly kind: "skip"; readonly reason: SkipReason }
  | { readonly kind: "outside" };

/** Verdicts by processor, one slot per timeline index; units that this plan does not account for have none. */
export type UnitVerdicts = ReadonlyMap<string, readonly (UnitVerdict | undefined)[]>;

/** All that verdicts follow from. */
export type PlanScope = {
  readonly runbook: Runbook;
  readonly state: WarehouseState;
  readonly selection: Selection;
  readonly timeline: Timeline;
  readonly upstreams: ReadonlyMap<string, readonly Upstream[]>;
  readonly fingerprints: Fingerprints;
  readonly roles: UnitRoles;
};
