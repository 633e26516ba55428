import { upstreamsOf } from "../../plan/upstream/upstream.ts";
import type { Gate, Runbook } from "../../runbook/runbook.ts";

/**
 * Most days that each table may be old, by table: the least that the freshness gates of the runbook say of it, or one of
 * them where it is given. A gate speaks of its processors and of the sources that these read.
 */
export function maximumAges(runbook: Runbook, only?: Gate): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  const gates = only === undefined ? runbook.gates : [only];
  for (const { kind, maximumAge, processors } of gates) {
    if (kind !== "freshness" || maximumAge === undefined) continue;
    for (const table of tablesOf(runbook, processors)) {
      ages.set(table, Math.min(maximumAge, ages.get(table) ?? maximumAge));
    }
  }
  return ages;
}

function tablesOf(runbook: Runbook, processors: readonly string[]): readonly string[] {
  const upstreams = upstreamsOf(runbook);
  const sources = processors.flatMap((id) =>
    (upstreams.get(id) ?? []).flatMap(({ producer }) =>
      producer.kind === "source" ? [producer.source.table] : [],
    ),
  );
  const own = runbook.processors.filter(({ id }) => processors.includes(id)).map(({ table }) => table);
  return [...new Set([...sources, ...own])];
}
