import type { Runbook } from "../../runbook/runbook.ts";

/** Ids of all processors that a processor reads, directly or through others. */
export function upstreamProcessors({ processors }: Runbook, id: string): ReadonlySet<string> {
  const byTable = new Map(processors.map((processor) => [processor.table, processor]));
  const found = new Set<string>();
  const open = processors.filter((one) => one.id === id);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { table } of next.reads) {
      const read = byTable.get(table);
      if (read === undefined || found.has(read.id)) continue;
      found.add(read.id);
      open.push(read);
    }
  }
  return found;
}
