import type { Processor, Runbook } from "../../runbook/runbook.ts";

/** A processor that computes something else than before; `parts` says in what, and is empty where it is new. */
export type ChangedProcessor = { readonly id: string; readonly parts: readonly string[] };

/** Processors whose definition another runbook's does not have, in the order of the runbook. */
export function changedDefinitions(before: Runbook, after: Runbook): readonly ChangedProcessor[] {
  const earlier = new Map(before.processors.map((processor) => [processor.id, processor]));
  return after.processors.flatMap((processor) => {
    const was = earlier.get(processor.id);
    if (was === undefined) return [{ id: processor.id, parts: [] }];
    const parts = differingParts(was, processor);
    return parts.length === 0 ? [] : [{ id: processor.id, parts }];
  });
}

function differingParts(before: Processor, after: Processor): readonly string[] {
  const [was, is] = [partsOf(before), partsOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((part) => was.get(part) !== is.get(part));
}

function partsOf({ definition }: Processor): ReadonlyMap<string, string> {
  const parts = Object.entries(JSON.parse(definition) as Readonly<Record<string, unknown>>);
  return new Map(parts.map(([part, value]) => [part, JSON.stringify(value)]));
}
