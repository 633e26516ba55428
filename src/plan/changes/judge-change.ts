import { isWithin } from "../../domain/calendar-date.ts";
import { isUnchanged, type ColumnChange, type DateChange } from "../../domain/change.ts";
import { countOf, formatCount, formatDeclared } from "../../domain/format.ts";
import { compareRate } from "../../domain/rate.ts";
import type { ChangeBudget } from "../../runbook/runbook.ts";

const refusal = "change-budget";

/** Whether an attempt ended because it would have changed more than its budget lets it. */
export function isChangeRefusal(error: string | undefined): boolean {
  return error?.startsWith(`${refusal}: `) === true;
}

/** What a budget has against how a date would change, as one line; undefined where it may. A date on which nothing stands may become anything. */
export function changeObjection(budget: ChangeBudget, change: DateChange): string | undefined {
  const standing = change.removed + change.changed + change.same;
  if (standing === 0 || isUnchanged(change)) return undefined;
  const objections = [
    ...datesObjection(budget, change),
    ...rowsObjections(budget, change, standing),
    ...change.columns.flatMap((column) => columnObjections(budget, column, change)),
  ];
  return objections.length === 0 ? undefined : `${refusal}: ${objections.join("; ")}`;
}

function datesObjection({ dates }: ChangeBudget, { date, ...change }: DateChange): readonly string[] {
  if (dates === undefined || isWithin(date, dates)) return [];
  const { added, removed, changed } = change;
  const found = `${countOf(added, "row")} added, ${formatCount(removed)} removed, ${formatCount(changed)} changed`;
  return [`${found}, and only ${dates.from} to ${dates.to} may change`];
}

function rowsObjections(
  { rowsAdded, rowsRemoved }: ChangeBudget,
  { added, removed, firstAdded, firstRemoved }: DateChange,
  standing: number,
): readonly string[] {
  const sides = [
    { what: "added to", part: added, limit: rowsAdded, first: firstAdded },
    { what: "removed from", part: removed, limit: rowsRemoved, first: firstRemoved },
  ];
  return sides.flatMap(({ what, part, limit, first }) => {
    if (limit === undefined || compareRate({ part, whole: standing }, limit) <= 0) return [];
    const named = first === undefined ? "" : ` (first ${first})`;
    return [
      `${countOf(part, "row")} ${what} ${formatCount(standing)}${named}, at most ${formatDeclared(limit)} may be`,
    ];
  });
}

function columnObjections(
  { columns, relative }: ChangeBudget,
  column: ColumnChange,
  { changed, same }: DateChange,
): readonly string[] {
  const kept = changed + same;
  if (columns?.includes(column.column) === false) {
    return [`${changeText(column, column.changed, kept)}, and it may not`];
  }
  if (relative === undefined) return [];
  if (compareRate({ part: column.beyond, whole: kept }, relative.share) <= 0) return [];
  const limits = `at most ${formatDeclared(relative.share)} may by more than ${formatDeclared(relative.beyond)}`;
  return [`${changeText(column, column.beyond, kept)}, ${limits}`];
}

function changeText({ column, largest, mean, example }: ColumnChange, rows: number, kept: number): string {
  const by = largest === undefined ? "" : ` by up to ${numberText(largest)}, mean ${numberText(mean ?? 0)}`;
  const named = example === undefined ? "" : ` (first ${example})`;
  return `${column} changed in ${formatCount(rows)} of ${countOf(kept, "row")}${by}${named}`;
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}
