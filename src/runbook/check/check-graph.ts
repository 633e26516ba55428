import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Problem } from "../problem.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import { sortProcessors } from "../sort-processors.ts";
import { upstreamOf } from "../upstream.ts";

/** No processor reads itself, directly or through others, nor anything of a later phase. */
export function* checkGraph(declaration: Declaration): Iterable<Problem> {
  yield* checkPhases(declaration);
  yield* checkCycles(declaration);
}

function* checkPhases({ processors, sources }: Declaration): Iterable<Problem> {
  const phases = new Map<string, number>([
    ...sources.map(({ value }): [string, number] => [value.table, value.phase]),
    ...processors.map(({ value }): [string, number] => [value.id, value.phase]),
  ]);
  for (const { value, at } of processors) {
    for (const [index, { from }] of value.reads.entries()) {
      const phase = phases.get(from) ?? value.phase;
      if (phase <= value.phase) continue;
      yield {
        place: at("reads", index, "from"),
        message: `"${value.id}" of phase ${value.phase} reads "${from}" of phase ${phase}`,
        hint: "correct one of the phases, or remove the edge",
      };
    }
  }
}

function* checkCycles(declaration: Declaration): Iterable<Problem> {
  const { cycles } = sortProcessors(declaration.processors, upstreamOf(declaration));
  for (const cycle of cycles) {
    const [first = ""] = cycle;
    const before = cycle.at(-1) ?? first;
    const entry = declaration.processors.find(({ value }) => value.id === first);
    if (entry === undefined) continue;
    yield {
      place: placeOfEdge(entry, before),
      message:
        cycle.length === 1
          ? `"${first}" reads itself`
          : `Processors read in a circle: ${[...cycle, first].join(" → ")}`,
      hint: "remove one of the edges",
    };
  }
}

/** The edge to the upstream processor; the population where that is what reads it. */
function placeOfEdge({ value, at }: Entry<ProcessorText>, upstream: string): Problem["place"] {
  const index = value.reads.findIndex(({ from }) => from === upstream);
  return index < 0 ? at("population") : at("reads", index, "from");
}
