import { gateTraits } from "../../runbook/gate-traits.ts";
import type { ReportFacts } from "../facts.ts";
import { countOf, formatLimit, formatRateBeside, formatSome } from "../../domain/format.ts";
import { isBreach } from "../../domain/rate-verdict.ts";
import type { NextCommand, PartitionSeries, PeriodResult, ReportCheck, ReportDecision } from "../model.ts";
import { statusOfLetter, type PartitionStatus } from "../partition-status.ts";
import { commandText, runbookWord } from "../../domain/printed-command.ts";

const maximum = 5;

/** Rates above their maximum that get a command of their own. */
const mostRates = 2;

type CommandFacts = {
  readonly partitions: readonly PartitionSeries[];
  readonly results: readonly PeriodResult[];
  readonly checks: readonly ReportCheck[];
  readonly decisions: readonly ReportDecision[];
};

/** At most five commands, first those that move the most partitions. */
export function buildCommands(facts: ReportFacts, found: CommandFacts): readonly NextCommand[] {
  const decided = decidedCommands(facts, found.decisions);
  const repairs = decided.length > 0 ? decided : repairCommands(facts, found.partitions);
  const all = [...repairs, ...overBudget(facts, found), ...failedChecks(facts, found.checks)];
  const known = new Set<string>();
  return all.filter(({ command }) => !known.has(command) && known.add(command).size > 0).slice(0, maximum);
}

const order = ["backfill-upstream-first", "rerun"] as const;

/** More commands of this kind than this are one `cascade recover`, which carries them out in order. */
const mostRepairs = 2;
const mostRoots = 3;

/** The commands of triage, one per distinct text: upstream first, since it unblocks what stands behind it. */
function decidedCommands(
  { runbook, range }: ReportFacts,
  decisions: readonly ReportDecision[],
): readonly NextCommand[] {
  const groups = order.map((decision) =>
    groupDecisions(decisions.filter((known) => known.decision === decision)),
  );
  const [upstream = [], rerun = []] = groups;
  const investigate = groupInvestigations(decisions.filter(({ decision }) => decision === "investigate"));
  const repairs = [...upstream, ...rerun];
  if (repairs.length <= mostRepairs) return [...repairs, ...investigate];
  const partitions = repairs.reduce((sum, repair) => sum + repair.partitions, 0);
  const command = commandText({ name: "recover", runbook: runbookWord(runbook), range });
  const why = `Carry out the ${countOf(partitions, "decision")} to build upstream first or to rerun, in order${rootsOf(decisions)}`;
  return [{ command, why, partitions }, ...investigate];
}

/** What is repaired first: the partitions that wait for nothing. */
function rootsOf(decisions: readonly ReportDecision[]): string {
  const roots = decisions.filter(({ decision }) => decision === "rerun");
  const names = new Set(roots.map(({ processor, date }) => `${processor} ${date}`));
  if (names.size === 0) return "";
  return `: ${formatSome([...names], { limit: mostRoots })} first`;
}

function groupDecisions(decisions: readonly ReportDecision[]): readonly NextCommand[] {
  return [...Map.groupBy(decisions, ({ command }) => command).values()]
    .flatMap(commandOf)
    .toSorted((left, right) => right.partitions - left.partitions);
}

/** One command per rule, that of the processor which stands first: what it shows is often the cause of the rest. */
function groupInvestigations(decisions: readonly ReportDecision[]): readonly NextCommand[] {
  return [...Map.groupBy(decisions, ({ rule }) => rule).values()]
    .flatMap(commandOf)
    .toSorted((left, right) => right.partitions - left.partitions);
}

function commandOf(group: readonly ReportDecision[]): readonly NextCommand[] {
  const first = group.find(({ command }) => command !== "");
  if (first === undefined) return [];
  const processors = [...new Set(group.map(({ processor }) => processor))];
  const names = formatSome(processors, { limit: 3 });
  const why = `${names}, ${countOf(group.length, "partition")}: ${first.path.at(-1) ?? first.rule}`;
  return [{ command: first.command, why, partitions: group.length }];
}

/** What repairs bad partitions where triage has not spoken, by status. */
function repairCommands(facts: ReportFacts, partitions: readonly PartitionSeries[]): readonly NextCommand[] {
  const { range } = facts;
  const runbook = runbookWord(facts.runbook);
  function run(statuses: readonly PartitionStatus[], flags: readonly string[], why: string): NextCommand[] {
    const count = countStatuses(partitions, statuses);
    const command = commandText({ name: "run", runbook, range, flags });
    return count === 0 ? [] : [{ command, why: `${why}: ${countOf(count, "partition")}`, partitions: count }];
  }
  const looks = (["failed", "untracked", "held", "check-failed"] as const).flatMap((status) => {
    const first = firstOf(facts, partitions, status);
    if (first === undefined) return [];
    const count = countStatuses(partitions, [status]);
    const command = commandText({ name: "why", runbook, words: [first.processor, first.date] });
    return [
      {
        command,
        why: `See why ${countOf(count, "partition")} ${count === 1 ? "is" : "are"} ${status}`,
        partitions: count,
      },
    ];
  });
  return [
    ...run(["blocked"], ["with-upstream"], "Build what the blocked partitions wait for, then them"),
    ...run(["pending", "unknown"], [], "Build what has no current result"),
    ...looks,
  ];
}

function overBudget(facts: ReportFacts, { results, partitions }: CommandFacts): readonly NextCommand[] {
  return results
    .filter(({ verdict }) => isBreach(verdict))
    .toSorted((left, right) => excessOf(right) - excessOf(left))
    .slice(0, mostRates)
    .flatMap((result) => {
      const date = worstDate(facts, result, partitions);
      if (date === undefined) return [];
      const { processor, period, rate, maximum: limit, note, dates } = result;
      const command = commandText({
        name: "why",
        runbook: runbookWord(facts.runbook),
        words: [processor, date],
      });
      const why = `${processor} ${period} fails ${formatRateBeside(rate, limit)} of at most ${formatLimit(limit)}; its worst date. ${note}`;
      return [{ command, why, partitions: dates }];
    });
}

function failedChecks(
  { runbook, range }: ReportFacts,
  checks: readonly ReportCheck[],
): readonly NextCommand[] {
  return checks
    .filter(({ state }) => state === "check-failed")
    .map(({ kind }) => ({
      command: commandText({
        name: gateTraits[kind].command,
        runbook: runbookWord(runbook),
        range,
      }),
      why: `The ${kind} check could not be made: ask it again`,
      partitions: 0,
    }));
}

function excessOf({ rate = 0, maximum: limit = 0 }: PeriodResult): number {
  return rate - limit;
}

function worstDate(
  { days }: ReportFacts,
  { processor, period }: PeriodResult,
  partitions: readonly PartitionSeries[],
): string | undefined {
  const series = partitions.find((known) => known.processor === processor);
  let worst: { date: string; rate: number } | undefined;
  for (const [index, day] of days.entries()) {
    const expected = series?.expected[index] ?? 0;
    if (day.period !== period || expected === 0) continue;
    const rate = (series?.explained[index] ?? 0) / expected;
    if (worst === undefined || rate > worst.rate) worst = { date: day.date, rate };
  }
  return worst?.date;
}

function countStatuses(partitions: readonly PartitionSeries[], statuses: readonly PartitionStatus[]): number {
  let count = 0;
  for (const series of partitions) {
    for (const letter of series.statuses) if (statuses.includes(statusOfLetter(letter))) count += 1;
  }
  return count;
}

function firstOf(
  { days }: ReportFacts,
  partitions: readonly PartitionSeries[],
  status: PartitionStatus,
): { processor: string; date: string } | undefined {
  for (const { processor, statuses } of partitions) {
    const index = Array.from(statuses).findIndex((letter) => statusOfLetter(letter) === status);
    const date = days[index]?.date;
    if (date !== undefined) return { processor, date };
  }
  return undefined;
}
