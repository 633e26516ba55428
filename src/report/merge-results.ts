import { tupleText } from "../domain/tuple-text.ts";
import type { PeriodResult } from "./model.ts";
import { compareResults } from "./processor-state.ts";

/** Results shown as one row: one, or several with the same verdict. */
export type MergedResult = { readonly results: readonly PeriodResult[] };

/** Tainted dates of all results of a row. */
export function sumTainted({ results }: MergedResult): number {
  return results.reduce((sum, { tainted = 0 }) => sum + tainted, 0);
}

/** Results in at most `most` rows (at least 9), the worst first: as many of the worst alone as fit beside the merged rest. */
export function mergeResults(results: readonly PeriodResult[], most: number): readonly MergedResult[] {
  const ranked = results.toSorted(compareResults);
  if (ranked.length <= most) return ranked.map((result) => ({ results: [result] }));
  for (const keyOf of [byVerdictAndPeriod, byVerdictAndTaint]) {
    const groups = groupFrom(ranked, keyOf);
    for (let alone = most - 1; alone >= 0; alone -= 1) {
      const rest = groups(alone);
      if (alone + rest.length <= most) {
        return [...ranked.slice(0, alone).map((result) => ({ results: [result] })), ...rest];
      }
    }
  }
  return groupFrom(ranked, byVerdict)(0);
}

function groupFrom(
  ranked: readonly PeriodResult[],
  keyOf: (result: PeriodResult) => string,
): (alone: number) => readonly MergedResult[] {
  return (alone) =>
    [...Map.groupBy(ranked.slice(alone), keyOf).values()].map((group) => ({ results: group }));
}

function byVerdictAndPeriod(result: PeriodResult): string {
  return tupleText([byVerdictAndTaint(result), result.period]);
}

function byVerdictAndTaint({ verdict, tainted = 0 }: PeriodResult): string {
  return tainted > 0 ? `${verdict}, tainted` : verdict;
}

function byVerdict({ verdict }: PeriodResult): string {
  return verdict;
}
