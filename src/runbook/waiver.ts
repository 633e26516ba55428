import type { CalendarDate } from "../domain/calendar-date.ts";

/** A finding that somebody has accepted until a day. */
export type Waiver = {
  readonly id: string;
  readonly kind: "gap" | "budget";
  readonly processor: string;
  /** Of a budget waiver. */
  readonly period: string | undefined;
  /** Of a gap waiver. */
  readonly dates: readonly CalendarDate[];
  /** Of a gap waiver: the members that are waived; all missing ones when empty. */
  readonly entities: readonly string[];
  readonly maximumRate: number | undefined;
  readonly reason: string;
  readonly approver: string;
  readonly expires: CalendarDate;
  /** Digest of the upstream content versions under which it was accepted. */
  readonly digest: string;
  /** Warehouse kind and hash algorithm of the digest. */
  readonly warehouse: string;
  /** Where it stands in waivers.yml. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
};
