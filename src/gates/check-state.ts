import { countOf } from "../domain/format.ts";
import type { CheckStatus } from "../domain/verdict.ts";

/** What a look at one kind says in a report; what was not asked is never passed. */
export type CheckState = {
  readonly state: CheckStatus;
  readonly detail: string;
};

/** Of a kind that nobody asked about, or that had no table to look at. */
export const notChecked: CheckState = { state: "not-checked", detail: "not checked in this report" };

/** The same, naming the tables of which nothing worse is said than that a detector warns, or that a waiver accepts it. */
export function noteSuspects(check: CheckState, tables: readonly { readonly status: string }[]): CheckState {
  const counts = ["suspect", "accepted"].map((name): readonly [string, number] => {
    return [name, tables.filter(({ status }) => status === name).length];
  });
  const notes = counts.flatMap(([name, count]) => (count === 0 ? [] : [`, ${count} ${name}`]));
  return { ...check, detail: `${check.detail}${notes.join("")}` };
}

/** The state of a look at tables: how many of them were found wanting, and of how many there is no answer. */
export function stateOfTables(counts: {
  readonly failed: number;
  readonly found: number;
  readonly of: number;
  readonly words: string;
}): CheckState {
  const { failed, found, of, words } = counts;
  if (of === 0) return notChecked;
  const detail = `${found} of ${countOf(of, "table")} ${words}`;
  if (failed > 0) return { state: "check-failed", detail: `${detail}; ${failed} could not be checked` };
  return { state: found > 0 ? "findings" : "passed", detail };
}
