import type { CalendarDate } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";

/** What may be accepted: members that are absent, a rate, or one finding of gates in one table. */
const waiverKinds = ["gap", "budget", "finding"] as const;

/** Name of the finding that a source, or a table, has no rows on a date. */
export const missingRows = "missing";

/** Names of what is found of members that are there and should not be: with a row and a failure, or outside the population. */
export const strangerNames = ["phantom", "unexpected"] as const;
/** One of `strangerNames`. */
export type StrangerName = (typeof strangerNames)[number];

/** A finding that somebody has accepted until a day. */
export type Waiver = {
  readonly id: string;
  readonly kind: (typeof waiverKinds)[number];
  /** Undefined of a finding in a source. */
  readonly processor: string | undefined;
  /** Of a finding in a source. */
  readonly source?: TableId | undefined;
  /** Of a finding: its name, as gates tell it. */
  readonly finding?: string | undefined;
  /** Of a budget waiver. */
  readonly period: string | undefined;
  /** Of a gap and of a finding. */
  readonly dates: readonly CalendarDate[];
  /** Of a gap waiver: the members that are waived; all missing ones when empty. */
  readonly entities: readonly string[];
  readonly maximumRate: number | undefined;
  readonly reason: string;
  readonly approver: string;
  readonly expires: CalendarDate;
  /** Digest of the versions under which it was accepted: of the upstream content, of a finding that of its table. */
  readonly digest: string;
  /** Warehouse kind and hash algorithm of the digest. */
  readonly warehouse: string;
  /** Where it stands in waivers.yml. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
};
