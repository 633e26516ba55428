import type { Window } from "../domain/window.ts";

/** Days that windows usually have: those of weeks, months, quarters and years, with and without the date itself. */
const commonDays: readonly number[] = [
  1, 2, 3, 6, 7, 13, 14, 27, 28, 29, 30, 59, 60, 89, 90, 179, 180, 364, 365,
];

/** The narrowest usual window of days that shows so many; undefined where only the whole history does. */
function commonWindow(days: number): Window | undefined {
  const common = commonDays.find((known) => known >= days);
  return common === undefined ? undefined : { kind: "previous-days", days: common };
}

/** What an audit found enough, as `windowFindingText` writes it, in usual windows; undefined when nothing is. */
export function windowsOf(suffices: string | undefined): readonly Window[] | undefined {
  if (suffices === undefined) return undefined;
  return suffices.split(" and ").flatMap((text): readonly Window[] => {
    if (text === "same-date") return [{ kind: "same-date" }];
    const days = /^previous-days: (\d+)$/.exec(text)?.[1];
    return [(days === undefined ? undefined : commonWindow(Number(days))) ?? { kind: "season-to-date" }];
  });
}

/** Windows without those that others include. */
export function mergedWindows(windows: readonly Window[]): readonly Window[] {
  const own = windows.filter(({ kind }) => kind === "same-date").slice(0, 1);
  const whole = windows.filter(({ kind }) => kind === "season-to-date").slice(0, 1);
  const widest = windows
    .filter((window) => window.kind === "previous-days")
    .toSorted((left, right) => right.days - left.days)
    .slice(0, 1);
  return [...own, ...(whole.length > 0 ? whole : widest)];
}

/** The whole history, the date itself included. */
export const allHistory: readonly Window[] = [{ kind: "same-date" }, { kind: "season-to-date" }];
