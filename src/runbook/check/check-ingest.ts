import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Problem } from "../problem.ts";
import type { IngestText } from "../schema/ingest-schema.ts";
import { repeated } from "./check-duplicates.ts";
import { known } from "./check-references.ts";

/** `load` and `sample` fill declared sources, each once. */
export function* checkIngest({ load, sample, names }: Declaration): Iterable<Problem> {
  for (const entry of [load, sample]) {
    if (entry !== undefined) yield* checkSteps(entry, names.sources);
  }
}

function* checkSteps({ value, at }: Entry<IngestText>, sources: readonly string[]): Iterable<Problem> {
  const targets = value.steps.map(({ source, scratch }, index) => ({
    name: source ?? scratch ?? "",
    place: at("steps", index, source === undefined ? "scratch" : "source"),
  }));
  yield* repeated("target", targets);
  for (const [index, { source }] of value.steps.entries()) {
    if (source !== undefined)
      yield* known("source", source, { names: sources, place: at("steps", index, "source") });
  }
}
