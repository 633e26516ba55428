import { tupleText } from "../../domain/tuple-text.ts";
import { hullOf, type CalendarDate } from "../../domain/calendar-date.ts";
import { countOf } from "../../domain/format.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Plan } from "../plan.ts";
import { showGaps } from "./plan-commands.ts";

/** One thing that keeps units of a plan from running, with all that waits for it. */
export type BlockedCause = {
  /** The source or processor that is not there, itself blocked by nothing. */
  readonly upstream: string;
  /** Its dates that are waited for, ascending. */
  readonly dates: readonly CalendarDate[];
  /** Who waits, in the runbook's order. */
  readonly processors: readonly string[];
  readonly partitions: number;
  /** Those of them that wait only because a window need not tell how far it reaches. */
  readonly mayDepend: number;
  /** The first date that waits. */
  readonly from: CalendarDate;
  /** What repairs it or shows it. */
  readonly command: string;
};

type Blocked = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly root: Root;
  readonly command: string;
};
/** A partition that is waited for, and whether the one that waits may only depend on it. */
type Root = { readonly upstream: string; readonly date: CalendarDate; readonly mayDepend: boolean };

/** The blocked units of a plan by their first cause, those first for which most wait. */
export function blockedCauses(runbook: Runbook, plan: Pick<Plan, "skipped">): readonly BlockedCause[] {
  const groups = Map.groupBy(blockedUnits(plan), ({ root }) => root.upstream);
  return [...groups]
    .flatMap(([upstream, units]) => causeOf(runbook, upstream, units))
    .toSorted((left, right) => right.partitions - left.partitions);
}

/** A cause as a line: `100 partitions wait for shop_raw.sales 2024-01-20: DAY, TREND and SCORE, from 2024-01-20`. */
export function blockedText({
  upstream,
  dates,
  processors,
  partitions,
  mayDepend,
  from,
}: BlockedCause): string {
  const waits = partitions === 1 ? "waits" : "wait";
  const some = mayDepend === partitions ? "and may depend on it" : `${mayDepend} of them may depend on it`;
  const only = mayDepend === 0 ? "" : ` (${some}: last-games)`;
  const at =
    dates.length === 1 ? dates[0] : `${dates[0]} to ${dates.at(-1)} (${countOf(dates.length, "date")})`;
  return `${countOf(partitions, "partition")} ${waits} for ${upstream} ${at}${only}: ${processors.join(", ")}, from ${from}`;
}

function blockedUnits({ skipped }: Pick<Plan, "skipped">): readonly Blocked[] {
  const blockers = new Map<string, Root>();
  const units = skipped.flatMap(({ processor, dates, reason }) => {
    if (reason.kind !== "blocked-by") return [];
    const { upstream, date: blocking, command, mayDepend = false } = reason;
    const by: Root = { upstream, date: blocking, mayDepend };
    for (const date of dates) blockers.set(tupleText([processor, date]), by);
    return dates.map((date) => ({ processor, date, command, by }));
  });
  return units.map(({ by, ...unit }) => ({ ...unit, root: rootOf(by, blockers) }));
}

function rootOf(blocker: Root, blockers: ReadonlyMap<string, Root>): Root {
  const next = blockers.get(tupleText([blocker.upstream, blocker.date]));
  if (next === undefined) return blocker;
  return rootOf({ ...next, mayDepend: next.mayDepend || blocker.mayDepend }, blockers);
}

function causeOf(runbook: Runbook, upstream: string, units: readonly Blocked[]): readonly BlockedCause[] {
  const dates = [...new Set(units.map(({ root }) => root.date))].toSorted();
  const hull = hullOf(dates);
  const waiting = hullOf(units.map(({ date }) => date));
  const [first] = units;
  if (hull === undefined || waiting === undefined || first === undefined) return [];
  const isSource = runbook.sources.some(({ table }) => table === upstream);
  return [
    {
      upstream,
      dates,
      processors: [...new Set(units.map(({ processor }) => processor))],
      partitions: units.length,
      mayDepend: units.filter(({ root }) => root.mayDepend).length,
      from: waiting.from,
      command: isSource ? showGaps(runbook, hull) : first.command,
    },
  ];
}
