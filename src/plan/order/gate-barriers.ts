import { tupleText } from "../../domain/tuple-text.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { placeGates, type PlannedGate } from "./order-gates.ts";

/** Gates that run at one point of a cascade: after the same processors. */
export type GateBarrier = {
  /** `gates-analytics`: what the ids of its gates begin with; unique in the runbook. */
  readonly id: string;
  readonly gates: readonly PlannedGate[];
  /** Processors that have to be through: those that the runbook names, and those that relations compare with. */
  readonly after: readonly string[];
  /** Processors whose cells wait for it. */
  readonly before: ReadonlySet<string>;
};

/** The barriers of a runbook, in the order of their first gates. */
export function gateBarriers(runbook: Runbook): readonly GateBarrier[] {
  const groups = Map.groupBy(placeGates(runbook), ({ gate }) => tupleText(gate.after.toSorted()));
  const taken = new Set<string>();
  return [...groups.values()].map((gates) => {
    const id = uniqueId(`gates-${sharedName(gates.map(({ gate }) => gate.id))}`, taken);
    const before = new Set(gates.flatMap((gate) => [...gate.before]));
    return { id, gates, after: [...new Set(gates.flatMap(({ direct }) => [...direct]))], before };
  });
}

/** The dash-separated words that all names begin with; the first name when they share none. */
function sharedName(names: readonly string[]): string {
  const [first = "", ...others] = names;
  const words = first.split("-");
  let shared = words.length;
  for (const other of others) {
    const own = other.split("-");
    const differing = words.findIndex((word, index) => own[index] !== word);
    if (differing >= 0) shared = Math.min(shared, differing);
  }
  return shared === 0 ? first : words.slice(0, shared).join("-");
}

function uniqueId(id: string, taken: Set<string>): string {
  let unique = id;
  for (let count = 2; taken.has(unique); count += 1) unique = `${id}-${count}`;
  taken.add(unique);
  return unique;
}
