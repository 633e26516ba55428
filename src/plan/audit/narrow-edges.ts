import { dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { CalendarDay } from "../plan.ts";
import type { Input, Reach } from "../upstream/input-cut.ts";
import { startsOfSeasons } from "../upstream/window-range.ts";
import { findNeed, sufficientWindow, type Need } from "./sufficient-window.ts";
import { windowsText, type Difference, type EdgeFinding } from "./window-finding.ts";

/** On how many dates, the latest, it is tried which edge is too narrow. */
const mostTried = 3;

/** How a date differs from what every row gives when one input shows some reaches and all others everything. */
export type TryReaches = (
  tried: { readonly input: Input; readonly date: CalendarDate },
  reaches: readonly Reach[],
) => Promise<Difference | undefined>;

/** An input of which every row is seen. */
export function whole(input: Input): Input {
  return { ...input, reaches: [{ kind: "everything" }] };
}

/** By edge: on which of the differing dates it alone is too narrow, and the least that would do. */
export async function narrowEdges(
  inputs: readonly Input[],
  {
    dates,
    daysBefore,
    tryReaches,
  }: {
    readonly dates: readonly CalendarDate[];
    readonly daysBefore: DaysBefore;
    readonly tryReaches: TryReaches;
  },
): Promise<readonly EdgeFinding[]> {
  const findings: EdgeFinding[] = [];
  for (const input of inputs) {
    const needs: { date: CalendarDate; need: Need; difference: Difference }[] = [];
    for (const date of dates.slice(-mostTried)) {
      const difference = await tryReaches({ input, date }, input.reaches);
      if (difference === undefined) continue;
      const need = await findNeed(input.reaches, {
        daysBefore: daysBefore(date),
        suffices: async (reaches) => (await tryReaches({ input, date }, reaches)) === undefined,
      });
      needs.push({ date, need, difference });
    }
    const [first] = needs;
    if (first === undefined) continue;
    const { table, holds } = input;
    const suffices = sufficientWindow(needs.map(({ need }) => need));
    const edge = { table, holds, declared: windowsText(input), suffices };
    findings.push({ edge, date: first.date, difference: first.difference });
  }
  return findings;
}

/** Days from the start of a date's season to the date. */
export type DaysBefore = (date: CalendarDate) => number;

/** Counts them on a calendar. */
export function daysSinceStart(
  runbook: Pick<Runbook, "processors">,
  calendar: readonly CalendarDay[],
): DaysBefore {
  const starts = startsOfSeasons(runbook, calendar);
  return (date) => Math.max(0, dayNumber(date) - dayNumber(starts(date, {})));
}
