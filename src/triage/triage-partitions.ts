import { tupleText } from "../domain/tuple-text.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { everyOf, ownDays } from "../plan/calendar/own-days.ts";
import { decide, decisionFor } from "./decide.ts";
import { commandFor } from "./decision-command.ts";
import type { Decision, PartitionFacts } from "./decision.ts";
import { factsOf, type TriageScope } from "./facts-of.ts";
import { finalCategories, isGood } from "./rule-match.ts";

/** Verdicts on a rate about which nothing has to be decided. */
const quietRates: ReadonlySet<string> = new Set([
  "within",
  "exceeded (waived)",
  "provisional",
  "no-expectation",
]);

/**
 * One decision for every selected partition about which there is something to decide: trouble, failures to accept, or
 * a rate. Upstream first, then by date. Partitions decided alike share the command that serves them all.
 */
export function triagePartitions(scope: TriageScope): readonly Decision[] {
  const { runbook } = scope;
  const final = finalCategories(runbook);
  const facts = factsOf(scope).filter((own) => !isGood(own, final) || !isSilent(own));
  const groups = Map.groupBy(facts, ({ processor, date }) => tupleText([processor, date]));
  const decided = [...groups.values()].flatMap((own): readonly Decided[] => {
    const decision = decisionFor(own.map((one) => decide(runbook, one)));
    const ofCategory = own.find(({ category }) => category === decision?.category);
    return decision === undefined || ofCategory === undefined ? [] : [{ decision, facts: ofCategory }];
  });
  return shareCommands(scope, decided);
}

type Decided = { readonly decision: Decision; readonly facts: PartitionFacts };

function isSilent({ category, rate }: PartitionFacts): boolean {
  return category === "none" && quietRates.has(rate);
}

function shareCommands({ runbook, state }: TriageScope, decided: readonly Decided[]): readonly Decision[] {
  const groups = Map.groupBy(decided, groupOf);
  return decided.map((own) => {
    const alike = groups.get(groupOf(own)) ?? [own];
    const dates: readonly CalendarDate[] = alike.map(({ decision }) => decision.date);
    const rule = runbook.recovery.find(({ id }) => id === own.decision.rule);
    const isOfRate = rule?.when.rate !== undefined;
    const processor = runbook.processors.find(({ id }) => id === own.decision.processor) ?? {};
    const calendar = ownDays(state.calendar, everyOf(processor)).map(({ date }) => date);
    return {
      ...own.decision,
      command: commandFor(runbook, { ...own.decision, dates, calendar, facts: own.facts, isOfRate }),
    };
  });
}

/** What makes partitions alike: one command can serve them. */
function groupOf({ decision, facts }: Decided): string {
  const { processor, rule, isForced } = decision;
  const period = decision.decision === "investigate" ? facts.period : "";
  return tupleText([processor, decision.decision, rule, period, String(isForced), facts.obstacle ?? ""]);
}
