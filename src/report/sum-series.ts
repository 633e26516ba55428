import type { Accounts, PartitionSeries } from "./model.ts";

/** The accounts of one processor over all its dates; nothing of nothing. */
export function sumSeries(series: PartitionSeries | undefined): Accounts {
  const sum = (counts: readonly number[] = []): number => counts.reduce((total, count) => total + count, 0);
  return {
    expected: sum(series?.expected),
    present: sum(series?.present),
    explained: sum(series?.explained),
    waived: sum(series?.waived),
    untracked: sum(series?.untracked),
  };
}
