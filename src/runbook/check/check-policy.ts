import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Problem } from "../problem.ts";
import { gateTraits } from "../gate-traits.ts";
import type { BudgetText, GateText, RecoveryRuleText } from "../schema/policy-schema.ts";
import type { WaiverText } from "../schema/waiver-schema.ts";
import { known, knownAll } from "./check-references.ts";

/** Names and ranges in budgets, gates, recovery rules and waivers. */
export function* checkPolicy(declaration: Declaration): Iterable<Problem> {
  for (const budget of declaration.budgets) yield* checkBudget(budget, declaration);
  const names = declaration.names.processors;
  for (const gate of declaration.gates) {
    const { value, at } = gate;
    yield* checkLimit(gate);
    yield* checkTableLimits(gate, declaration);
    yield* knownAll("processor", value.after, { names, at: (index) => at("after", index) });
    yield* knownAll("processor", value.processors, { names, at: (index) => at("processors", index) });
  }
  for (const rule of declaration.recovery) yield* checkRule(rule, declaration);
  for (const { value, at } of declaration.causes) {
    yield* knownAll("processor", value.processors ?? [], { names, at: (index) => at("processors", index) });
  }
  for (const waiver of declaration.waivers) yield* checkWaiver(waiver, declaration);
}

/** A limit stands where the kind needs one, and nowhere else. */
function* checkLimit({ value, at }: Entry<GateText>): Iterable<Problem> {
  const { needsMaximumAge } = gateTraits[value.kind];
  const isGiven = value["maximum-age"] !== undefined;
  if (needsMaximumAge === isGiven) return;
  yield needsMaximumAge
    ? {
        place: at("kind"),
        message: `The ${value.kind} gate "${value.id}" has no limit`,
        hint: "add `maximum-age`, in days",
      }
    : {
        place: at("maximum-age"),
        message: `A ${value.kind} gate has no use for \`maximum-age\``,
        hint: "remove it, or make the gate one of `kind: freshness`",
      };
}

/** Limits of single tables are of tables that the gate looks at. */
function* checkTableLimits(
  { value, at, atKey }: Entry<GateText>,
  declaration: Declaration,
): Iterable<Problem> {
  const limits = value["maximum-ages"];
  if (limits === undefined) return;
  if (!gateTraits[value.kind].needsMaximumAge) {
    yield {
      place: at("maximum-ages"),
      message: `A ${value.kind} gate has no use for \`maximum-ages\``,
      hint: "remove it, or make the gate one of `kind: freshness`",
    };
    return;
  }
  const names = [...value.processors, ...sourcesOf(value, declaration)];
  for (const name of Object.keys(limits)) {
    yield* known("table of the gate", name, { names, place: atKey("maximum-ages", name) });
  }
}

/** Sources that the gate's processors read, themselves or by their population; all where one of them has mistakes. */
function sourcesOf(gate: GateText, { processors, populations, names }: Declaration): readonly string[] {
  const own = processors.filter(({ value }) => gate.processors.includes(value.id));
  if (own.length < new Set(gate.processors).size) return names.sources;
  const read = new Set(
    own.flatMap(({ value }) => [
      ...value.reads.map(({ from }) => from),
      ...populations
        .filter(({ name }) => name === value.population)
        .flatMap((entry) => entry.value.reads ?? []),
    ]),
  );
  return names.sources.filter((source) => read.has(source));
}

function* checkBudget({ value, at, atKey }: Entry<BudgetText>, { names }: Declaration): Iterable<Problem> {
  yield* known("period", value.period, { names: names.periods, place: at("period") });
  yield* knownAll("processor", value.processors ?? [], {
    names: names.processors,
    at: (index) => at("processors", index),
  });
  yield* knownAll("category", value.allowed, {
    names: names.categories,
    at: (index) => at("allowed", index),
  });
  for (const name of Object.keys(value["expected-rows"])) {
    yield* known("processor", name, { names: names.processors, place: atKey("expected-rows", name) });
  }
  const { expected } = value;
  if (expected !== undefined && expected.from > expected.to) {
    yield {
      place: at("expected"),
      message: `The expected rate runs from ${expected.from} to ${expected.to}`,
      hint: "exchange the rates",
    };
  }
}

function* checkRule({ value, at }: Entry<RecoveryRuleText>, { names }: Declaration): Iterable<Problem> {
  yield* knownAll("period", value.when.period ?? [], {
    names: [...names.periods, "none"],
    at: (index) => at("when", "period", index),
  });
  yield* knownAll("category", value.when.category ?? [], {
    names: [...names.categories, "none"],
    at: (index) => at("when", "category", index),
  });
}

function* checkWaiver({ value, at }: Entry<WaiverText>, { names }: Declaration): Iterable<Problem> {
  const source = value.kind === "finding" ? value.source : undefined;
  if ((source === undefined) === (value.processor === undefined)) {
    yield {
      place: at("id"),
      message: `The waiver "${value.id}" is not of one table`,
      hint: "name either its `processor` or its `source`",
    };
  }
  if (source !== undefined) yield* known("source", source, { names: names.sources, place: at("source") });
  if (value.processor !== undefined) {
    yield* known("processor", value.processor, { names: names.processors, place: at("processor") });
  }
  if (value.kind === "budget") {
    yield* known("period", value.period, { names: names.periods, place: at("period") });
  }
}
