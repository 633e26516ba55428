import type { CalendarDate } from "../../domain/calendar-date.ts";
import { strangerNames, type StrangerName } from "../../runbook/waiver.ts";
import { acceptanceOf } from "../acceptance.ts";
import type { GateScope } from "../gate-scope.ts";

type OfDate = { readonly table: string; readonly date: CalendarDate };

/** What waivers in force accept of members that are in a table on a date and should not be. */
export function acceptedStrangers(scope: GateScope, { table, date }: OfDate): ReadonlySet<StrangerName> {
  return new Set(strangerNames.filter((name) => acceptanceOf(scope, { table, name, date }).isAccepted));
}

/** What is told of such waivers: of those in force, or of those that have lapsed. */
export function strangerNotes(
  scope: GateScope,
  { table, date, isAccepted }: OfDate & { readonly isAccepted: boolean },
): readonly string[] {
  const told = strangerNames.map((name) => acceptanceOf(scope, { table, name, date }));
  return told.filter((one) => one.isAccepted === isAccepted && one.note !== "").map(({ note }) => note);
}
