import type { CalendarDate } from "../domain/calendar-date.ts";
import type { RecoveryRule } from "../runbook/runbook.ts";

/** What the recovery tree asks of one (processor, date); see `recoveryFacts` for the values. */
export type PartitionFacts = {
  readonly processor: string;
  readonly date: CalendarDate;
  /** The period's id, or `none`. */
  readonly period: string;
  /** A failure category of the date, or `none`; a date with several has one set of facts each. */
  readonly category: string;
  readonly state: string;
  readonly upstream: string;
  readonly contamination: string;
  readonly rate: string;
};

/** What to do about one (processor, date), why, and the command that does it. */
export type Decision = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly decision: RecoveryRule["decision"];
  /** Id of the rule that decided. */
  readonly rule: string;
  /** The facts that led to it, in the order asked, and the rule's reason, as readable text. */
  readonly path: readonly string[];
  /** What a person types to carry it out; empty where nothing is to be done. */
  readonly command: string;
};
