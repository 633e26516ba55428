import { gateTraits } from "../../runbook/gate-traits.ts";
import type { Gate, Runbook } from "../../runbook/runbook.ts";
import { withUpstream } from "../../runbook/upstream.ts";
import { isBuilt, type Plan } from "../plan.ts";
import { readsByProcessor, upstreamsOf } from "../upstream/upstream.ts";

/** A gate of a plan: what has to end before it, and who has to wait for it. */
export type PlannedGate = {
  readonly gate: Gate;
  /** Processors that it has to wait for itself: those of `after`, and those whose tables its relations read. */
  readonly direct: ReadonlySet<string>;
  /** Processors after whose cells it runs. */
  readonly after: ReadonlySet<string>;
  /**
   * Processors whose cells wait for it: those that read what it looks at and stand after all of `after` in the runbook's
   * order, so that gates never wait for each other in a circle.
   */
  readonly before: ReadonlySet<string>;
};

/**
 * The gates that a plan passes, in the runbook's order: all of whose `after` the plan selects, so that no gate judges
 * what nobody asked for. A plan without cells passes those that hold something of it: only another look lets it go.
 */
export function orderGates(runbook: Runbook, plan: Plan): readonly PlannedGate[] {
  const holding = new Set(
    plan.skipped.flatMap(({ reason }) => (reason.kind === "held" ? [reason.gate] : [])),
  );
  const selected = new Set([
    ...plan.cells.map(({ processor }) => processor),
    ...plan.skipped.filter(({ reason }) => isBuilt(reason)).map(({ processor }) => processor),
  ]);
  return placeGates(runbook)
    .filter(({ gate }) => plan.cells.length > 0 || holding.has(gate.id))
    .filter(({ gate }) => gate.after.every((id) => selected.has(id)));
}

/** All gates of a runbook, in its order, with what has to end before each and who waits for it. */
export function placeGates(runbook: Runbook): readonly PlannedGate[] {
  const ranks = new Map(runbook.processors.map(({ id }, rank) => [id, rank]));
  return runbook.gates.map((gate) => {
    const last = Math.max(-1, ...gate.after.map((id) => ranks.get(id) ?? -1));
    const compared = comparedBy(runbook, gate).filter((id) => (ranks.get(id) ?? last) < last);
    const direct = new Set([...gate.after, ...compared]);
    const readers = gate.blocking ? readersOf(runbook, gate) : [];
    const before = new Set(readers.filter((id) => (ranks.get(id) ?? 0) > last));
    return { gate, direct, after: withUpstream(readsByProcessor(runbook), direct), before };
  });
}

/** Processors whose tables a gate's relations read, beside the table that they are about. */
function comparedBy(runbook: Runbook, { kind, after, processors }: Gate): readonly string[] {
  if (!gateTraits[kind].asksRelations) return [];
  const hasRun = withUpstream(readsByProcessor(runbook), after);
  const tables = new Set(
    runbook.processors
      .filter(({ id }) => processors.includes(id) && hasRun.has(id))
      .flatMap(({ relations }) => relations.flatMap(({ reads }) => reads.map(({ table }) => table))),
  );
  return runbook.processors.filter(({ table }) => tables.has(table)).map(({ id }) => id);
}

/**
 * Who reads a table that the gate looks at; a gate before everything looks at the sources of its processors, which others
 * may read as well.
 */
function readersOf(runbook: Runbook, gate: Gate): readonly string[] {
  if (gate.after.length === 0) return [...gate.processors, ...readersOfSources(runbook, gate.processors)];
  const reads = readsByProcessor(runbook);
  return runbook.processors
    .filter(({ id }) => (reads.get(id) ?? []).some((read) => gate.processors.includes(read)))
    .map(({ id }) => id);
}

function readersOfSources(runbook: Runbook, processors: readonly string[]): readonly string[] {
  const sources = new Map(
    [...upstreamsOf(runbook)].map(([id, upstreams]) => [
      id,
      upstreams.flatMap(({ edge, producer }) => (producer.kind === "source" ? [edge.table] : [])),
    ]),
  );
  const looked = new Set(processors.flatMap((id) => sources.get(id) ?? []));
  return [...sources].flatMap(([id, tables]) => (tables.some((table) => looked.has(table)) ? [id] : []));
}
