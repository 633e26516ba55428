import { countOf, formatCount, formatLimit, formatRateBeside } from "./format.ts";

/** `ok`: nothing is needed; `warning`: worth reading; `action`: somebody has to act. */
export type VerdictLevel = "ok" | "warning" | "action";

const tones = { ok: "good", warning: "careful", action: "bad" } as const;

/** The tone of a text that asks so much of its reader. */
export function toneOf(level: VerdictLevel): (typeof tones)[VerdictLevel] {
  return tones[level];
}

/** What an operator may have a command fail on. */
export const failureClasses = ["failed", "blocked", "findings", "budget"] as const;
/** One of `failureClasses`. */
export type FailureClass = (typeof failureClasses)[number];

type PartitionCount = { readonly count: number; readonly of: number };
type TableCount = { readonly tables: number };

/** The numbers that the sentence of each kind of problem needs. */
type ProblemFacts = {
  readonly unknown: PartitionCount;
  readonly "check-failed": { readonly checks: readonly string[] };
  readonly failed: PartitionCount;
  readonly blocked: PartitionCount;
  readonly contaminated: TableCount & { readonly tainted: number; readonly taintedDates: number };
  readonly untracked: { readonly rows: number };
  readonly unaccounted: { readonly phantom: number; readonly unexpected: number; readonly strays: number };
  readonly "over-budget": {
    readonly name: string;
    readonly rate: number;
    readonly maximum: number | undefined;
    readonly others: number;
  };
  readonly "unexpected-category": { readonly name: string; readonly others: number };
  readonly "contract-broken": TableCount;
  readonly gaps: TableCount;
  readonly objected: { readonly word: string; readonly detail: string };
  readonly held: PartitionCount;
  readonly pending: PartitionCount;
  readonly provisional: { readonly periods: number };
  readonly "not-checked": {
    readonly checks: readonly string[];
    readonly partitions: number;
    readonly periods: number;
  };
  readonly undecided: { readonly partitions: number };
};

/** Names of what can be wrong. */
export type ProblemKind = keyof ProblemFacts;

/** One thing that is wrong, with the numbers that its sentence needs. */
export type ResultProblem = {
  [Kind in ProblemKind]: { readonly kind: Kind } & ProblemFacts[Kind];
}[ProblemKind];

/** What can be wrong, the gravest first: what is not known before what is known to be bad. */
const problems: {
  readonly [Kind in ProblemKind]: {
    readonly word: string;
    readonly class: FailureClass;
    readonly sentence: (facts: ProblemFacts[Kind]) => string;
  };
} = {
  unknown: {
    word: "Unknown",
    class: "failed",
    sentence: (found) => `${ofPartitions(found)} have no recorded result`,
  },
  "check-failed": {
    word: "Check failed",
    class: "failed",
    sentence: ({ checks }) => `no answer from ${checks.join(", ")}`,
  },
  failed: { word: "Failed", class: "failed", sentence: (found) => `${ofPartitions(found)} failed` },
  blocked: {
    word: "Blocked",
    class: "blocked",
    sentence: (found) => `${ofPartitions(found)} wait for their upstream`,
  },
  contaminated: { word: "Contaminated", class: "findings", sentence: contaminatedText },
  untracked: {
    word: "Untracked",
    class: "findings",
    sentence: ({ rows }) => `${countOf(rows, "expected row")} without an outcome`,
  },
  unaccounted: { word: "Unaccounted", class: "findings", sentence: unaccountedText },
  "over-budget": {
    word: "Over budget",
    class: "budget",
    sentence: ({ name, rate, maximum, others }) =>
      `${name} fails ${formatRateBeside(rate, maximum)}, at most ${formatLimit(maximum)}${andMore(others)}`,
  },
  "unexpected-category": {
    word: "Unexpected failures",
    class: "budget",
    sentence: ({ name, others }) => `${name} fails with a category that is not allowed${andMore(others)}`,
  },
  "contract-broken": {
    word: "Contract broken",
    class: "findings",
    sentence: ({ tables }) => `by ${countOf(tables, "table")}`,
  },
  gaps: { word: "Gaps", class: "findings", sentence: ({ tables }) => `in ${countOf(tables, "table")}` },
  objected: { word: "Objection", class: "findings", sentence: ({ detail }) => detail },
  held: { word: "Held", class: "findings", sentence: (found) => `${ofPartitions(found)} are held by a gate` },
  pending: {
    word: "Unfinished",
    class: "failed",
    sentence: (found) => `${ofPartitions(found)} are still to build`,
  },
  provisional: {
    word: "Unfinished",
    class: "budget",
    sentence: ({ periods }) => `${countOf(periods, "period")} without a final rate`,
  },
  "not-checked": { word: "Not checked", class: "findings", sentence: uncheckedText },
  undecided: {
    word: "Undecided",
    class: "findings",
    sentence: ({ partitions }) =>
      `${countOf(partitions, "partition")} ${partitions === 1 ? "needs" : "need"} something done`,
  },
};
const severity = Object.keys(problems);

/** How a whole look ended when nothing is wrong. */
const endings = {
  "not-fully-checked": { word: "Not fully checked", level: "warning" },
  "passed-with-warnings": { word: "Passed with warnings", level: "warning" },
  empty: { word: "Nothing to do", level: "ok" },
  passed: { word: "Passed", level: "ok" },
} as const;

/** Names of the ways in which a look ends when nothing is wrong. */
export type Ending = keyof typeof endings;

/** The word of what is wrong. */
export function wordOf(kind: ProblemKind): string {
  return problems[kind].word;
}

/** The sentence of what is wrong, without its word. */
export function sentenceOf<Kind extends ProblemKind>(
  problem: { readonly kind: Kind } & ProblemFacts[Kind],
): string {
  return problems[problem.kind].sentence(problem);
}

/** The word of an ending, and whether it asks to be read. */
export function endingWord(ending: Ending): { readonly word: string; readonly level: VerdictLevel } {
  return endings[ending];
}

/** What is wrong, the gravest first. */
export function bySeverity<Problem extends { readonly kind: ProblemKind }>(
  found: readonly Problem[],
): readonly Problem[] {
  return found.toSorted((left, right) => severity.indexOf(left.kind) - severity.indexOf(right.kind));
}

/** 3 when a question had no answer, whatever is asked for; 1 when something of the classes is wrong; else 0. */
export function exitCodeOf(
  found: readonly { readonly kind: ProblemKind }[],
  failOn: readonly FailureClass[] = failureClasses,
): 0 | 1 | 3 {
  if (found.some(({ kind }) => kind === "check-failed")) return 3;
  return found.some(({ kind }) => failOn.includes(problems[kind].class)) ? 1 : 0;
}

/** How a look ends, of a gate and at a kind of gate for a report; `problem` is what it finds. */
const looks = {
  passed: { level: "ok", problem: undefined },
  "not-checked": { level: "warning", problem: undefined },
  warned: { level: "warning", problem: undefined },
  findings: { level: "action", problem: "objected" },
  blocked: { level: "action", problem: "objected" },
  "check-failed": { level: "action", problem: "check-failed" },
} as const satisfies Record<string, { level: VerdictLevel; problem: ProblemKind | undefined }>;

/** Names of the ways in which a look ends. */
type LookStatus = keyof typeof looks;

/** How the look of a gate ends. `warned` and `blocked` both mean findings; only `blocked` holds dates back. */
export const gateStatuses = [
  "passed",
  "warned",
  "blocked",
  "check-failed",
] as const satisfies readonly LookStatus[];
/** One of `gateStatuses`. */
export type GateStatus = (typeof gateStatuses)[number];

/** How a look at one kind of gate ends for a report; what was not asked is never passed. */
export type CheckStatus = Extract<LookStatus, "passed" | "findings" | "check-failed" | "not-checked">;

/** What a look asks of its reader. */
export function levelOfLook(look: LookStatus): VerdictLevel {
  return looks[look].level;
}

/** What is wrong by a look; nothing where it passed, only warned, or was not made. */
export function problemsOfLook(look: LookStatus): readonly { readonly kind: ProblemKind }[] {
  const { problem } = looks[look];
  return problem === undefined ? [] : [{ kind: problem }];
}

function ofPartitions({ count, of }: PartitionCount): string {
  return `${formatCount(count)} of ${formatCount(of)} partitions`;
}

function andMore(others: number): string {
  return others === 0 ? "" : ` (and ${formatCount(others)} more)`;
}

function contaminatedText({ tables, tainted, taintedDates }: ProblemFacts["contaminated"]): string {
  return joined([
    tables === 0 ? "" : `${countOf(tables, "table")} not clean`,
    tainted === 0 ? "" : `${countOf(tainted, "partition")} tainted on ${countOf(taintedDates, "date")}`,
  ]);
}

function unaccountedText({ phantom, unexpected, strays }: ProblemFacts["unaccounted"]): string {
  return joined([
    phantom === 0 ? "" : `${countOf(phantom, "row")} with a failure beside them`,
    unexpected === 0 ? "" : `${countOf(unexpected, "row")} that nobody expected`,
    strays === 0 ? "" : `${countOf(strays, "partition")} off the calendar`,
  ]);
}

function uncheckedText({ checks, partitions, periods }: ProblemFacts["not-checked"]): string {
  if (checks.length > 0) return `nothing was asked about ${checks.join(" and ")}`;
  return `${countOf(partitions, "partition")} and ${countOf(periods, "period")} were not looked at`;
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(", ");
}
