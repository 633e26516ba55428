import { tupleText } from "../../domain/tuple-text.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { parseArtifactName, type ArtifactName } from "./artifact-names.ts";

/** An artifact as GitHub lists it. */
export type ListedArtifact = { readonly id: number; readonly name: string };

/** An artifact of the run that an attempt may read. */
export type SelectedArtifact = ListedArtifact & { readonly of: ArtifactName };

/**
 * What an attempt may read: the newest plan not above its own, and what cells and gates left under that plan, not above
 * its own. So "Re-run all jobs" starts anew, and a slow job never sees a later attempt. Without a plan: nothing.
 */
export function selectArtifacts(
  listed: readonly ListedArtifact[],
  attempt: number,
): { readonly plan: SelectedArtifact | undefined; readonly results: readonly SelectedArtifact[] } {
  const readable = listed.flatMap((artifact): readonly SelectedArtifact[] => {
    const of = parseArtifactName(artifact.name);
    return of === undefined || of.attempt > attempt ? [] : [{ ...artifact, of }];
  });
  const ascending = readable.toSorted((left, right) => left.of.attempt - right.of.attempt);
  const plan = ascending.findLast(({ of }) => of.kind === "plan");
  if (plan === undefined) return { plan, results: [] };
  const results = ascending.filter(({ of }) => of.kind !== "plan" && of.attempt >= plan.of.attempt);
  return { plan, results };
}

/** What a cell's artifact offers: partitions of one table. */
export type Offer = {
  readonly table: string;
  readonly attempt: number;
  /** Dates whose partition was committed by that attempt. */
  readonly committed: readonly CalendarDate[];
};

/** Which offer to take every partition from: per table and date the highest attempt that committed it. */
export function pickPartitions<T extends Offer>(
  offers: readonly T[],
): ReadonlyMap<T, readonly CalendarDate[]> {
  const taken = new Map<string, T>();
  for (const offer of offers) {
    for (const date of offer.committed) {
      const key = tupleText([offer.table, date]);
      const known = taken.get(key);
      if (known === undefined || known.attempt < offer.attempt) taken.set(key, offer);
    }
  }
  return new Map(
    offers.flatMap((offer) => {
      const dates = offer.committed.filter((date) => taken.get(tupleText([offer.table, date])) === offer);
      return dates.length === 0 ? [] : [[offer, dates] as const];
    }),
  );
}
