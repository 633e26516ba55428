import { formatDeclared } from "../../domain/format.ts";
import type { ChangeBudget } from "../runbook.ts";
import { listed } from "./loosening.ts";

type Limit = readonly [subject: string, before: string, after: string];

const none = "not limited";

/** Limits of changes that are gone, or let more change than before. */
export function looserLimits(old: ChangeBudget | undefined, now: ChangeBudget = {}): readonly Limit[] {
  if (old === undefined) return [];
  return [
    ...looserShare("rows that may be added", old.rowsAdded, now.rowsAdded),
    ...looserShare("rows that may be removed", old.rowsRemoved, now.rowsRemoved),
    ...looserColumns(old, now),
    ...looserValues(old, now),
    ...looserDates(old, now),
  ];
}

function looserShare(subject: string, old: number | undefined, now: number | undefined): readonly Limit[] {
  if (old === undefined || (now !== undefined && now <= old)) return [];
  return [[subject, formatDeclared(old), now === undefined ? none : formatDeclared(now)]];
}

function looserColumns({ columns: old }: ChangeBudget, { columns: now }: ChangeBudget): readonly Limit[] {
  if (old === undefined || now?.every((name) => old.includes(name)) === true) return [];
  return [["columns that may change", listed(old), now === undefined ? "any" : listed(now)]];
}

function looserValues({ relative: old }: ChangeBudget, { relative: now }: ChangeBudget): readonly Limit[] {
  if (old === undefined) return [];
  if (now !== undefined && now.share <= old.share && now.beyond <= old.beyond) return [];
  return [["values that may change", valuesText(old), now === undefined ? none : valuesText(now)]];
}

function valuesText({ share, beyond }: NonNullable<ChangeBudget["relative"]>): string {
  return `${formatDeclared(share)} by more than ${formatDeclared(beyond)}`;
}

function looserDates({ dates: old }: ChangeBudget, { dates: now }: ChangeBudget): readonly Limit[] {
  if (old === undefined) return [];
  if (now !== undefined && now.from >= old.from && now.to <= old.to) return [];
  return [
    [
      "dates that may change",
      `${old.from} to ${old.to}`,
      now === undefined ? none : `${now.from} to ${now.to}`,
    ],
  ];
}
