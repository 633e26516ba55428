import { countOf, formatCount, formatLimit, formatRateBeside } from "../domain/format.ts";
import type { PeriodResult, ReportModel } from "./model.ts";
import type { PartitionStatus } from "./partition-status.ts";

/** `ok`: nothing is needed; `warning`: worth reading; `action`: somebody has to act. */
type VerdictLevel = "ok" | "warning" | "action";

/** The judgement on a whole report; `text` says why, with the one number that matters. */
export type Verdict = {
  readonly level: VerdictLevel;
  readonly word: string;
  readonly text: string;
  readonly need: string;
};

const longestLine = 160;

/** How the problems beside the gravest one are told. */
type Brevity = "named" | "counted" | "left-out";

/** The judgement: the gravest problem, what else there is, and what is needed of the reader. */
export function verdictOf(
  model: ReportModel,
  escape: (text: string) => string = (text) => text,
  brevity: Brevity = "named",
): Verdict {
  const problems = problemsOf(model, escape);
  const [first, ...others] = problems;
  if (first !== undefined) {
    const text = `${first.text}${alsoText(others, brevity)}`;
    return { level: "action", word: first.word, text, need: needOf(model) };
  }
  const accounts = accountsText(model);
  if (model.warnings.length > 0) {
    const need = `${countOf(model.warnings.length, "warning")} to read`;
    const isUnasked = model.warnings.some(({ kind }) => kind === "not-checked");
    return {
      level: "warning",
      word: isUnasked ? "Not fully checked" : "Passed with warnings",
      text: accounts,
      need,
    };
  }
  if (model.tally.isIdle || model.tally.partitions === 0) {
    const text =
      model.tally.partitions === 0 ? "no calendar date lies in the range" : `up to date, ${accounts}`;
    return { level: "ok", word: "Nothing to do", text, need: "nothing is needed" };
  }
  return { level: "ok", word: "Passed", text: accounts, need: "nothing is needed" };
}

/** The verdict as one line of at most 160 characters; names pass through `escape`, which may lengthen them. */
export function verdictLine(
  model: ReportModel,
  escape: (text: string, limit: number) => string = (text) => text,
): string {
  const { from, to } = model.range;
  for (const [limit, brevity] of shortenings) {
    const verdict = verdictOf(model, (text) => escape(text, Math.min(limit, 12)), brevity);
    const subject = `${escape(model.runbook.name, limit)} ${from} to ${to}`;
    const line = `${verdict.word}: ${subject}: ${verdict.text}; ${verdict.need}.`;
    if (Array.from(line).length <= longestLine) return line;
  }
  const { word, text, need } = verdictOf(model, (name) => escape(name, 6), "left-out");
  const short = `${word}: ${from} to ${to}: ${text}; ${need}.`;
  return Array.from(short).length <= longestLine ? short : `${word}: ${from} to ${to}; ${need}.`;
}

/** Longest name of the runbook and what is told of further problems, in the order in which they are tried. */
const shortenings: readonly (readonly [number, Brevity])[] = [
  [40, "named"],
  [20, "named"],
  [20, "counted"],
  [12, "counted"],
  [12, "left-out"],
];

function alsoText(others: readonly Problem[], brevity: Brevity): string {
  if (others.length === 0 || brevity === "left-out") return "";
  if (brevity === "counted") return `; also ${countOf(others.length, "other problem")}`;
  return `; also ${others.map(({ word }) => word.toLowerCase()).join(", ")}`;
}

type Problem = { readonly word: string; readonly text: string };

/** Everything that is wrong, the gravest first: what is not known before what is known to be bad. */
function problemsOf(model: ReportModel, escape: (text: string) => string): readonly Problem[] {
  const { tally } = model;
  const of = `of ${formatCount(tally.partitions)} partitions`;
  function count(status: PartitionStatus): number {
    return tally.statuses[status] ?? 0;
  }
  const lost = model.checks.filter(({ state }) => state === "check-failed").map(({ kind }) => kind);
  const found: readonly (Problem & { readonly count: number })[] = [
    {
      count: count("unknown"),
      word: "Unknown",
      text: `${formatCount(count("unknown"))} ${of} have no recorded result`,
    },
    { count: lost.length, word: "Check failed", text: `no answer from ${lost.join(", ")}` },
    { count: count("failed"), word: "Failed", text: `${formatCount(count("failed"))} ${of} failed` },
    {
      count: count("blocked"),
      word: "Blocked",
      text: `${formatCount(count("blocked"))} ${of} wait for their upstream`,
    },
    contamination(model),
    {
      count: count("untracked"),
      word: "Untracked",
      text: `${countOf(tally.untracked, "expected row")} without an outcome`,
    },
    ...overBudget(model, escape),
    {
      count: tally.contractTables,
      word: "Contract broken",
      text: `by ${countOf(tally.contractTables, "table")}`,
    },
    { count: tally.gapTables, word: "Gaps", text: `in ${countOf(tally.gapTables, "table")}` },
    {
      count: count("pending"),
      word: "Unfinished",
      text: `${formatCount(count("pending"))} ${of} are still to build`,
    },
    ...unasked(model),
  ];
  return found.filter((problem) => problem.count > 0);
}

function contamination({ tally }: ReportModel): Problem & { readonly count: number } {
  const tables =
    tally.contaminatedTables > 0 ? `${countOf(tally.contaminatedTables, "table")} not clean` : "";
  const tainted =
    tally.tainted > 0
      ? `${countOf(tally.tainted, "partition")} tainted on ${countOf(tally.taintedDates, "date")}`
      : "";
  const text = [tables, tainted].filter((part) => part !== "").join(", ");
  return { count: tally.contaminatedTables + tally.tainted, word: "Contaminated", text };
}

function overBudget(
  model: ReportModel,
  escape: (text: string) => string,
): readonly (Problem & { readonly count: number })[] {
  const off = model.results.filter(
    ({ verdict }) => verdict === "exceeded" || verdict === "unexpected-category",
  );
  const worst = off.toSorted((left, right) => excessOf(right) - excessOf(left))[0];
  if (worst === undefined) return [];
  const more = off.length > 1 ? ` (and ${off.length - 1} more)` : "";
  const name = `${escape(worst.processor)} ${escape(worst.period)}`;
  if (worst.verdict === "unexpected-category") {
    const text = `${name} fails with a category that is not allowed${more}`;
    return [{ count: off.length, word: "Unexpected failures", text }];
  }
  const rate = formatRateBeside(worst.rate ?? 0, worst.maximum);
  const text = `${name} fails ${rate}, at most ${formatLimit(worst.maximum)}${more}`;
  return [{ count: off.length, word: "Over budget", text }];
}

/** Without coverage and budgets nothing has been judged; the other checks missing are a warning. */
function unasked({ checks, tally, results }: ReportModel): readonly (Problem & { readonly count: number })[] {
  const partitions = tally.statuses["not-checked"] ?? 0;
  const open = results.filter(({ verdict }) => verdict === "provisional").length;
  const unjudged = results.filter(({ verdict }) => verdict === "not-checked").length;
  const isBuilt = (tally.statuses["pending"] ?? 0) === 0;
  const absent = checks
    .filter(({ kind, state }) => state === "not-checked" && (kind === "coverage" || kind === "budget"))
    .map(({ kind }) => kind);
  const asked = `${countOf(partitions, "partition")} and ${countOf(unjudged, "period")} were not looked at`;
  return [
    {
      count: isBuilt ? open : 0,
      word: "Unfinished",
      text: `${countOf(open, "period")} without a final rate`,
    },
    { count: absent.length, word: "Not checked", text: `nothing was asked about ${absent.join(" and ")}` },
    { count: absent.length === 0 ? partitions + unjudged : 0, word: "Not checked", text: asked },
  ];
}

function excessOf({ verdict, rate = 0, maximum = 0 }: PeriodResult): number {
  return verdict === "exceeded" ? rate - maximum : -1;
}

function needOf({ commands }: ReportModel): string {
  if (commands.length === 0) return "see the tables below";
  return commands.length === 1 ? "1 command below" : `${commands.length} commands below`;
}

function accountsText({ tally, results }: ReportModel): string {
  const kept = results.some(({ verdict }) => verdict === "exceeded (waived)") ? "" : ", every budget kept";
  const isJudged = results.some(({ verdict }) => verdict !== "no-expectation" && verdict !== "not-checked");
  return `all ${countOf(tally.expected, "expected row")} accounted for${isJudged ? kept : ""}`;
}
