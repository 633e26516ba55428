import type { CalendarDate } from "../../domain/calendar-date.ts";
import { startOf } from "../../domain/every.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { everyOf } from "../calendar/own-days.ts";
import type { Selection } from "../plan.ts";
import { selectProcessors } from "../upstream/select-processors.ts";
import { type Timeline, windowUnion } from "../calendar/timeline.ts";
import type { WithdrawnDates } from "../versions/withdrawn.ts";
import type { Upstream } from "../upstream/upstream.ts";

/**
 * Why a plan looks at a unit. `lead-in`: before the selected dates, of a processor that has to start with its season;
 * `upstream`: added because a unit that may run reads it; `outside`: read by one, but not to be run by this plan.
 */
export type UnitRole = "selected" | "lead-in" | "upstream" | "outside";

/** Roles by processor, one slot per timeline index; units without a role do not matter to the plan. */
export type UnitRoles = ReadonlyMap<string, readonly (UnitRole | undefined)[]>;

/** What roles are assigned by; `dates` are the selected dates, ascending, on the calendar or withdrawn. */
export type RoleScope = {
  readonly dates: readonly CalendarDate[];
  readonly withdrawn: WithdrawnDates;
  readonly timeline: Timeline;
  readonly upstreams: ReadonlyMap<string, readonly Upstream[]>;
};

/** The roles of a selection's units. Throws a fault for unknown processors and phases. */
export function assignRoles(runbook: Runbook, selection: Selection, scope: RoleScope): UnitRoles {
  const roles = assignOwn(runbook, selectProcessors(runbook, selection), scope);
  const role = selection.withUpstream === true ? "upstream" : "outside";
  function isOwn(processor: Processor): (index: number) => boolean {
    const days = scope.timeline.daysOf(processor);
    return (index) => days[index] !== undefined;
  }
  for (const processor of runbook.processors.toReversed()) {
    const readers = readersAmong(roles.get(processor.id) ?? []).filter(isOwn(processor));
    for (const { edge, producer } of scope.upstreams.get(processor.id) ?? []) {
      if (producer.kind !== "processor") continue;
      const upstream = producer.processor;
      const read = windowUnion(scope.timeline.spanOf(edge.window, upstream), readers);
      assign(roles.get(upstream.id) ?? [], read.filter(isOwn(upstream)), role);
    }
  }
  return roles;
}

type MutableRoles = (UnitRole | undefined)[];

function assignOwn(
  runbook: Runbook,
  chosen: ReadonlySet<string>,
  { dates, withdrawn, timeline }: RoleScope,
): ReadonlyMap<string, MutableRoles> {
  return new Map(
    runbook.processors.map((processor) => {
      const days = timeline.daysOf(processor);
      const starts = new Set(dates.map((date) => startOf(everyOf(processor), date)));
      const selected = indexesOf(timeline, starts).filter((index) => days[index] !== undefined);
      const left = indexesOf(timeline, dates).filter((index) => days[index] === undefined);
      const roles: MutableRoles = timeline.dates.map(() => undefined);
      if (chosen.has(processor.id)) assign(roles, selected, "selected");
      const own = new Set<string>(withdrawn.get(processor.id));
      const taken = left.filter((index) => own.has(timeline.dates[index] ?? ""));
      if (chosen.has(processor.id)) assign(roles, taken, "selected");
      if (chosen.has(processor.id) && processor.leadIn) {
        assign(roles, leadInOf(days, selected), "lead-in");
      }
      return [processor.id, roles];
    }),
  );
}

function indexesOf(timeline: Timeline, dates: Iterable<CalendarDate>): readonly number[] {
  return [...dates].flatMap((date) => timeline.indexes.get(date) ?? []);
}

/** Per season, its dates before the first selected one. */
function leadInOf(days: ReturnType<Timeline["daysOf"]>, selected: readonly number[]): readonly number[] {
  const firsts = new Map<string, number>();
  for (const index of selected.toReversed()) firsts.set(days[index]?.season ?? "", index);
  return [...days.keys()].filter((index) => index < (firsts.get(days[index]?.season ?? "") ?? 0));
}

/** Units whose upstream matters: all that may run. */
function readersAmong(roles: readonly (UnitRole | undefined)[]): readonly number[] {
  return [...roles.keys()].filter((index) => roles[index] !== undefined && roles[index] !== "outside");
}

/** Gives the role to those of the units that have none yet. */
function assign(roles: MutableRoles, indexes: readonly number[], role: UnitRole): void {
  for (const index of indexes) roles[index] ??= role;
}
