import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Problem } from "../problem.ts";
import type { CommandText, ConditionText, ExpectationText } from "../schema/plan-schema.ts";
import { known, knownAll } from "./check-references.ts";

/** Names and dates in what a plan says: expectations, cases, order and commands. */
export function* checkPlan(declaration: Declaration): Iterable<Problem> {
  const names = declaration.names.processors;
  for (const table of declaration.expectations) yield* checkExpectation(table, declaration);
  for (const rule of [...declaration.accept, ...declaration.retry]) yield* checkCondition(rule, declaration);
  for (const { value, at } of declaration.order) {
    yield* knownAll("processor", value.run, { names, at: (index) => at("run", index) });
    yield* knownAll("processor", value.after, { names, at: (index) => at("after", index) });
  }
  for (const command of declaration.commands) {
    const { value, at } = command;
    yield* knownAll("processor", value.run, { names, at: (index) => at("run", index) });
    yield* checkRange(command);
  }
}

function* checkExpectation(
  { value, at, atKey }: Entry<ExpectationText>,
  declaration: Declaration,
): Iterable<Problem> {
  const { names } = declaration;
  if (value.of !== undefined) {
    yield* known("population", value.of, { names: names.populations, place: at("of") });
  }
  for (const [row, { period, processors, counts }] of value.rows.entries()) {
    yield* known("period", period, { names: names.periods, place: at("rows", row, "period") });
    yield* knownAll("processor", processors ?? [], {
      names: names.processors,
      at: (index) => at("rows", row, "processors", index),
    });
    for (const name of Object.keys(counts)) {
      const place = atKey("rows", row, "counts", name);
      yield* known("processor", name, { names: names.processors, place });
    }
  }
}

function* checkCondition(rule: Entry<ConditionText>, { names }: Declaration): Iterable<Problem> {
  const { value, at } = rule;
  yield* knownAll("period", value.period ?? [], { names: names.periods, at: (index) => at("period", index) });
  yield* knownAll("category", value.category ?? [], {
    names: names.categories,
    at: (index) => at("category", index),
  });
  yield* checkRange(rule);
}

function* checkRange({ value, at }: Entry<ConditionText> | Entry<CommandText>): Iterable<Problem> {
  if (value.from === undefined || value.to === undefined || value.from <= value.to) return;
  yield {
    place: at("to"),
    message: `It ends on ${value.to}, before it starts on ${value.from}`,
    hint: "exchange the dates, or correct one",
  };
}
