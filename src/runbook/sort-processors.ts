import type { Entry } from "./entry.ts";
import type { ProcessorText } from "./schema/processor-schema.ts";

/** Processors with each after all that it reads, and the circles that keep others from having such a place. */
export type SortedProcessors = {
  readonly sorted: readonly Entry<ProcessorText>[];
  /** Ids around each circle, the first declared first. */
  readonly cycles: readonly (readonly string[])[];
};

/** Names of the processors that a processor reads, itself included when it reads itself. */
export type UpstreamNames = (processor: Entry<ProcessorText>) => readonly string[];

/** Puts processors in order; among those that are free, the first declared comes first. */
export function sortProcessors(
  processors: readonly Entry<ProcessorText>[],
  upstream: UpstreamNames,
): SortedProcessors {
  const waiting = new Set(processors);
  const sorted: Entry<ProcessorText>[] = [];
  const cycles: (readonly string[])[] = [];
  while (waiting.size > 0) {
    const open = new Set([...waiting].map(({ value }) => value.id));
    const free = [...waiting].find((processor) => !upstream(processor).some((id) => open.has(id)));
    if (free !== undefined) {
      sorted.push(free);
      waiting.delete(free);
      continue;
    }
    const cycle = findCycle([...waiting], upstream);
    cycles.push(cycle);
    for (const entry of waiting) if (cycle.includes(entry.value.id)) waiting.delete(entry);
  }
  return { sorted, cycles };
}

/** Walks upstream from the first processor until one comes again; all of `waiting` read one of `waiting`. */
function findCycle(waiting: readonly Entry<ProcessorText>[], upstream: UpstreamNames): readonly string[] {
  const byId = new Map(waiting.map((entry) => [entry.value.id, entry]));
  const walked: string[] = [];
  let current = waiting[0];
  while (current !== undefined && !walked.includes(current.value.id)) {
    walked.push(current.value.id);
    const next = upstream(current).find((id) => byId.has(id));
    current = byId.get(next ?? "");
  }
  const circle = walked.slice(walked.indexOf(current?.value.id ?? "")).toReversed();
  const start = circle.indexOf(waiting.find(({ value }) => circle.includes(value.id))?.value.id ?? "");
  return [...circle.slice(start), ...circle.slice(0, start)];
}
