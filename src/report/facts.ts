import type { ProcessorChange } from "../domain/change.ts";
import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import type { SourceOrigin } from "../domain/source-origin.ts";
import type { Locks } from "../domain/locks.ts";
import type { GateAnswers } from "../gates/gate-answers.ts";
import type { Objection } from "../gates/gate-descriptions.ts";
import type { Invocation } from "../domain/printed-command.ts";
import type { WaiverVerdict } from "../plan/waivers/waivers-in-force.ts";
import type { CalendarDay, Cell, Plan } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Decision } from "../triage/decision.ts";
import type { GateHold, NamedCause } from "../triage/gate-findings.ts";
import type { FailureExample, ReportAttempt, ReportModel, RetriedPartition } from "./model.ts";

/** What one report is built from. An absent check was not made: the report says so and treats nothing as passed. */
export type ReportFacts = {
  readonly runbook: Runbook;
  readonly range: DateRange;
  /** Calendar days of the range, and those that weeks and months are named by, ascending. */
  readonly days: readonly CalendarDay[];
  /** Which of them processors have, by id, and sources, where some have a partition a week or month; all of them otherwise. */
  readonly own?: ReadonlyMap<string | undefined, ReadonlySet<CalendarDate>> | undefined;
  /** Ids of the processors that are reported on; all when absent. */
  readonly processors?: readonly string[] | undefined;
  readonly gates: GateFacts;
  /** What the gates object to, each finding at the place where it lies; absent where nobody located it. */
  readonly objections?: readonly Objection[] | undefined;
  readonly history: RunHistory;
  /** What the run changed of what stood, of processors that have a budget of it. */
  readonly changed?: readonly ProcessorChange[] | undefined;
  /** What would run now; its units are pending, its blocked ones blocked. */
  readonly pending?: Plan | undefined;
  /** Cells that the reported run planned. */
  readonly planned?: readonly PlannedUnits[] | undefined;
  /** Planned cells that are known to have left no record; their units are `unknown`. */
  readonly lost?: readonly PlannedUnits[] | undefined;
  /** What the newest run planned, where it was stopped before its end. */
  readonly stopped?: readonly PlannedUnits[] | undefined;
  /** The same where it has no recorded end: it was interrupted, or is still going. */
  readonly unended?: readonly PlannedUnits[] | undefined;
  /** Where the rows of the sources came from; absent where nobody recorded it. */
  readonly origins?: readonly SourceOrigin[] | undefined;
  /** Who holds the runbook, and which cells are being written. */
  readonly locks?: Locks | undefined;
  readonly decisions?: readonly Decision[] | undefined;
  /** What blocking gates hold back as things stand. */
  readonly held?: readonly GateHold[] | undefined;
  /** What the runbook's causes found behind exceeded budgets. */
  readonly causes?: readonly NamedCause[] | undefined;
  /** Gates and budgets that the change under review makes weaker, one line each. */
  readonly loosened?: readonly string[] | undefined;
  /** Why plans that were approved or carried out no longer hold, one line each. */
  readonly stale?: readonly string[] | undefined;
  /** The report before this one. */
  readonly previous?: ReportModel | undefined;
  readonly context: ReportContext;
};

/** Dates of a processor that were planned. */
type PlannedUnits = Pick<Cell, "processor" | "dates">;

/** What the gates were answered, each absent when its kind was not asked. */
export type GateFacts = Partial<GateAnswers> & {
  readonly waivers?: readonly WaiverVerdict[] | undefined;
};

/** What the ledger remembers of the attempts at the range's partitions. */
export type RunHistory = {
  readonly attempts: readonly ReportAttempt[];
  /** Billed for all attempts, also those that are not listed; absent where nothing is billed. */
  readonly bytes?: number | undefined;
  readonly retries: readonly RetriedPartition[];
  readonly examples: readonly FailureExample[];
  /** Status of the newest attempt by processor and date. */
  readonly newest: ReadonlyMap<string, ReadonlyMap<CalendarDate, NewestAttempt>>;
};

/** The newest attempt at a partition and the run that made it. */
export type NewestAttempt = {
  readonly status: "committed" | "failed" | "blocked";
  readonly runId: string;
  /** Of one that failed. */
  readonly error?: string | undefined;
  /** Of one that was committed: what is odd about what it gave. */
  readonly finding?: string | undefined;
};

/** Where the report comes from; only shells know. */
export type ReportContext = {
  /** The day on which waivers are looked at. */
  readonly today: CalendarDate;
  readonly digest?: string | undefined;
  readonly commit?: string | undefined;
  readonly runId?: string | undefined;
  readonly runAttempt?: number | undefined;
  readonly warehouse?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly reason?: string | undefined;
  /** How the reader types commands; absent: on the usual warehouse, as `cascade`. */
  readonly invocation?: Invocation | undefined;
  readonly links?: readonly { readonly title: string; readonly url: string }[] | undefined;
};
