import { isUncounted } from "../domain/accounts.ts";
import { countOf, formatCount, formatDates, orderOf } from "../domain/format.ts";
import { isBreach } from "../domain/rate-verdict.ts";
import {
  bySeverity,
  endingWord,
  exitCodeOf,
  sentenceOf,
  wordOf,
  type Ending,
  type ResultProblem,
  type VerdictLevel,
} from "../domain/verdict.ts";
import { vanishedRows } from "../gates/gaps/gap-table.ts";
import { gateDescriptions, talliedProblems } from "../gates/gate-descriptions.ts";
import type { PeriodResult, ReportModel } from "./model.ts";
import type { PartitionStatus } from "./partition-status.ts";
import { cutText } from "./text/clean-text.ts";

/** The judgement on a whole report; `text` says why, with the one number that matters. */
export type Verdict = {
  readonly level: VerdictLevel;
  readonly word: string;
  readonly text: string;
  readonly need: string;
  /** Everything that is wrong, the gravest first. */
  readonly problems: readonly ResultProblem[];
  /** Where nobody says what to fail on. */
  readonly exitCode: 0 | 1 | 3;
};

const longestLine = 160;

/** How much a headline tells beside the word, the cause and what is needed. */
type Brevity = {
  /** Longest name of the runbook; 0: none. */
  readonly name: number;
  readonly hasRange: boolean;
  /** Longest text of what was found. */
  readonly found: number;
  /** Whether tables that contradict each other have their datasets before them, and those that wait their noun. */
  readonly isWhole: boolean;
  /** Whether the gravest problem is told by its numbers although a cause is. */
  readonly hasNumbers: boolean;
  /** How the other problems are told. */
  readonly others: "named" | "counted" | "left-out";
};

const full: Brevity = {
  name: 40,
  hasRange: true,
  found: 120,
  isWhole: true,
  hasNumbers: true,
  others: "named",
};
const causeOnly: Brevity = { ...full, hasNumbers: false };
const counted: Brevity = { ...causeOnly, others: "counted" };
const alone: Brevity = { ...causeOnly, others: "left-out" };

/** The order in which headlines are tried: the cause is cut last. */
const brevities: readonly Brevity[] = [
  full,
  { ...full, name: 20 },
  causeOnly,
  counted,
  { ...counted, name: 12 },
  alone,
  { ...alone, name: 12 },
  { ...alone, hasRange: false },
  { ...alone, hasRange: false, name: 12 },
  { ...alone, name: 0, hasRange: false },
  ...[100, 85, 75].map((found) => ({ ...alone, name: 0, hasRange: false, found })),
  ...[100, 85, 75, 65, 55, 45, 35, 25].map((found) => {
    return { ...alone, name: 0, hasRange: false, isWhole: false, found };
  }),
];

/** The judgement: the gravest problem, what else there is, and what is needed of the reader. */
export function verdictOf(
  model: ReportModel,
  escape: Escape = (text) => text,
  brevity: Brevity = full,
): Verdict {
  const problems = problemsOf(model, (text) => escape(text, 12));
  const [first, ...others] = problems;
  const exitCode = exitCodeOf(problems);
  if (first !== undefined) {
    const cause = causeText(model, escape, brevity);
    const numbers = cause === "" || brevity.hasNumbers ? sentenceOf(first) : "";
    const text = [cause, numbers, alsoText(others, brevity)].filter((part) => part !== "").join("; ");
    return { level: "action", word: headlineWord(first), text, need: needOf(model), problems, exitCode };
  }
  const ending = endingOf(model);
  return {
    ...endingWord(ending),
    text: endingText(model, ending, (text) => escape(text, brevity.found)),
    need: endingNeed(model, ending),
    problems,
    exitCode,
  };
}

function endingOf({ warnings, tally }: ReportModel): Ending {
  if (warnings.some(({ kind }) => kind === "not-checked")) return "not-fully-checked";
  if (countOfNews(warnings) > 0) return "passed-with-warnings";
  return tally.partitions === 0 ? "empty" : "passed";
}

/** Rows of a source that have vanished say more than that all is accounted for: what reads it may have been built without. */
function endingText(model: ReportModel, ending: Ending, escape: (text: string) => string): string {
  const vanished = model.warnings.find(({ kind }) => kind === "vanished");
  if (ending === "passed-with-warnings" && vanished !== undefined) {
    const others = model.findings.filter(({ status }) => status === vanishedRows).length - 1;
    return `${escape(vanished.text)}${others > 0 ? `; and of ${countOf(others, "more source")}` : ""}`;
  }
  return ending === "empty" ? "no calendar date lies in the range" : accountsText(model);
}

/** Warnings but for those that stand in every report of a runbook, which nobody would read any more. */
function countOfNews(warnings: ReportModel["warnings"]): number {
  return warnings.filter(({ kind }) => kind !== "not-atomic").length;
}

function endingNeed({ warnings }: ReportModel, ending: Ending): string {
  return endingWord(ending).level === "ok"
    ? "nothing is needed"
    : `${countOf(countOfNews(warnings), "warning")} to read`;
}

/** Makes any text safe for where it goes, which may lengthen it; at most `limit` characters of it are told. */
type Escape = (text: string, limit: number) => string;

/** The verdict as one line of at most 160 characters: what is wrong, the root cause of it, and what is needed. */
export function verdictLine(model: ReportModel, escape: Escape = cutText): string {
  const lines = brevities.map((brevity) => headline(model, escape, brevity));
  const line = lines.find((candidate) => Array.from(candidate).length <= longestLine);
  const { word, need } = verdictOf(model);
  return line ?? `${word}: ${model.range.from} to ${model.range.to}; ${need}.`;
}

function headline(model: ReportModel, escape: Escape, brevity: Brevity): string {
  const { word, text, need } = verdictOf(model, escape, brevity);
  const name = brevity.name === 0 ? "" : escape(model.runbook.name, brevity.name);
  const range = brevity.hasRange ? `${model.range.from} to ${model.range.to}` : "";
  const subject = [name, range].filter((part) => part !== "").join(" ");
  return `${[word, subject, text].filter((part) => part !== "").join(": ")}; ${need}.`;
}

/** The root cause: where, when, what, how much waits for it, and how many more there are; empty where none is known. */
function causeText(
  { rootCause, dates }: ReportModel,
  escape: Escape,
  { found: limit, isWhole }: Pick<Brevity, "found" | "isWhole">,
): string {
  if (rootCause === undefined) return "";
  const { place, found, waiting, others = 0 } = rootCause;
  const tables = place.split(" and ");
  const named = isWhole || tables.length === 1 ? place : tables.map(withoutDataset).join(", ");
  const on = formatDates(rootCause.dates, { limit: 1, order: orderOf(dates) });
  const where = [escape(named, longestPlace), on].filter((part) => part !== "").join(" ");
  const what = found === "" ? "" : `: ${escape(found, limit)}`;
  const more = others === 0 ? "" : `; and ${countOf(others, "more cause")}`;
  return `${where}${what}${waitingText(waiting, isWhole)}${more}`;
}

/** Tables that contradict each other are one place. */
const longestPlace = 70;

function withoutDataset(place: string): string {
  return place.slice(place.lastIndexOf(".") + 1);
}

function waitingText(waiting: number, isWhole: boolean): string {
  if (waiting === 0) return "";
  const waits = waiting === 1 ? "waits" : "wait";
  return isWhole
    ? `; ${countOf(waiting, "partition")} ${waits} for it`
    : `; ${formatCount(waiting)} ${waits}`;
}

function alsoText(others: readonly ResultProblem[], { others: brevity }: Brevity): string {
  if (others.length === 0 || brevity === "left-out") return "";
  if (brevity === "counted") return `also ${countOf(others.length, "other problem")}`;
  return `also ${others.map((problem) => headlineWord(problem).toLowerCase()).join(", ")}`;
}

/** Everything that is wrong, the gravest first. */
function problemsOf(model: ReportModel, escape: (text: string) => string): readonly ResultProblem[] {
  return bySeverity([...partitionProblems(model), ...checkProblems(model), ...rateProblems(model, escape)]);
}

function partitionProblems({ tally }: ReportModel): readonly ResultProblem[] {
  const kinds = ["unknown", "failed", "blocked", "held", "pending"] as const;
  return kinds.flatMap((kind) => {
    const count = countStatus(tally, kind);
    return count === 0 ? [] : [{ kind, count, of: tally.partitions }];
  });
}

function countStatus({ statuses }: ReportModel["tally"], status: PartitionStatus): number {
  return statuses[status] ?? 0;
}

function checkProblems({ checks, tally }: ReportModel): readonly ResultProblem[] {
  const lost = checks.filter(({ state }) => state === "check-failed").map(({ kind }) => kind);
  const unanswered = lost.length === 0 ? [] : [{ kind: "check-failed", checks: lost } as const];
  return [...unanswered, ...talliedProblems(tally), ...checks.flatMap(objection)];
}

function rateProblems(model: ReportModel, escape: (text: string) => string): readonly ResultProblem[] {
  return [...overBudget(model, escape), ...openRates(model), ...unasked(model)];
}

function overBudget({ results }: ReportModel, escape: (text: string) => string): readonly ResultProblem[] {
  const off = results.filter(({ verdict }) => isBreach(verdict));
  const worst = off.toSorted((left, right) => excessOf(right) - excessOf(left))[0];
  if (worst === undefined) return [];
  const name = `${escape(worst.processor)} ${escape(worst.period)}`;
  const others = off.length - 1;
  if (worst.verdict === "unexpected-category") return [{ kind: "unexpected-category", name, others }];
  return [{ kind: "over-budget", name, rate: worst.rate ?? 0, maximum: worst.maximum, others }];
}

/** Rates that wait for what is still to build are no news of their own, nor those that wait for what is left out. */
function openRates({ tally, results }: ReportModel): readonly ResultProblem[] {
  const open = results.filter(
    ({ verdict, leftOut = 0 }) => verdict === "provisional" && leftOut === 0,
  ).length;
  return open === 0 || countStatus(tally, "pending") > 0 ? [] : [{ kind: "provisional", periods: open }];
}

/** Without the essential checks nothing has been judged; the other checks missing are a warning. */
function unasked({ checks, tally, results }: ReportModel): readonly ResultProblem[] {
  const absent = checks
    .filter(({ kind, state }) => state === "not-checked" && gateDescriptions[kind].isEssential)
    .map(({ kind }) => kind);
  const partitions = countStatus(tally, "not-checked");
  const periods = results.filter(({ verdict }) => verdict === "not-checked").length;
  return absent.length + partitions + periods === 0
    ? []
    : [{ kind: "not-checked", checks: absent, partitions, periods }];
}

function excessOf({ verdict, rate = 0, maximum = 0 }: PeriodResult): number {
  return verdict === "exceeded" ? rate - maximum : -1;
}

function needOf({ commands }: ReportModel): string {
  if (commands.length === 0) return "no command mends it: somebody has to look";
  return commands.length === 1 ? "1 command below" : `${commands.length} commands below`;
}

function accountsText({ tally, results }: ReportModel): string {
  const kept = results.some(({ verdict }) => verdict === "exceeded (waived)") ? "" : ", every budget kept";
  const isJudged = results.some(
    ({ verdict }) => verdict !== "no-expectation" && verdict !== "not-checked" && verdict !== "provisional",
  );
  if (isUncounted(tally)) return `${countOf(tally.present, "row")} present, how many are expected is unknown`;
  return `all ${countOf(tally.expected, "expected row")} accounted for${isJudged ? kept : ""}`;
}

/** A check whose findings no number of the report counts is told by its own word and line. */
function objection({ kind, state, detail }: ReportModel["checks"][number]): readonly ResultProblem[] {
  const { headline } = gateDescriptions[kind];
  if (state !== "findings" || !("word" in headline)) return [];
  return [{ kind: "objected", word: headline.word, detail }];
}

function headlineWord(problem: ResultProblem): string {
  return problem.kind === "objected" ? problem.word : wordOf(problem.kind);
}
