import { whyLapsed } from "../plan/waivers/waivers-in-force.ts";
import type { GateScope } from "./gate-scope.ts";

/** Something that a gate found in one table, by the name that people accept it by; without a date it is of all that was looked at. */
export type NamedFinding = {
  readonly table: string;
  readonly name: string;
  readonly date: string | undefined;
};

/** Whether somebody accepts a finding, and what is to be told of that; empty where nobody ever has. */
export type Acceptance = { readonly isAccepted: boolean; readonly note: string };

const open: Acceptance = { isAccepted: false, note: "" };

/**
 * What the waivers say of a finding. One of a whole range is accepted where all dates that are looked at are named. A
 * waiver that has lapsed accepts nothing and is told.
 */
export function acceptanceOf(
  { runbook, waivers, days }: Pick<GateScope, "runbook" | "waivers" | "days">,
  { table, name, date }: NamedFinding,
): Acceptance {
  const own = runbook.processors.find((processor) => processor.table === table)?.id;
  const about = waivers.filter(({ waiver }) => {
    const isOfTable = waiver.source === table || (own !== undefined && waiver.processor === own);
    const named: readonly string[] = waiver.dates;
    const covers = date === undefined ? days.every((day) => named.includes(day.date)) : named.includes(date);
    return isOfTable && waiver.finding === name && covers;
  });
  const accepted = about.find(({ status }) => status === "in-force");
  if (accepted !== undefined) {
    return { isAccepted: true, note: `accepted by the waiver "${accepted.waiver.id}"` };
  }
  const [verdict] = about;
  if (verdict === undefined || verdict.status === "in-force") return open;
  return { isAccepted: false, note: `the waiver "${verdict.waiver.id}" ${whyLapsed(verdict)}` };
}

/** A text with what is to be told of its acceptance. */
export function withNote(text: string, { note }: Acceptance): string {
  return note === "" ? text : `${text}; ${note}`;
}
