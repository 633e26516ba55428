import { formatDeclared } from "../../domain/format.ts";
import type { Waiver } from "../waiver.ts";
import { listed, pairsOf, type Loosening } from "./loosening.ts";
import type { Policy } from "./recorded-policy.ts";

/** Waivers that are new, and those that accept more or for longer. */
export function* looserWaivers(before: Policy, after: Policy): Iterable<Loosening> {
  for (const [id, now, old] of pairsOf(after.waivers, before.waivers, (waiver) => waiver.id)) {
    const { processor, period, source, place } = now;
    const table = source ?? after.processors.find((other) => other.id === processor)?.table;
    const isOfBudget = period !== undefined && processor !== undefined;
    const scope = isOfBudget ? { processor, period } : table && { table };
    for (const [subject, was, is] of old === undefined ? [brandNew(now)] : changesOf(old, now)) {
      yield { subject: `${subject} ${id}`, before: was, after: is, place, scope: scope || undefined };
    }
  }
}

type Change = readonly [subject: string, before: string, after: string];

function brandNew({ kind, processor, source, finding, period, dates, maximumRate }: Waiver): Change {
  const rate = maximumRate === undefined ? "" : ` up to ${formatDeclared(maximumRate)}`;
  const place = `${processor ?? source}${finding === undefined ? "" : ` "${finding}"`}`;
  const what = kind === "budget" ? `${place} in ${period}${rate}` : `${place} on ${listed(dates)}`;
  return ["the waiver", "none", `accepts ${what}`];
}

function changesOf(old: Waiver, now: Waiver): readonly Change[] {
  const dates = now.dates.filter((date) => !old.dates.includes(date));
  const isWider =
    old.entities.length > 0 &&
    (now.entities.length === 0 || now.entities.some((entity) => !old.entities.includes(entity)));
  const [from, to] = [old.maximumRate ?? 1, now.maximumRate ?? 1];
  return [
    ...(to > from ? [["the rate of the waiver", formatDeclared(from), formatDeclared(to)] as const] : []),
    ...(dates.length > 0 ? [["the dates of the waiver", listed(old.dates), listed(now.dates)] as const] : []),
    ...(isWider ? [["the members of the waiver", members(old), members(now)] as const] : []),
    ...(now.expires > old.expires ? [["the end of the waiver", old.expires, now.expires] as const] : []),
  ];
}

function members({ entities }: Waiver): string {
  return entities.length === 0 ? "all that are absent" : listed(entities);
}
