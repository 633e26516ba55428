import type { CalendarDate } from "../../domain/calendar-date.ts";
import { countOf } from "../../domain/format.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Input, Reach } from "../upstream/input-cut.ts";
import type { DaysBefore } from "./narrow-edges.ts";
import { windowsText } from "./window-finding.ts";

/** An edge that shows more than made a difference on the dates that were asked about. No fault: other dates may need it. */
export type WindowHint = {
  readonly table: TableId;
  readonly declared: string;
  /** The smallest windows among those tried with which nothing differs. */
  readonly suffices: string;
  /** What was tried in place of what is declared. */
  readonly tried: readonly string[];
};

/** Asks whether all dates come out as they do with what is declared when one input shows some reaches instead. */
export type IsSame = (input: Input, reaches: readonly Reach[]) => Promise<boolean>;

/**
 * The edges of which half the days before a date, or the date itself beside them, could be left out. Nothing is tried of
 * `last-games`, whose rows may lie anywhere, of whole weeks and months, of failures, which most dates have none of, and of the calendar, whose
 * windows follow those of others.
 */
export async function wideEdges(
  inputs: readonly Input[],
  {
    dates,
    daysBefore,
    isSame,
  }: {
    readonly dates: readonly CalendarDate[];
    readonly daysBefore: DaysBefore;
    readonly isSame: IsSame;
  },
): Promise<readonly WindowHint[]> {
  const longest = Math.max(0, ...dates.map(daysBefore));
  const hints: WindowHint[] = [];
  for (const input of inputs) {
    if (input.holds === "failures" || input.producer.kind === "calendar") continue;
    const tried: string[] = [];
    const least = await leastReaches(input, {
      longest,
      async suffices(reaches) {
        tried.push(windowsText({ reaches }));
        return isSame(input, reaches);
      },
    });
    if (least === undefined) continue;
    const declared = windowsText(input);
    hints.push({ table: input.table, declared, suffices: windowsText({ reaches: least }), tried });
  }
  return hints;
}

type Search = {
  /** Most days of a season that lie before a date. */
  readonly longest: number;
  readonly suffices: (reaches: readonly Reach[]) => Promise<boolean>;
};

async function leastReaches(
  { reaches }: Input,
  { longest, suffices }: Search,
): Promise<readonly Reach[] | undefined> {
  const own = reaches.filter(({ kind }) => kind === "same-date");
  const before = reaches.filter(({ kind }) => kind !== "same-date");
  const most = Math.min(longest, ...before.map((reach) => daysOf(reach, longest)));
  if (before.length === 0 || before.some((reach) => !isPrefix(reach))) return undefined;
  const days = await fewestDays(most, (few) => suffices([...own, { kind: "previous-days", days: few }]));
  const kept: readonly Reach[] = days === undefined ? before : [{ kind: "previous-days", days }];
  if (own.length > 0 && (await suffices(kept))) return kept;
  return days === undefined ? undefined : [...own, ...kept];
}

/** Whether fewer days of a reach are the latest of them: not so of an entity's newest rows, nor of weeks and months. */
function isPrefix({ kind }: Reach): boolean {
  return kind !== "last-games" && kind !== "week" && kind !== "month";
}

function daysOf(reach: Reach, longest: number): number {
  return reach.kind === "previous-days" ? reach.days : longest;
}

/** The fewest days that do, found by halving from the half; undefined where half is too few. */
async function fewestDays(
  most: number,
  suffices: (days: number) => Promise<boolean>,
): Promise<number | undefined> {
  let [least, enough] = [1, Math.floor(most / 2)];
  if (enough < 1 || !(await suffices(enough))) return undefined;
  while (least < enough) {
    const days = Math.floor((least + enough) / 2);
    if (await suffices(days)) enough = days;
    else least = days + 1;
  }
  return enough;
}

/** A hint as a sentence. */
export function windowHintText(
  { table, declared, suffices, tried }: WindowHint,
  { dates }: { readonly dates: number },
): string {
  return `${table} is declared as ${declared}, and on ${countOf(dates, "date")} nothing differs with ${suffices} (tried: ${tried.join(", ")})`;
}
