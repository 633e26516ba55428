import { Fault } from "../errors.ts";
import type { RecordedRun } from "../ledger/read-runs.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { judgeStaleness, type Staleness } from "../plan/approval/judge-staleness.ts";
import { parsePlanRecord } from "../plan/approval/plan-record.ts";
import { reasonText } from "../plan/approval/plan-json.ts";
import type { Plan, Selection, WarehouseState } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** What plans are set against. */
export type PlanWorld = {
  readonly runbook: Runbook;
  readonly state: WarehouseState;
  readonly isWaived: NonNullable<Selection["isWaived"]>;
};

/** Why the plan that a run carried out is no longer the one that would run; undefined while it is. */
export function planStaleness(
  run: Pick<RecordedRun, "runId" | "digest" | "selection" | "units">,
  { runbook, state, isWaived }: PlanWorld,
): string | undefined {
  const name = `The plan ${run.digest.slice(0, 12)} of run ${run.runId}`;
  const plan = parsePlanRecord(run, allDays(runbook, state.calendar));
  if (plan === undefined)
    return `${name} cannot be compared with what is there now: its record cannot be read`;
  const approved = { ...plan, selection: { ...plan.selection, isWaived } };
  try {
    return stalenessText(name, judgeStaleness(runbook, state, approved));
  } catch (error) {
    if (error instanceof Fault) return `${name} could not be made any more: ${error.message}`;
    throw error;
  }
}

/** The same of a plan that somebody approved and that nobody may have run yet. */
export function approvalStaleness(
  approved: string,
  {
    runs,
    now,
  }: { readonly runs: readonly Pick<RecordedRun, "digest">[]; readonly now: Pick<Plan, "digest"> },
): string | undefined {
  if (approved === now.digest || runs.some(({ digest }) => digest === approved)) return undefined;
  return `The approved plan ${approved.slice(0, 12)} is neither the one that would run now (${now.digest.slice(0, 12)}) nor one of the last that ran`;
}

function stalenessText(name: string, { isDigestKept, outside }: Staleness): string | undefined {
  if (isDigestKept && outside.length === 0) return undefined;
  const changed = isDigestKept
    ? []
    : ["the runbook, its calendar or waivers, or what it reads have changed since"];
  const [first] = outside;
  const count = outside.length === 1 ? "1 partition" : `${outside.length} partitions`;
  const added =
    first === undefined
      ? []
      : [
          `${count} to build are not in it, first ${first.processor} ${first.date} (${reasonText(first.reason)})`,
        ];
  return `${name} no longer holds: ${[...changed, ...added].join("; ")}. Plan again`;
}
