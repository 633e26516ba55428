import type { Place } from "../runbook.ts";

/** Whose verdicts a change may turn: a gate's, a table's, or the budget's of a processor and period. */
export type LooseningScope = {
  readonly gate?: string;
  readonly table?: string;
  readonly processor?: string;
  readonly period?: string;
};

/** A change of policy after which something passes that did not pass before. */
export type Loosening = {
  /** What is weaker, for example `the maximum of SALES in early`. */
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** Where it stands now; where it stood before when it was removed. */
  readonly place: Place | undefined;
  /** Undefined when no verdict depends on it. */
  readonly scope: LooseningScope | undefined;
};

/** Entries of both lists with one name; `after` is undefined where the later list lacks it. */
export function pairsOf<Thing>(
  before: readonly Thing[],
  after: readonly Thing[],
  nameOf: (thing: Thing) => string,
): readonly (readonly [name: string, before: Thing, after: Thing | undefined])[] {
  const byName = new Map(after.map((thing) => [nameOf(thing), thing]));
  return before.map((thing) => [nameOf(thing), thing, byName.get(nameOf(thing))]);
}

/** A list for reading; `none` when it is empty. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
