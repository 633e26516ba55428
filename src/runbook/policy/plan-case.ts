import { everyDate, type DateRange } from "../../domain/calendar-date.ts";
import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Place } from "../runbook.ts";
import type { PeriodText } from "../schema/calendar-schema.ts";
import type { ConditionText } from "../schema/plan-schema.ts";
import { failureRange, type RateRange } from "./rates.ts";
import { sharedDates } from "./spans.ts";

/** A case that the plan accepts or runs again; what is undefined may be anything. */
export type PlanCase = {
  readonly id: string;
  readonly list: "accept" | "retry";
  readonly place: Place;
  readonly spans: readonly DateRange[];
  readonly categories: readonly string[] | undefined;
  readonly contamination: readonly string[] | undefined;
  readonly failure: RateRange | undefined;
  /** Whether it is about single members, so that no rate can rest on it. */
  readonly isOfSingleMembers: boolean;
};

/** The cases of `accept`, then those of `retry`. Unknown periods are left out. */
export function readCases(
  { accept, retry }: Declaration,
  periods: ReadonlyMap<string, Entry<PeriodText>>,
): readonly PlanCase[] {
  return [
    ...accept.map((entry) => readCase("accept", entry, periods)),
    ...retry.map((entry) => readCase("retry", entry, periods)),
  ];
}

function readCase(
  list: PlanCase["list"],
  { value, at }: Entry<ConditionText>,
  periods: ReadonlyMap<string, Entry<PeriodText>>,
): PlanCase {
  const range = { from: value.from ?? everyDate.from, to: value.to ?? everyDate.to };
  const named = value.period?.map((id) => periods.get(id)?.value).filter((period) => period !== undefined);
  const spans = named?.map((period) => sharedDates(period, range)) ?? [range];
  return {
    id: value.id,
    list,
    place: at(),
    spans: spans.filter((span) => span !== undefined),
    categories: value.category,
    contamination: value.contamination,
    failure: failureRange(value),
    isOfSingleMembers: value.only !== undefined,
  };
}
