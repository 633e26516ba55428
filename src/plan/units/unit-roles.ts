import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Runbook } from "../../runbook/runbook.ts";
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
  function isOnCalendar(index: number): boolean {
    return scope.timeline.days[index] !== undefined;
  }
  for (const { id } of runbook.processors.toReversed()) {
    const readers = readersAmong(roles.get(id) ?? []).filter(isOnCalendar);
    for (const upstream of scope.upstreams.get(id) ?? []) {
      if (upstream.producer.kind !== "processor") continue;
      const read = windowUnion(scope.timeline.spanOf(upstream.edge.window), readers);
      const onCalendar = read.filter(isOnCalendar);
      assign(roles.get(upstream.producer.processor.id) ?? [], onCalendar, role);
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
  const all = dates.flatMap((date) => timeline.indexes.get(date) ?? []);
  const selected = all.filter((index) => timeline.days[index] !== undefined);
  const left = all.filter((index) => timeline.days[index] === undefined);
  const leadIn = leadInOf(timeline, selected);
  return new Map(
    runbook.processors.map((processor) => {
      const roles: MutableRoles = timeline.dates.map(() => undefined);
      if (chosen.has(processor.id)) assign(roles, selected, "selected");
      const own = new Set<string>(withdrawn.get(processor.id));
      const taken = left.filter((index) => own.has(timeline.dates[index] ?? ""));
      if (chosen.has(processor.id)) assign(roles, taken, "selected");
      if (chosen.has(processor.id) && processor.leadIn) assign(roles, leadIn, "lead-in");
      return [processor.id, roles];
    }),
  );
}

/** Per season, its calendar dates before the first selected one. */
function leadInOf(timeline: Timeline, selected: readonly number[]): readonly number[] {
  const firsts = new Map<string, number>();
  for (const index of selected.toReversed()) firsts.set(timeline.days[index]?.season ?? "", index);
  const indexes = timeline.dates.map((_, index) => index);
  return indexes.filter((index) => index < (firsts.get(timeline.days[index]?.season ?? "") ?? 0));
}

/** Units whose upstream matters: all that may run. */
function readersAmong(roles: readonly (UnitRole | undefined)[]): readonly number[] {
  return [...roles.keys()].filter((index) => roles[index] !== undefined && roles[index] !== "outside");
}

/** Gives the role to those of the units that have none yet. */
function assign(roles: MutableRoles, indexes: readonly number[], role: UnitRole): void {
  for (const index of indexes) roles[index] ??= role;
}
