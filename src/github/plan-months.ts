import { tupleText } from "../domain/tuple-text.ts";
import { isWithdrawal, type Plan, type SkippedUnits } from "../plan/plan.ts";
import type { PhaseMonth } from "../report/phase-month.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** How far each phase is built before the plan is carried out, by month: what is to be built or blocked is a gap. */
export function planMonths(
  { processors, phases: titled }: Pick<Runbook, "processors" | "phases">,
  plan: Plan,
): readonly PhaseMonth[] {
  const phases = new Map(processors.map(({ id, phase }) => [id, phase]));
  const built = plan.skipped.filter((units) => isCounted(units) && units.reason.kind !== "blocked-by");
  const open = plan.skipped.filter(({ reason }) => reason.kind === "blocked-by");
  const pending = plan.cells.filter((cell) => !isWithdrawal(cell));
  const units = [
    ...built.flatMap(({ processor, dates }) => dates.map((date) => ({ processor, date, gaps: 0 }))),
    ...[...open, ...pending].flatMap(({ processor, dates }) =>
      dates.map((date) => ({ processor, date, gaps: 1 })),
    ),
  ];
  const groups = Map.groupBy(units, ({ processor, date }) =>
    tupleText([String(phases.get(processor)), date.slice(0, 7)]),
  );
  return [...groups.values()]
    .flatMap((group): readonly PhaseMonth[] => {
      const [first] = group;
      const phase = first === undefined ? undefined : phases.get(first.processor);
      if (first === undefined || phase === undefined) return [];
      const gaps = group.reduce((sum, unit) => sum + unit.gaps, 0);
      const title = titled.find(({ number }) => number === phase)?.title ?? "";
      return [{ phase, title, month: first.date.slice(0, 7), dates: group.length, gaps }];
    })
    .toSorted((left, right) => left.phase - right.phase || (left.month < right.month ? -1 : 1));
}

function isCounted({ reason }: SkippedUnits): boolean {
  return reason.kind !== "not-a-calendar-date";
}
