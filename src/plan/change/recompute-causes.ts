import { countOf } from "../../domain/format.ts";
import { upstreamProcessors } from "./upstream-processors.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Plan, UnitReason } from "../plan.ts";
import { changedDefinitions, type ChangedProcessor } from "./changed-definitions.ts";

/** A changed processor, how many of its dates are computed again, and those of what reads it. */
export type RecomputeCause = ChangedProcessor & {
  readonly dates: number;
  readonly after: readonly { readonly id: string; readonly dates: number }[];
};

/** A runbook as it was and as it would be, what would run of it then, and whether anything of it is built. */
type Replanned = {
  readonly before: Runbook;
  readonly after: Runbook;
  readonly plan: Plan;
  readonly isBuilt: boolean;
};

/**
 * What a change has computed again, a cause each: what reads several changed processors is told with the last of them. Where
 * something is built, what would run for another reason does not count.
 */
export function recomputeCauses({ before, after, plan, isBuilt }: Replanned): readonly RecomputeCause[] {
  const changed = changedDefinitions(before, after);
  const ids = changed.map(({ id }) => id);
  function datesOf(id: string, because: ReadonlySet<UnitReason["kind"]>): number {
    const reasons = plan.cells
      .filter((cell) => cell.processor === id)
      .flatMap((cell) => [...cell.reasons.values()]);
    return reasons.filter(({ kind }) => !isBuilt || because.has(kind)).length;
  }
  const followers = after.processors.flatMap(({ id }) => {
    const upstream = upstreamProcessors(after, id);
    const cause = ids.includes(id) ? undefined : ids.findLast((one) => upstream.has(one));
    const dates = datesOf(id, follows);
    return cause === undefined || dates === 0 ? [] : [{ id, cause, dates }];
  });
  return changed.map(({ id, parts }) => ({
    id,
    parts,
    dates: datesOf(id, parts.length === 0 ? isAbsent : redefines),
    after: followers.filter(({ cause }) => cause === id),
  }));
}

const isAbsent: ReadonlySet<UnitReason["kind"]> = new Set(["missing"]);
const redefines: ReadonlySet<UnitReason["kind"]> = new Set(["definition-changed"]);
const follows: ReadonlySet<UnitReason["kind"]> = new Set(["downstream-of", "upstream-changed"]);

/** A cause as a line. */
export function formatCause({ id, parts, dates, after }: RecomputeCause): string {
  const what = parts.length === 0 ? `${id} is new` : `${id}: ${parts.join(", ")} changed`;
  const follow = after.map((one) => `${one.id} ${one.dates}`).join(", ");
  const then = follow === "" ? "" : `, and what reads it after it where that changes: ${follow}`;
  return `${what}; ${dates === 0 ? "no date" : countOf(dates, "date")} of it ${dates === 1 ? "is" : "are"} computed${then}`;
}
