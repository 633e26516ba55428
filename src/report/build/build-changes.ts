import type { Changes, PartitionName, PartitionSeries, PeriodResult, ReportModel } from "../model.ts";
import { isBad, statusOfLetter } from "../partition-status.ts";

type Now = {
  readonly dates: readonly string[];
  readonly partitions: readonly PartitionSeries[];
  readonly results: readonly PeriodResult[];
};

/** What became better and worse since the previous report; partitions that only one of them looked at are left out. */
export function buildChanges(now: Now, previous: ReportModel | undefined): Changes {
  if (previous === undefined) return { kind: "first" };
  const indexes = new Map(previous.dates.map((date, index) => [date, index]));
  const fixed: PartitionName[] = [];
  const newlyBad: PartitionName[] = [];
  let unchanged = 0;
  for (const { processor, statuses } of now.partitions) {
    const before = previous.partitions.find((series) => series.processor === processor);
    if (before === undefined) continue;
    for (const [index, date] of now.dates.entries()) {
      const earlier = indexes.get(date);
      if (earlier === undefined) continue;
      const [wasBad, isBadNow] = [isBadAt(before.statuses, earlier), isBadAt(statuses, index)];
      if (wasBad && isBadNow) unchanged += 1;
      else if (wasBad) fixed.push({ processor, date });
      else if (isBadNow) newlyBad.push({ processor, date });
    }
  }
  const runId = previous.footer.runId ?? "an earlier report";
  return { kind: "since", runId, fixed, newlyBad, unchanged, verdicts: changedVerdicts(now, previous) };
}

function changedVerdicts(
  { results }: Now,
  previous: ReportModel,
): Extract<Changes, { kind: "since" }>["verdicts"] {
  return results.flatMap(({ processor, period, verdict }) => {
    const before = previous.results.find((known) => known.processor === processor && known.period === period);
    if (before === undefined || before.verdict === verdict) return [];
    return [{ processor, period, before: before.verdict, now: verdict }];
  });
}

function isBadAt(statuses: string, index: number): boolean {
  return isBad(statusOfLetter(statuses[index]));
}
