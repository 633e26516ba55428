import type { CalendarDate } from "./calendar-date.ts";
import type { TableId } from "./table-id.ts";

/**
 * What a reader may make of a date of a table, from best to worst. `waived`: something is accepted by a waiver in force;
 * `held`: a check objects to it, or could not be made; `tainted`: it stands and would come out otherwise if it were built
 * now; `missing`: rows that must exist do not.
 */
export const trustStates = ["settled", "waived", "held", "tainted", "missing"] as const;
/** One of `trustStates`. */
export type TrustState = (typeof trustStates)[number];

/** What was found of a date of a table. */
export type TrustFinding = {
  readonly table: TableId;
  /** Undefined of a source. */
  readonly processor: string | undefined;
  readonly date: CalendarDate;
  readonly state: TrustState;
  /** Empty of what is settled. */
  readonly why: string;
  /** The run that made the newest attempt; undefined of a source, and where nothing was attempted. */
  readonly run: string | undefined;
};

/** The same as the ledger knows it: an instant since when it has had this state. */
export type Trust = TrustFinding & { readonly since: string };

/** The order for sort: worst first. */
export function compareTrust(left: TrustState, right: TrustState): number {
  return trustStates.indexOf(right) - trustStates.indexOf(left);
}
