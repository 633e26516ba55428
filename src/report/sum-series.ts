import type { Accounts } from "../domain/accounts.ts";
import type { PartitionSeries } from "./model.ts";

/** The accounts of one processor over all its dates; nothing of nothing. */
export function sumSeries(series: PartitionSeries | undefined): Accounts {
  return {
    expected: sumOf(series?.expected),
    present: sumOf(series?.present),
    explained: sumOf(series?.explained),
    waived: sumOf(series?.waived),
    untracked: sumOf(series?.untracked),
  };
}

function sumOf(counts: readonly number[] = []): number {
  return counts.reduce((total, count) => total + count, 0);
}
