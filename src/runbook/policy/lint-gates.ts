import { withinBox } from "./fact-boxes.ts";
import type { Entry } from "../entry.ts";
import { gateTraits } from "../gate-traits.ts";
import type { GateText } from "../schema/policy-schema.ts";
import type { PolicyFinding } from "../problem.ts";
import { withUpstream } from "../upstream.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Whether gates stand where they are needed, look at what has run, and agree with what is accepted. */
export function* lintGates(model: PolicyModel): Iterable<PolicyFinding> {
  for (const gate of model.declaration.gates) {
    yield* lintScope(gate, model);
    yield* lintAcceptance(gate, model);
  }
  yield* lintEdges(model);
  yield* lintUngated(model);
}

/** A gate before everything looks at what its processors read; every other one at tables that are through by then. */
function* lintScope({ value, at }: Entry<GateText>, { reads }: PolicyModel): Iterable<PolicyFinding> {
  const through = withUpstream(reads, value.after);
  const early = value.processors.filter((id) => !through.has(id));
  if (value.after.length === 0 || early.length === 0) return;
  yield {
    rule: "gate-scope-exceeds-run",
    place: at("processors"),
    message: `"${value.id}" looks at ${early.join(", ")} before ${early.length === 1 ? "it has" : "they have"} run`,
    hint: "name what is through under `processors`, or put the gate after them",
  };
}

function* lintAcceptance(gate: Entry<GateText>, model: PolicyModel): Iterable<PolicyFinding> {
  const { id, kind, strict } = gate.value;
  const { always, whenStrict } = gateTraits[kind].fails;
  const failing = strict ? whenStrict : always;
  if (failing.length === 0) return;
  const accepting = [...casesAccepting(failing, model), ...rulesAccepting(failing, model)];
  if (accepting.length === 0) return;
  yield {
    rule: "gate-contradicts-acceptance",
    place: gate.at(strict ? "strict" : "id"),
    message: `"${id}" fails ${failing.join(" and ")} dates, and ${accepting.map((name) => `"${name}"`).join(", ")} may accept them`,
    hint: strict ? "let the rule not accept them, or the gate not be strict" : "let the rule not accept them",
  };
}

function casesAccepting(statuses: readonly string[], { cases }: PolicyModel): readonly string[] {
  return cases
    .filter(
      ({ list, contamination }) =>
        list === "accept" && contamination?.some((status) => statuses.includes(status)),
    )
    .map(({ id }) => id);
}

/** Rules to which contaminated dates come that are otherwise settled: nothing else holds them. */
function rulesAccepting(statuses: readonly string[], { tree }: PolicyModel): readonly string[] {
  const condition = { state: ["settled"], upstream: ["settled"], contamination: statuses };
  return tree.branches
    .filter(({ rule }) => rule.decision === "accept")
    .filter(({ boxes }) => boxes.some((box) => withinBox(box, condition) !== undefined))
    .map(({ rule }) => rule.id);
}

/** Between a processor and what reads it stands a blocking gate that looks at it; budgets hold nothing up. */
function* lintEdges({ declaration, processors, reads }: PolicyModel): Iterable<PolicyFinding> {
  if (declaration.gates.length === 0) return;
  for (const { value, at } of declaration.processors) {
    for (const upstream of reads.get(value.id) ?? []) {
      if (!processors.includes(upstream) || upstream === value.id) continue;
      const isGated = declaration.gates.some(({ value: gate }) => {
        const through = withUpstream(reads, gate.after);
        const isBetween = through.has(upstream) && !through.has(value.id);
        return (
          gate.blocking && gateTraits[gate.kind].isGuard && gate.processors.includes(upstream) && isBetween
        );
      });
      if (isGated) continue;
      const index = value.reads.findIndex(({ from }) => from === upstream);
      yield {
        rule: "edge-without-gate",
        place: index < 0 ? at("population") : at("reads", index, "from"),
        message: `${value.id} reads ${upstream}, and no blocking gate looks at ${upstream} before`,
        hint: `add a gate after ${upstream}`,
      };
    }
  }
}

function* lintUngated({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const gated = new Set(declaration.gates.flatMap(({ value }) => value.processors));
  for (const { value, at } of declaration.processors) {
    if (gated.has(value.id)) continue;
    yield {
      rule: "processor-without-gate",
      place: at("id"),
      message: `No gate looks at ${value.id}`,
      hint: "name it under `processors` of a gate",
    };
  }
}
