import { listUnder, mappingOf, textUnder, type Written } from "./written.ts";

/**
 * Gates where a runbook has none: gaps and contract of the sources before everything, contract and gaps of each processor
 * that another one reads, contamination and coverage of all of them at the end. None without processors.
 */
export function usualGates(processors: readonly Written[]): readonly Written[] {
  const ids = processors.map((processor) => textUnder(processor, "id"));
  if (ids.length === 0) return [];
  const readIds = new Set(processors.flatMap(readBy));
  const upstream = ids.filter((id) => readIds.has(id));
  const sinks = ids.filter((id) => !readIds.has(id));
  const first = processors
    .filter((processor) => readBy(processor).some((name) => !ids.includes(name)))
    .map((processor) => textUnder(processor, "id"));
  return [
    ...["gaps", "contract"].map((kind) => ({
      id: `sources-${kind}`,
      kind,
      after: [],
      processors: first.length > 0 ? first : ids,
    })),
    ...upstream.flatMap((id) =>
      ["contract", "gaps"].map((kind) => ({
        id: `${slugOf(id)}-${kind}`,
        kind,
        after: [id],
        processors: [id],
      })),
    ),
    ...["contamination", "coverage"].map((kind) => ({
      id: `final-${kind}`,
      kind,
      after: sinks,
      processors: ids,
    })),
  ];
}

/** What a processor reads, by name. */
export function readBy(processor: Written): readonly string[] {
  return listUnder(processor, "reads").map((edge) => textUnder(mappingOf(edge), "from"));
}

function slugOf(id: string): string {
  return id.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
