import type { CalendarDate } from "../domain/calendar-date.ts";
import type { GateKind } from "../runbook/runbook.ts";

/**
 * What triage takes from the gates, and no more of it: plain data, as the gates' own values give it. Absent lists mean
 * that nothing was found there, so whoever asks has to have made every check.
 */
export type TriageFindings = {
  readonly coverage: readonly CoveredDate[];
  readonly contamination: readonly CheckedValues[];
  readonly taints: readonly TaintedPartition[];
  readonly gaps?: readonly SourceGaps[];
  /** What blocking gates hold back. */
  readonly held?: readonly GateHold[];
  readonly budgets: readonly JudgedPeriod[];
  /** Causes that the runbook names for budgets that are exceeded, with how many failures each accounts for. */
  readonly causes: readonly NamedCause[];
};

/** The accounting of one processor and date. */
export type CoveredDate = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly expected: number;
  readonly explained: number;
  readonly untracked: number;
  readonly status: string;
  readonly categories: Readonly<Record<string, number>>;
  readonly phantom: number;
  readonly unexpected: number;
};

/** The values of one table: a status per field and date, over the whole range where `date` is undefined. */
export type CheckedValues = {
  /** Undefined of a source. */
  readonly processor: string | undefined;
  readonly fields: readonly CheckedField[];
  /** What could not be asked. */
  readonly messages: readonly string[];
};

/** One field, distribution or relation. */
export type CheckedField = {
  readonly field: string;
  /** What looked at it; a summary over dates has the detector of its dates. */
  readonly detector: string;
  readonly date: CalendarDate | undefined;
  readonly status: string;
  readonly detail: string;
};

/** Dates on which a table has no rows, or fewer than it should. */
export type SourceGaps = {
  readonly table: string;
  /** Undefined of a source: only those count here. */
  readonly processor: string | undefined;
  readonly missing: readonly CalendarDate[];
  readonly low: readonly { readonly date: CalendarDate; readonly rows: number }[];
  /** The kind of gate that knows it; `gaps` unless it is named. */
  readonly asks?: GateKind;
};

/** Dates of one table that a gate of the runbook objects to, so that nothing after it reads them. */
export type GateHold = {
  readonly gate: string;
  readonly table: string;
  readonly dates: readonly CalendarDate[];
};

/** A partition that exists and would, or may, come out otherwise if it were built now. */
type TaintedPartition = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly because: string;
};

/** The judgement of a budget. */
export type JudgedPeriod = {
  readonly processor: string;
  readonly period: string;
  readonly verdict: string;
  /** With the rate, undefined where no population says it. */
  readonly expected: number | undefined;
  readonly explained: number;
  readonly rate: number | undefined;
  readonly maximum: number | undefined;
};

/** A cause by its text. */
export type NamedCause = {
  readonly processor: string;
  readonly period: string;
  readonly cause: string;
  readonly failures: number;
};
