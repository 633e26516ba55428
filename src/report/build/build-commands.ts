import type { Decision } from "../../triage/decision.ts";
import { gateTraits } from "../../runbook/gate-traits.ts";
import type { ReportFacts } from "../facts.ts";
import { countOf, formatLimit, formatRateBeside, formatSome } from "../../domain/format.ts";
import { isBreach } from "../../domain/rate-verdict.ts";
import type {
  NextCommand,
  PartitionName,
  PartitionSeries,
  PeriodResult,
  ReportCheck,
  ReportDecision,
} from "../model.ts";
import { statusOfLetter, type PartitionStatus } from "../partition-status.ts";
import { causeFirst, type NextStep } from "./cause-first.ts";
import type { FoundCause } from "./find-root-cause.ts";
import { commandText, runbookWord } from "../../domain/printed-command.ts";

const maximum = 5;

/** Rates above their maximum that get a command of their own. */
const mostRates = 2;

/** A decision, and whether a person has to mend something first. */
type OpenDecision = ReportDecision & Pick<Decision, "isObstructed">;

type CommandFacts = {
  readonly partitions: readonly PartitionSeries[];
  readonly results: readonly PeriodResult[];
  readonly checks: readonly ReportCheck[];
  readonly decisions: readonly OpenDecision[];
  readonly cause: FoundCause | undefined;
};

/** At most five commands: what is about the root cause first, then those that move the most partitions. */
export function buildCommands(facts: ReportFacts, found: CommandFacts): readonly NextCommand[] {
  const decided = decidedSteps(facts, found.decisions);
  const repairs = decided.length > 0 ? decided : repairSteps(facts, found.partitions);
  const steps = [...repairs, ...overBudget(facts, found), ...failedChecks(facts, found.checks)];
  const all = causeFirst(facts, { steps, cause: found.cause });
  const known = new Set<string>();
  return all.filter(({ command }) => !known.has(command) && known.add(command).size > 0).slice(0, maximum);
}

const order = ["backfill-upstream-first", "rerun"] as const;

const mostRoots = 3;

/** The commands of triage, one per distinct text; several repairs are one `cascade recover`, which goes in order. */
function decidedSteps(
  { runbook, range }: ReportFacts,
  decisions: readonly OpenDecision[],
): readonly NextStep[] {
  const free = decisions.filter(({ isObstructed }) => isObstructed !== true);
  const repairs = order.flatMap((decision) =>
    groupDecisions(
      "repair",
      free.filter((known) => known.decision === decision),
    ),
  );
  const obstacles = groupDecisions(
    "look",
    decisions.filter(({ isObstructed }) => isObstructed === true),
  );
  const investigate = groupInvestigations(decisions.filter(({ decision }) => decision === "investigate"));
  const looks = [...obstacles, ...investigate];
  if (repairs.length <= 1) return [...repairs, ...looks];
  const units = repairs.flatMap((repair) => repair.units);
  const command = commandText({ name: "recover", runbook: runbookWord(runbook), range });
  const why = `Carry out the ${countOf(units.length, "decision")} to build upstream first or to rerun, in order${rootsOf(decisions)}`;
  return [{ kind: "repair", command, why, partitions: units.length, units }, ...looks];
}

/** What is repaired first: the partitions that wait for nothing. */
function rootsOf(decisions: readonly ReportDecision[]): string {
  const roots = decisions.filter(({ decision }) => decision === "rerun");
  const names = new Set(roots.map(({ processor, date }) => `${processor} ${date}`));
  if (names.size === 0) return "";
  return `: ${formatSome([...names], { limit: mostRoots })} first`;
}

function groupDecisions(kind: NextStep["kind"], decisions: readonly ReportDecision[]): readonly NextStep[] {
  return [...Map.groupBy(decisions, ({ command }) => command).values()]
    .flatMap((group) => stepOf(kind, group))
    .toSorted((left, right) => right.partitions - left.partitions);
}

/** One command per rule, that of the processor which stands first: what it shows is often the cause of the rest. */
function groupInvestigations(decisions: readonly ReportDecision[]): readonly NextStep[] {
  return [...Map.groupBy(decisions, ({ rule }) => rule).values()]
    .flatMap((group) => stepOf("look", group))
    .toSorted((left, right) => right.partitions - left.partitions);
}

function stepOf(kind: NextStep["kind"], group: readonly ReportDecision[]): readonly NextStep[] {
  const first = group.find(({ command }) => command !== "");
  if (first === undefined) return [];
  const processors = [...new Set(group.map(({ processor }) => processor))];
  const names = formatSome(processors, { limit: 3 });
  const why = `${names}, ${countOf(group.length, "partition")}: ${first.path.at(-1) ?? first.rule}`;
  return [{ kind, command: first.command, why, partitions: group.length, units: group }];
}

/** What repairs bad partitions where triage has not spoken, by status. */
function repairSteps(facts: ReportFacts, partitions: readonly PartitionSeries[]): readonly NextStep[] {
  const { range } = facts;
  const runbook = runbookWord(facts.runbook);
  function run(
    statuses: readonly PartitionStatus[],
    flags: readonly string[],
    why: string,
  ): readonly NextStep[] {
    const units = unitsWith(facts, partitions, statuses);
    const command = commandText({ name: "run", runbook, range, flags });
    const count = units.length;
    if (count === 0) return [];
    return [
      { kind: "repair", command, why: `${why}: ${countOf(count, "partition")}`, partitions: count, units },
    ];
  }
  const looks = (["failed", "untracked", "held", "check-failed"] as const).flatMap(
    (status): readonly NextStep[] => {
      const units = unitsWith(facts, partitions, [status]);
      const [first] = units;
      if (first === undefined) return [];
      const count = units.length;
      const command = commandText({ name: "why", runbook, words: [first.processor, first.date] });
      const why = `See why ${countOf(count, "partition")} ${count === 1 ? "is" : "are"} ${status}`;
      return [{ kind: "look", command, why, partitions: count, units }];
    },
  );
  return [
    ...run(["blocked"], ["with-upstream"], "Build what the blocked partitions wait for, then them"),
    ...run(["pending", "unknown"], [], "Build what has no current result"),
    ...looks,
  ];
}

function overBudget(facts: ReportFacts, { results, partitions }: CommandFacts): readonly NextStep[] {
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
      return [{ kind: "look", command, why, partitions: dates, units: [{ processor, date }] }];
    });
}

function failedChecks({ runbook, range }: ReportFacts, checks: readonly ReportCheck[]): readonly NextStep[] {
  return checks
    .filter(({ state }) => state === "check-failed")
    .map(({ kind }) => ({
      kind: "look",
      command: commandText({
        name: gateTraits[kind].command,
        runbook: runbookWord(runbook),
        range,
      }),
      why: `The ${kind} check could not be made: ask it again`,
      partitions: 0,
      units: [],
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

function unitsWith(
  { days }: ReportFacts,
  partitions: readonly PartitionSeries[],
  statuses: readonly PartitionStatus[],
): readonly PartitionName[] {
  return partitions.flatMap(({ processor, statuses: letters }) =>
    days
      .filter((_, index) => statuses.includes(statusOfLetter(letters[index])))
      .map(({ date }) => ({ processor, date })),
  );
}
