import { gateBarriers } from "../../plan/order/gate-barriers.ts";
import { readsByProcessor } from "../../plan/upstream/upstream.ts";
import type { Gate, Runbook } from "../../runbook/runbook.ts";

/** A job of the cascade: the cells of a processor, or the gates of a barrier. */
export type GraphJob = {
  readonly id: string;
  readonly kind: "cells" | "gates";
  /** Ids of the jobs that have to end before, each once. */
  readonly needs: readonly string[];
  /** Those of a barrier. */
  readonly gates: readonly Gate[];
};

/** The jobs of a runbook in an order in which each stands after all that it needs. */
export function jobGraph(runbook: Runbook): readonly GraphJob[] {
  const barriers = gateBarriers(runbook);
  const reads = readsByProcessor(runbook);
  const order = runbook.processors.map(({ id }) => id);
  const cellJobs = order.map((id): GraphJob => {
    const read = new Set(reads.get(id));
    const held = barriers.filter(({ before }) => before.has(id)).map((barrier) => barrier.id);
    return {
      id,
      kind: "cells",
      needs: [...order.filter((other) => read.has(other)), ...held],
      gates: [],
    };
  });
  const gateJobs = barriers.map(({ id, after, gates }) => {
    const needs = order.filter((processor) => after.includes(processor));
    const job: GraphJob = { id, kind: "gates", needs, gates: gates.map(({ gate }) => gate) };
    return { job, place: Math.max(-1, ...needs.map((processor) => order.indexOf(processor))) };
  });
  return [undefined, ...cellJobs].flatMap((cells, index) => [
    ...(cells === undefined ? [] : [cells]),
    ...gateJobs.filter(({ place }) => place === index - 1).map(({ job }) => job),
  ]);
}
