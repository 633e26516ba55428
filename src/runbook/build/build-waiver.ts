import type { Entry } from "../entry.ts";
import type { Waiver } from "../runbook.ts";
import type { WaiverText } from "../schema/waiver-schema.ts";

/** A waiver of either kind in one shape. */
export function buildWaiver({ value, at }: Entry<WaiverText>): Waiver {
  const { id, processor, reason, approver, expires, digest, warehouse } = value;
  const common = { id, processor, reason, approver, expires, digest, warehouse, place: at() };
  if (value.kind === "gap") {
    const { dates, entities } = value;
    return { ...common, kind: "gap", period: undefined, dates, entities, maximumRate: undefined };
  }
  return {
    ...common,
    kind: "budget",
    period: value.period,
    dates: [],
    entities: [],
    maximumRate: value["max-rate"],
  };
}
