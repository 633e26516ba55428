import { changedEdges, edgeLabel } from "../upstream/upstream.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { unreachable } from "../../errors.ts";
import type { Processor } from "../../runbook/runbook.ts";
import { emptyContent, settlementOf, type UnsettledWhy } from "./settlement.ts";
import { isStanding } from "./withdrawn.ts";
import type { UnitReason, WarehouseState } from "../plan.ts";
import type { Fingerprints } from "./window-fingerprint.ts";

/** What a unit is judged by on its own, whatever else a plan would run. */
export type OwnScope = { readonly state: WarehouseState; readonly fingerprints: Fingerprints };

const definitionChanged: UnitReason = { kind: "definition-changed" };
const withdrawn: UnitReason = { kind: "withdrawn" };
const upstreamChanged: UnitReason = { kind: "upstream-changed" };

/** Why a unit is pending as the warehouse stands; undefined when it is settled and its inputs are current, or frozen. */
export function ownReason(
  processor: Processor,
  date: CalendarDate,
  { state, fingerprints }: OwnScope,
): UnitReason | undefined {
  if (state.frozen?.get(processor.id)?.has(date) === true) return undefined;
  if (!fingerprints.isCalendarDate(processor.id, date))
    return isStanding(processor, date, state) ? withdrawn : undefined;
  const settlement = settlementOf(processor, date, state);
  if (settlement.kind === "unsettled") {
    const content = state.content.get(processor.table)?.get(date) ?? emptyContent;
    return unsettledReason(settlement.why, content.rows === 0);
  }
  return changeSince(processor, date, { state, fingerprints });
}

/** What changed since the newest attempt of a unit, whether it was committed or not; undefined: nothing. */
export function changeSince(
  processor: Processor,
  date: CalendarDate,
  { state, fingerprints }: OwnScope,
): UnitReason | undefined {
  const attempt = state.ledger.get(processor.id)?.get(date)?.attempt;
  if (attempt?.definition !== fingerprints.definitionOf(processor.id)) return definitionChanged;
  const inputs = fingerprints.inputsOf(processor.id, date);
  return attempt.inputs === inputs ? undefined : changeOf(processor, attempt.inputs, inputs);
}

/** A change of a table without dates is told as that: it concerns every date alike. */
function changeOf({ reads }: Processor, before: string, now: string): UnitReason {
  const edges = new Map(
    reads.filter(({ window }) => window.kind === "whole").map((edge) => [edgeLabel(edge), edge]),
  );
  if (edges.size === 0) return upstreamChanged;
  const labels = [...new Set(reads.map(edgeLabel))].toSorted();
  const [changed] = (changedEdges(before, now, labels) ?? []).flatMap((label) => edges.get(label) ?? []);
  return changed === undefined ? upstreamChanged : { kind: "upstream-changed", whole: changed.table };
}

function unsettledReason(why: UnsettledWhy, isEmpty: boolean): UnitReason {
  switch (why) {
    case "never-run":
      return { kind: "missing" };
    case "failed":
      return { kind: "failed" };
    case "blocked":
      return { kind: "was-blocked" };
    case "content-differs":
      return { kind: isEmpty ? "missing" : "content-differs" };
    case "other-hash-tag":
      return { kind: "verify-again" };
    default:
      return unreachable(why);
  }
}
