import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { canonicalText } from "./canonical-text.ts";
import { sumReadVersions } from "./read-versions.ts";
import type { Selection } from "../plan.ts";
import type { TableSums } from "../versions/table-sums.ts";
import type { PlanScope, UnitVerdicts } from "../units/unit-verdict.ts";
import { digest128 } from "../versions/version-sums.ts";

/**
 * 32 hexadecimal digits over all that a plan was approved for: definitions, policy, selection, calendar up to its end, waivers, and
 * the versions of the partitions that it reads and does not write. Neither order nor the cut into cells enters it.
 */
export function digestPlan(
  scope: PlanScope,
  verdicts: UnitVerdicts,
  sums: ReadonlyMap<TableId, TableSums>,
): string {
  return digest128(
    canonicalText({
      ...policyOf(scope.runbook),
      selection: choicesOf(scope.selection),
      hashTag: scope.state.hashTag,
      calendar: scope.state.calendar.filter(({ date }) => date <= scope.selection.range.to),
      waived: waivedUnits(scope, verdicts),
      versions: sumReadVersions(scope, verdicts, sums),
    }),
  );
}

/** What decides about runs and verdicts; titles and descriptions do not. Rules of recovery count in their order. */
function policyOf(runbook: Runbook): object {
  const { name, periods, budgets, gates, waivers } = runbook;
  return {
    name,
    periods: periods.map(({ id, from, to }) => ({ id, from, to })),
    budgets,
    gates,
    waivers,
    recovery: runbook.recovery.map((rule, rank) => ({ rank, rule })),
    sources: runbook.sources.map(({ table, minimumRows, required }) => ({ table, minimumRows, required })),
    processors: runbook.processors.map(({ id, phase, table, leadIn, definition }) => {
      return { id, phase, table, leadIn, definition };
    }),
  };
}

/** What was asked for, without how it is cut into cells: every cut gives the same tables. */
function choicesOf({ range, dates, phases, processors, ...flags }: Selection): object {
  const { withDownstream = false, withUpstream = false, force = false } = flags;
  return { range, dates, phases, processors, withDownstream, withUpstream, force };
}

function waivedUnits({ timeline }: PlanScope, verdicts: UnitVerdicts): readonly string[] {
  return [...verdicts].flatMap(([processor, own]) => {
    const waived = timeline.dates.filter((_, index) => {
      const verdict = own[index];
      return verdict?.kind === "skip" && verdict.reason.kind === "waived";
    });
    return waived.map((date) => `${processor} ${date}`);
  });
}
