import type { Reach } from "../upstream/input-cut.ts";

/** What a date was found to need of an input: the date itself, days before it, or what no window shows. */
export type Need = {
  readonly itself: boolean;
  /** Days before; those since the season's start when `isSeason`, so that more may be needed elsewhere. */
  readonly days: number;
  readonly isSeason: boolean;
  readonly isBeyond: boolean;
};

/** Asks whether a date comes out the same with some reaches of the input as with every row. */
type Suffices = (reaches: readonly Reach[]) => Promise<boolean>;

/**
 * The least that a date needs of an input besides what `base` shows, which is known not to do: the date itself only where
 * nothing else will do, then as few days as will do, found by halving.
 */
export async function findNeed(
  base: readonly Reach[],
  { daysBefore, suffices }: { readonly daysBefore: number; readonly suffices: Suffices },
): Promise<Need> {
  const own: Reach = { kind: "same-date" };
  for (const itself of [false, true]) {
    const known = itself ? [...base, own] : base;
    if (itself && (await suffices(known))) return { itself, days: 0, isSeason: false, isBeyond: false };
    if (!(await suffices([...known, { kind: "season-to-date" }]))) continue;
    const days = await fewestDays(known, { most: daysBefore, suffices });
    return { itself, days, isSeason: days === daysBefore, isBeyond: false };
  }
  return { itself: false, days: 0, isSeason: false, isBeyond: true };
}

async function fewestDays(
  known: readonly Reach[],
  { most, suffices }: { readonly most: number; readonly suffices: Suffices },
): Promise<number> {
  let [least, enough] = [1, most];
  while (least < enough) {
    const days = Math.floor((least + enough) / 2);
    if (await suffices([...known, { kind: "previous-days", days }])) enough = days;
    else least = days + 1;
  }
  return enough;
}

/** The window that what several dates need amounts to; undefined when no window shows it. */
export function sufficientWindow(needs: readonly Need[]): string | undefined {
  if (needs.some(({ isBeyond }) => isBeyond)) return undefined;
  const before = daysText(needs);
  const own = needs.some(({ itself }) => itself) ? ["same-date"] : [];
  return [...own, ...(before === undefined ? [] : [before])].join(" and ");
}

/** All days since the season's start are a season, unless another date could need more and did not. */
function daysText(needs: readonly Need[]): string | undefined {
  const days = Math.max(0, ...needs.map((need) => need.days));
  const bounded = Math.max(0, ...needs.filter(({ isSeason }) => !isSeason).map((need) => need.days));
  if (days === 0) return undefined;
  return bounded === days ? `previous-days: ${days}` : "season-to-date";
}
