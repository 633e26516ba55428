import { hullOf, isWithin, parseCalendarDate } from "../../domain/calendar-date.ts";
import { countOf, formatDates } from "../../domain/format.ts";
import { askGate, showWhy } from "../../plan/units/plan-commands.ts";
import type { ReportFacts } from "../facts.ts";
import type { NextCommand, PartitionName } from "../model.ts";
import type { FoundCause } from "./find-root-cause.ts";

/** A command to be typed next, and the partitions that it is about: it repairs them, or shows what is wrong. */
export type NextStep = NextCommand & {
  readonly kind: "repair" | "look";
  readonly units: readonly PartitionName[];
};

/**
 * The steps in the order of causes: those about the root cause first, or a look at it where none is about it. Looks at
 * what only follows from it are left out: it tells how many partitions wait.
 */
export function causeFirst(
  facts: ReportFacts,
  { steps, cause }: { readonly steps: readonly NextStep[]; readonly cause: FoundCause | undefined },
): readonly NextCommand[] {
  if (cause === undefined) return steps.map(told);
  const own = steps.filter((step) => isAbout(cause, step));
  const others = steps.filter((step) => !own.includes(step) && !isConsequence(cause, step));
  const [first, ...rest] = own.length > 0 ? own : [lookAt(facts, cause)];
  return [
    ...(first === undefined ? [] : [{ ...told(first), why: `${first.why}${waitText(cause, first)}` }]),
    ...rest.map(told),
    ...others.map(told),
  ];
}

function told({ command, why, partitions }: NextStep): NextCommand {
  return { command, why, partitions };
}

/** What was built before its upstream changed is repaired by running it again: so are all that run something. */
function isAbout({ told: { dates }, kind, processor }: FoundCause, step: NextStep): boolean {
  if ((kind === "upstream" || kind === "through") && step.kind === "repair") return true;
  return step.units.some(
    (unit) => unit.processor === processor && (dates.length === 0 || dates.includes(unit.date)),
  );
}

function isConsequence({ waits }: FoundCause, { kind, units }: NextStep): boolean {
  return kind === "look" && units.length > 0 && units.every(waits);
}

/** What shows the cause: the check that found it, on its dates, or the facts behind the partition. */
function lookAt({ runbook, range, days }: ReportFacts, cause: FoundCause): NextStep {
  const { told: found, processor, check } = cause;
  const { place, dates } = found;
  const [first] = dates;
  const on = dates.length === 0 ? "" : ` ${formatDates(dates, { limit: 1 })}`;
  const why = `${place}${on}: ${found.found}`;
  const date = days.find((day) => day.date === first)?.date;
  const step = { kind: "look", why, partitions: found.waiting, units: [] } as const;
  if (processor !== undefined && date !== undefined) {
    return { ...step, command: showWhy(runbook, { name: processor, date }) };
  }
  // On a day of the range that the calendar lacks there is nothing to ask about; dates before it are the lead-in's.
  const known = dates
    .flatMap((text) => parseCalendarDate(text) ?? [])
    .filter((one) => !isWithin(one, range) || days.some((day) => day.date === one));
  const asked = hullOf(known) ?? range;
  return { ...step, command: askGate(runbook, { asks: check ?? "gaps", range: asked }) };
}

/** How much waits for a step that is not about that too. */
function waitText({ told: { waiting }, waits }: FoundCause, { units }: NextStep): string {
  if (waiting === 0 || units.some(waits)) return "";
  return `; ${countOf(waiting, "partition")} ${waiting === 1 ? "waits" : "wait"} for it`;
}
