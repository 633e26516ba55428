import { addDays } from "../../domain/calendar-date.ts";
import { unreachable } from "../../errors.ts";
import { countOf, formatDeclared } from "../../domain/format.ts";
import { unnamedOwner } from "../defaults/fill-defaults.ts";
import type { Organisation } from "../parse-organisation.ts";
import type { PolicyFinding } from "../problem.ts";
import type { OrganisationRule } from "../schema/organisation-schema.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import { withinBox } from "./fact-boxes.ts";
import type { PolicyModel } from "./policy-model.ts";

type Breach = Pick<PolicyFinding, "place" | "message" | "hint">;
type RuleOf<Kind extends OrganisationRule["kind"]> = Extract<OrganisationRule, { readonly kind: Kind }>;

/** Where a runbook breaks what its organisation demands: each with the rule's place and words. */
export function* lintOrganisation(
  model: PolicyModel,
  { rules, today }: Organisation,
): Iterable<PolicyFinding> {
  for (const { value, at } of rules) {
    const { file, line, column } = at();
    for (const { message, ...breach } of breachesOf(value, { model, today })) {
      const why = `"${value.id}" of ${file}:${line}:${column} says: ${value.because}`;
      yield { rule: "organisation-rule", message: `${message}; ${why}`, ...breach };
    }
  }
}

type Judged = { readonly model: PolicyModel; readonly today: Organisation["today"] };

function breachesOf(rule: OrganisationRule, { model, today }: Judged): Iterable<Breach> {
  switch (rule.kind) {
    case "owner":
      return ownerBreaches(rule, model);
    case "watchers":
      return watcherBreaches(model);
    case "gate":
      return gateBreaches(rule, model);
    case "maximum-rate":
      return rateBreaches(rule, model);
    case "waiver-days":
      return waiverBreaches(rule, { model, today });
    case "never-accepted":
      return acceptanceBreaches(rule, model);
    default:
      return unreachable(rule);
  }
}

function* ownerBreaches(rule: RuleOf<"owner">, { declaration: { identity } }: PolicyModel): Iterable<Breach> {
  const { owner, name } = identity.value;
  const known = rule["one-of"];
  const isNamed = owner !== "" && owner !== unnamedOwner;
  if (isNamed && (known === undefined || known.includes(owner))) return;
  yield {
    place: identity.at(isNamed ? "owner" : "name"),
    message: isNamed ? `"${owner}" may not be the owner` : `"${name}" names no owner`,
    hint: known === undefined ? "name one under `owner`" : `name one of ${known.join(", ")} under \`owner\``,
  };
}

function* watcherBreaches({ declaration: { identity, watchers } }: PolicyModel): Iterable<Breach> {
  if (watchers.length > 0) return;
  const message = `"${identity.value.name}" names no watchers`;
  yield { place: identity.at("name"), message, hint: "name somebody under `watchers`" };
}

function* gateBreaches(rule: RuleOf<"gate">, { declaration }: PolicyModel): Iterable<Breach> {
  const gates = declaration.gates.map(({ value }) => value).filter(({ kind }) => kind === rule.gate);
  const fitting = gates.filter(({ blocking }) => blocking || !rule.blocking);
  const looked = new Set(fitting.flatMap(({ processors }) => processors));
  const kind = `${rule.blocking ? "blocking " : ""}${rule.gate} gate`;
  for (const { value, at } of declaration.processors) {
    if (looked.has(value.id) || !isInPhases(value, rule.phases)) continue;
    const hint = `name it under \`processors\` of a ${kind}`;
    yield { place: at("id"), message: `No ${kind} looks at ${value.id}`, hint };
  }
}

function* rateBreaches(rule: RuleOf<"maximum-rate">, { declaration, limits }: PolicyModel): Iterable<Breach> {
  const inPhases = declaration.processors.filter(({ value }) => isInPhases(value, rule.phases));
  const concerned = new Set(inPhases.map(({ value }) => value.id));
  const most = formatDeclared(rule.rate);
  const hint = `set at most ${most}`;
  for (const { entry, processors } of limits) {
    const { maximum, period } = entry.value;
    if (maximum === undefined || maximum <= rule.rate) continue;
    const own = processors.filter((id) => concerned.has(id));
    if (own.length === 0) continue;
    const message = `The maximum of ${own.join(", ")} in ${period} is ${formatDeclared(maximum)}, above ${most}`;
    yield { place: entry.at("maximum"), message, hint };
  }
  for (const { value, at } of declaration.waivers) {
    if (value.kind !== "budget" || value["max-rate"] <= rule.rate || !concerned.has(value.processor))
      continue;
    const message = `"${value.id}" accepts ${formatDeclared(value["max-rate"])} of ${value.processor}, above ${most}`;
    yield { place: at("max-rate"), message, hint };
  }
}

function* waiverBreaches(
  { days }: RuleOf<"waiver-days">,
  { model: { declaration }, today }: Judged,
): Iterable<Breach> {
  const last = addDays(today, days);
  for (const { value, at } of declaration.waivers) {
    if (value.expires <= last) continue;
    const message = `"${value.id}" holds until ${value.expires}, more than ${countOf(days, "day")} from ${today}`;
    yield { place: at("expires"), message, hint: `let it expire on ${last} or before` };
  }
}

function* acceptanceBreaches(
  { categories }: RuleOf<"never-accepted">,
  { declaration, tree, cases }: PolicyModel,
): Iterable<Breach> {
  function forbidden(named: readonly string[]): readonly string[] {
    return named.filter((category) => categories.includes(category));
  }
  for (const { value, at } of declaration.budgets) {
    for (const category of forbidden(value.allowed)) {
      const place = at("allowed", value.allowed.indexOf(category));
      const message = `The budget of ${value.period} allows ${category}`;
      yield { place, message, hint: "take it out of `allowed`" };
    }
  }
  for (const { rule, boxes } of tree.branches) {
    if (rule.decision !== "accept") continue;
    for (const category of categories) {
      if (!boxes.some((box) => withinBox(box, { category: [category] }) !== undefined)) continue;
      const message = `"${rule.id}" accepts failures of ${category}`;
      yield { place: rule.entry.at("id"), message, hint: "let an earlier rule decide about them" };
    }
  }
  for (const { list, id, place, categories: named = [] } of cases) {
    if (list !== "accept") continue;
    for (const name of forbidden(named))
      yield { place, message: `"${id}" accepts ${name}`, hint: "take it out of `category`" };
  }
}

function isInPhases({ phase }: ProcessorText, phases: readonly number[] | undefined): boolean {
  return phases === undefined || phases.includes(phase);
}
