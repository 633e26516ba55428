import type { CalendarDate } from "../domain/calendar-date.ts";
import type { RecoveryRule } from "../runbook/runbook.ts";

/** What the recovery tree may ask, in the order in which it asks within a rule. */
export const factNames = [
  "period",
  "category",
  "state",
  "failure",
  "upstream",
  "held",
  "contamination",
  "rate",
] as const;
/** One of `factNames`. */
export type FactName = (typeof factNames)[number];

/** A value for every fact; see `recoveryFacts` for the closed ones. */
export type FactValues = {
  /** The period's id, or `none`. */
  readonly period: string;
  /** A failure category of the date, or `none`; a date with several has one set of facts each. */
  readonly category: string;
  readonly state: string;
  /** Of the newest attempt; `repeated`: an earlier one failed the same check on the same inputs. */
  readonly failure: string;
  /** `unsettled`: something inside its windows is not settled, or will be rewritten because it is out of date itself. */
  readonly upstream: string;
  /** `held`: a blocking gate objects to it. */
  readonly held: string;
  readonly contamination: string;
  readonly rate: string;
};

/** What the recovery tree asks of one (processor, date), and what people are told about it. */
export type PartitionFacts = FactValues & {
  readonly processor: string;
  readonly date: CalendarDate;
  /** What stands behind single facts, for people. */
  readonly notes: Readonly<Partial<Record<FactName, string>>>;
  /** Whether a plan would leave it as it is, so that running it again has to be forced. */
  readonly isCurrent: boolean;
  /** Whether the newest attempts ended the same way on inputs that are still the same: another would as well. */
  readonly isRepeated: boolean;
  /** What shows why the upstream cannot be run; undefined when it can. */
  readonly obstacle: string | undefined;
};

/** What to do about one (processor, date), why, and the command that does it. */
export type Decision = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly decision: RecoveryRule["decision"];
  /** Id of the rule that decided; empty when none matched. */
  readonly rule: string;
  /** The category that was decided on, or `none`. */
  readonly category: string;
  /** The facts that led to it, in the order asked, and the rule's reason, as readable text. */
  readonly path: readonly string[];
  /** What a person types to carry it out; empty where nothing is to be done. */
  readonly command: string;
  /** Whether the partition counts as up to date, so that only a forced run recomputes it. */
  readonly isForced: boolean;
  /** Whether its upstream cannot be run: the command shows what a person has to repair first. */
  readonly isObstructed?: boolean;
};
