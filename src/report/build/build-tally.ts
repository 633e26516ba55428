import { sumAccounts } from "../../domain/accounts.ts";
import { compareRate } from "../../domain/rate.ts";
import { tallyOf } from "../../gates/gate-descriptions.ts";
import type { ReportFacts } from "../facts.ts";
import type { PartitionSeries, PeriodResult, Tally } from "../model.ts";
import { statusOfLetter } from "../partition-status.ts";
import { unknownUnits } from "./build-partitions.ts";
import { unitsOf } from "./units.ts";

/** The sums from which verdict, warnings and checklist follow. */
export function buildTally(
  facts: ReportFacts,
  { results, partitions }: { results: readonly PeriodResult[]; partitions: readonly PartitionSeries[] },
): Tally {
  return {
    ...sumAccounts(results),
    ...countStatuses(partitions),
    datesOverBudget: datesOverBudget(facts, { results, partitions }),
    ...tallyOf(facts.gates, facts.runbook),
    ...plannedOf(facts),
  };
}

/** Partitions, and those of each status. */
function countStatuses(partitions: readonly PartitionSeries[]): Pick<Tally, "partitions" | "statuses"> {
  const counts: Record<string, number> = {};
  for (const letter of partitions.flatMap(({ statuses }) => Array.from(statuses))) {
    counts[letter] = (counts[letter] ?? 0) + 1;
  }
  const named = Object.entries(counts)
    .map(([letter, count]) => [statusOfLetter(letter), count] as const)
    .filter(([status]) => status !== "none");
  return {
    partitions: named.reduce((sum, [, count]) => sum + count, 0),
    statuses: Object.fromEntries(named.toSorted(([left], [right]) => (left < right ? -1 : 1))),
  };
}

function plannedOf(facts: ReportFacts): Pick<Tally, "planned" | "recorded"> {
  if (facts.planned === undefined) return {};
  const planned = unitsOf(facts.planned).size;
  const pending = unitsOf(facts.pending?.cells ?? []);
  return { planned, recorded: planned - unknownUnits(facts, pending).size };
}

/** Dates on which a processor fails more than the maximum of a period that is over it. */
function datesOverBudget(
  { days }: ReportFacts,
  { results, partitions }: { results: readonly PeriodResult[]; partitions: readonly PartitionSeries[] },
): number {
  const over = results.filter(({ verdict }) => verdict === "exceeded");
  const dates = new Set<string>();
  for (const { processor, period, maximum = 0 } of over) {
    const series = partitions.find((known) => known.processor === processor);
    for (const [index, day] of days.entries()) {
      if (day.period !== period || series === undefined) continue;
      const rate = { part: series.explained[index] ?? 0, whole: series.expected[index] ?? 0 };
      if (compareRate(rate, maximum) > 0) dates.add(day.date);
    }
  }
  return dates.size;
}
