import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
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
      waived: unitsWith(scope, { verdicts, kind: "waived" }),
      ...withdrawnUnits(scope, verdicts),
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
  const { withDownstream = false, withUpstream = false, force = false, allowEmpty } = flags;
  return { range, dates, phases, processors, withDownstream, withUpstream, force, allowEmpty };
}

/** Absent where there are none, so that a plan without any has the digest that it always had. */
function withdrawnUnits(
  scope: PlanScope,
  verdicts: UnitVerdicts,
): { readonly withdrawn?: readonly string[] } {
  const withdrawn = unitsWith(scope, { verdicts, kind: "withdrawn" });
  return withdrawn.length === 0 ? {} : { withdrawn };
}

function unitsWith(
  { timeline }: PlanScope,
  { verdicts, kind }: { readonly verdicts: UnitVerdicts; readonly kind: "waived" | "withdrawn" },
): readonly string[] {
  return [...verdicts].flatMap(([processor, own]) => {
    const found = timeline.dates.filter((_, index) => {
      const verdict = own[index];
      return verdict !== undefined && verdict.kind !== "outside" && verdict.reason.kind === kind;
    });
    return found.map((date) => `${processor} ${date}`);
  });
}

/**
 * A value as text in which neither the order of keys and array elements nor places in files count; undefined fields
 * are left out. Where the order of an array has meaning, the caller numbers its elements.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).toSorted().join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([key, field]) => field !== undefined && key !== "place");
  const texts = fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalText(field)}`);
  return `{${texts.toSorted().join(",")}}`;
}
