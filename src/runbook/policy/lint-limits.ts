import { formatDeclared } from "../../domain/format.ts";
import type { DateRange } from "../../domain/calendar-date.ts";
import type { PolicyFinding } from "../problem.ts";
import type { Limit, PolicyModel } from "./policy-model.ts";
import type { PlanCase } from "./plan-case.ts";
import { withinBox, type FactCondition } from "./fact-boxes.ts";
import { nothingElseWrong } from "./prove-recovery.ts";
import { formatSpan, sharedDates, withoutDates } from "./spans.ts";

/** Whether limits leave room for what is accepted, and whether breaking one has a consequence. */
export function* lintLimits(model: PolicyModel): Iterable<PolicyFinding> {
  for (const limit of model.limits) {
    yield* lintAllowed(limit, model);
    yield* lintConsequence(limit);
    yield* lintAcceptance(limit, model);
    yield* lintTreeAcceptance(limit, model);
    yield* lintAction(limit, model);
    yield* lintTreeAction(limit, model);
  }
}

/** Failures up to the maximum need a category: one of the budget's, or one that the plan accepts on the dates. */
function* lintAllowed({ entry, dates }: Limit, { declaration, cases }: PolicyModel): Iterable<PolicyFinding> {
  const { maximum = 0, allowed, period } = entry.value;
  const zeroBudget = new Set(
    declaration.categories.filter(({ value }) => value["zero-budget"]).map(({ name }) => name),
  );
  if (maximum === 0 || allowed.some((category) => !zeroBudget.has(category))) return;
  const accepting = cases.filter(
    ({ list, categories, isOfSingleMembers }) =>
      list === "accept" && categories !== undefined && !isOfSingleMembers,
  );
  const open = withoutDates(
    dates,
    accepting.flatMap(({ spans }) => spans),
  );
  if (open.length === 0) return;
  yield {
    rule: "limit-without-allowed-category",
    place: entry.at("maximum"),
    message: `${formatDeclared(maximum)} may fail in "${period}", and on ${open.map(formatSpan).join(", ")} no category may`,
    hint: "list the categories under `allowed`, or set the maximum to 0",
  };
}

function* lintConsequence({ entry }: Limit): Iterable<PolicyFinding> {
  const { maximum, exceeded, period } = entry.value;
  if (maximum === undefined || exceeded.action !== "document" || exceeded.record !== undefined) return;
  yield {
    rule: "limit-without-consequence",
    place: entry.at("exceeded"),
    message: `More than ${formatDeclared(maximum)} in "${period}" is to be documented, and nothing asks for it`,
    hint: "add `record: waiver`: the budget stays exceeded until a waiver gives the reason",
  };
}

function* lintAcceptance({ entry, dates }: Limit, { cases }: PolicyModel): Iterable<PolicyFinding> {
  const { maximum, period } = entry.value;
  if (maximum === undefined) return;
  for (const { id, list, place, failure, spans } of cases) {
    const isAccepted = list === "accept" && failure !== undefined && failure.to > maximum;
    if (!isAccepted || !touches(spans, dates)) continue;
    yield beyond(
      place,
      `"${id}" accepts up to ${formatDeclared(failure.to)} failures in "${period}"`,
      maximum,
    );
  }
}

/** A rule that names an exceeded budget and accepts it; one that a waiver has to document may be. */
function* lintTreeAcceptance({ entry }: Limit, { tree }: PolicyModel): Iterable<PolicyFinding> {
  const { maximum, period, exceeded } = entry.value;
  if (maximum === undefined || exceeded.record !== undefined) return;
  for (const { rule, boxes } of tree.branches) {
    const isNamed = rule.decision === "accept" && rule.when.rate?.includes("exceeded") === true;
    if (!isNamed || !boxes.some((box) => withinBox(box, { period: [period] }) !== undefined)) continue;
    yield beyond(rule.entry.at("when"), `"${rule.id}" accepts an exceeded budget in "${period}"`, maximum);
  }
}

function beyond(place: PolicyFinding["place"], what: string, maximum: number): PolicyFinding {
  return {
    rule: "accept-beyond-limit",
    place,
    message: `${what}, and ${formatDeclared(maximum)} is the limit`,
    hint: "end what is accepted at the limit",
  };
}

/** Where the plan retries by rate, it must begin at the limit and not above. */
function* lintAction({ entry, dates }: Limit, { cases }: PolicyModel): Iterable<PolicyFinding> {
  const { maximum, period } = entry.value;
  const acting = cases.filter(
    ({ list, failure, spans }) => list === "retry" && failure !== undefined && touches(spans, dates),
  );
  const least = Math.min(...acting.map(({ failure }) => failure?.from ?? 0));
  if (maximum === undefined || acting.length === 0 || least <= maximum) return;
  yield {
    rule: "limit-without-action",
    place: entry.at("maximum"),
    message: `${formatDeclared(maximum)} is the limit in "${period}", and "${acting[0]?.id}" acts above ${formatDeclared(least)} only: nothing happens between`,
    hint: "begin to act at the limit",
  };
}

/** What is to be investigated or stopped must not end in acceptance, nor fall through the tree. */
function* lintTreeAction({ entry }: Limit, { tree, declaration }: PolicyModel): Iterable<PolicyFinding> {
  const { maximum, period, exceeded, allowed } = entry.value;
  if (maximum === undefined || exceeded.action === "document" || tree.branches.length === 0) return;
  const breach: FactCondition = {
    ...nothingElseWrong,
    period: [period],
    ...(allowed.length > 0
      ? { category: allowed, rate: ["exceeded"] }
      : { category: declaration.names.categories, rate: ["unexpected-category"] }),
  };
  const accepting = tree.branches.filter(
    ({ rule, boxes }) =>
      rule.decision === "accept" && boxes.some((box) => withinBox(box, breach) !== undefined),
  );
  if (accepting.length === 0) return;
  yield {
    rule: "limit-without-action",
    place: entry.at("maximum"),
    message: `More than ${formatDeclared(maximum)} in "${period}" is to be ${exceeded.action === "stop" ? "stopped at" : "investigated"}, and "${accepting[0]?.rule.id}" accepts it`,
    hint: "let a recovery rule investigate the rate before that one",
  };
}

function touches(spans: PlanCase["spans"], dates: DateRange): boolean {
  return spans.some((span) => sharedDates(span, dates) !== undefined);
}
