import type { CalendarDate } from "../domain/calendar-date.ts";
import type { ResultProblem } from "../domain/verdict.ts";
import type { Gate, GateKind, Runbook } from "../runbook/runbook.ts";
import type { CheckState } from "./check-state.ts";
import type { NamedFinding } from "./acceptance.ts";
import type { GateAnswer, GateAnswers } from "./gate-answers.ts";
import type { GateJudgement } from "./gate-result.ts";
import type { GateScope } from "./gate-scope.ts";
import type { GateView, GateViewing } from "./gate-view.ts";

/** Something found in one table (or processor, by id); `dates` are empty where it is about all of them. */
export type TableFinding = {
  readonly subject: string;
  readonly status: string;
  readonly dates: readonly string[];
  readonly detail: string;
};

/** Dates on which a table has no rows, or fewer than it should; the processor is undefined of a source. */
export type LackingDates = {
  readonly table: string;
  readonly processor: string | undefined;
  readonly missing: readonly CalendarDate[];
  readonly low: readonly { readonly date: CalendarDate; readonly rows: number }[];
};

/** What a report counts of the answers of gates, beside its partitions and accounts. */
export type GateTally = {
  /** Partitions that data have tainted; those that only another definition would change are `pending`. */
  readonly tainted: number;
  readonly taintedDates: number;
  /** Tables in which something is missing, low, invalid or against the contract. */
  readonly gapTables: number;
  readonly contaminatedTables: number;
  readonly contractTables: number;
  /** Rows with a failure beside them, and rows that nobody expected. */
  readonly phantom: number;
  readonly unexpected: number;
  /** Partitions off the calendar that hold something; absent in reports of earlier versions. */
  readonly strays?: number | undefined;
};

/** The counts that a headline is made of; `untracked` are rows, `statuses` partitions by status. */
export type HeadlineCounts = GateTally & {
  readonly untracked: number;
  readonly statuses: Readonly<Record<string, number>>;
};

/** A headline by numbers that the report has of its own: how they are counted, and what is wrong by them. */
type TalliedHeadline<Kind extends GateKind> = {
  readonly tally: (answer: GateAnswer<Kind>, runbook: Pick<Runbook, "gates">) => Partial<GateTally>;
  readonly problems: (tally: HeadlineCounts) => readonly ResultProblem[];
};

/** A box of the checklist: when it is looked at, and what it says. */
type GateBox = {
  readonly group: "After each processor" | "Final validation";
  readonly text: string;
};

/** How one kind of gate judges and explains itself. Pure: whoever renders or decides may use it. */
export type GateDescription<Kind extends GateKind> = {
  /** What a gate of this kind makes of an answer. */
  readonly judge: (
    scope: GateScope,
    asked: { readonly gate: Pick<Gate, "strict">; readonly answer: GateAnswer<Kind> },
  ) => GateJudgement;
  /** Whether a report on the runbook has this check; a kind that needs limits is asked where a gate sets some. */
  readonly isAsked: (runbook: Pick<Runbook, "gates">) => boolean;
  /** What a report says of an answer, in one line. */
  readonly check: (answer: GateAnswer<Kind>, runbook: Pick<Runbook, "gates">) => CheckState;
  /** What a report lists: tables and questions, with their dates; what could not be asked is a finding too. */
  readonly findings: (answer: GateAnswer<Kind>) => readonly TableFinding[];
  /** How a headline tells findings: by numbers, or by this word and the check's line. */
  readonly headline: TalliedHeadline<Kind> | { readonly word: string };
  /** The box of a report's checklist that its check ticks; undefined where none does. */
  readonly checklist: GateBox | undefined;
  /** Whether tainted partitions are its findings, so that what a report tells of their reach begins with its line. */
  readonly findsTaints: boolean;
  /** Whether a report in which nobody asked it has judged nothing; without others it has only not looked at all. */
  readonly isEssential: boolean;
  /** Dates of sources that partitions must not be built from, for triage. */
  readonly lacking: (answer: GateAnswer<Kind>) => readonly LackingDates[];
  /** What waivers of findings accept, by the names that they know it by; rates have waivers of their own. */
  readonly acceptable: (answer: GateAnswer<Kind>, scope: GateScope) => readonly NamedFinding[];
  /** What the command prints with `--json`; `beside` is what it asks together with it. */
  readonly json: (answer: GateAnswer<Kind>, beside: Partial<GateAnswers>) => object;
  /** What the command shows people; without it the check's line and the findings. */
  readonly view?: (answer: GateAnswer<Kind>, viewing: GateViewing) => GateView;
};
