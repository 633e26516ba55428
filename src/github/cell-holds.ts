import { isWithin, type CalendarDate } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import type { HeldDates } from "../ledger/record-gates.ts";
import { placeGates, type PlannedGate } from "../plan/order/order-gates.ts";
import { readsByProcessor, upstreamsOf } from "../plan/upstream/upstream.ts";
import type { HeldPartitions } from "../run/run-planned-cells.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";
import type { PlanFile } from "./plan-file.ts";
import type { ArtifactName } from "./state/artifact-names.ts";
import type { Manifest } from "./state/manifest.ts";

/** What a cell knows when it decides what it may read. */
export type HoldFacts = {
  readonly runbook: Runbook;
  readonly file: PlanFile;
  readonly processor: string;
  /** Names of all results that the attempt may read. */
  readonly results: readonly ArtifactName[];
  /** Manifests of upstream cells and of the gates before the cell. */
  readonly manifests: readonly Manifest[];
  /** What the ledger holds of the run's gates. */
  readonly recorded: ReadonlyMap<string, { readonly status: string; readonly held: readonly HeldDates[] }>;
  readonly calendar: readonly CalendarDate[];
};

/** Dates held back and, for people, by whom. */
export type NamedHold = HeldPartitions & { readonly because: string };

/**
 * What a cell must not read though the warehouse would let it: planned dates of its upstream that no cell decided, and
 * what blocking gates hold back. A gate without a result of its own counts as one that holds back all that it looks at.
 */
export function holdsOf(facts: HoldFacts): readonly NamedHold[] {
  return [...undecidedHolds(facts), ...gatesBefore(facts).flatMap((gate) => gateHolds(facts, gate))];
}

/** The gates of the plan that a processor's cells wait for. */
export function gatesBefore({
  runbook,
  file,
  processor,
}: Pick<HoldFacts, "runbook" | "processor"> & {
  readonly file: Pick<PlanFile, "gates">;
}): readonly PlannedGate[] {
  const planned = new Set(file.gates);
  return placeGates(runbook).filter(({ gate, before }) => planned.has(gate.id) && before.has(processor));
}

function undecidedHolds({ runbook, file, processor, manifests }: HoldFacts): readonly NamedHold[] {
  const read = new Set(readsByProcessor(runbook).get(processor));
  return file.plan.cells
    .filter((cell) => read.has(cell.processor))
    .flatMap((cell) => {
      const own = manifests.filter(({ kind, id }) => kind === "cell" && id === cell.id);
      const judged = own.flatMap(({ dates }) => dates).filter(({ outcome }) => outcome !== "moved");
      const decided = new Set(judged.map(({ date }) => date));
      const dates = cell.dates.filter((date) => !decided.has(date));
      const table = runbook.processors.find(({ id }) => id === cell.processor)?.table;
      if (dates.length === 0 || table === undefined) return [];
      return [{ table, dates, because: `the cell ${cell.id} left no result` }];
    });
}

function gateHolds(facts: HoldFacts, { gate, after }: PlannedGate): readonly NamedHold[] {
  const recorded = facts.recorded.get(gate.id);
  if (recorded === undefined || !isCurrent(facts, gate, after)) {
    const dates = facts.calendar.filter((date) => isWithin(date, facts.file.plan.range));
    const because = `the gate ${gate.id} has no result`;
    return tablesOf(facts.runbook, gate).map((table) => ({ table, dates, because }));
  }
  const because = `the gate ${gate.id} is ${recorded.status}`;
  return recorded.held.map(({ table, dates }) => ({ table, dates, because }));
}

/** Whether a gate has looked since the newest attempt of every cell before it. */
function isCurrent({ file, results, manifests }: HoldFacts, gate: Gate, after: ReadonlySet<string>): boolean {
  const recorded = manifests.filter(
    ({ kind, id, isComplete }) => kind === "gate" && id === gate.id && isComplete,
  );
  const looked = Math.max(0, ...recorded.map(({ attempt }) => attempt));
  const before = new Set(file.plan.cells.filter(({ processor }) => after.has(processor)).map(({ id }) => id));
  // Jobs of several cells leave a bundle under the name of the first.
  const changed = results.filter(({ kind, id }) => kind !== "gate" && before.has(id));
  return looked >= Math.max(1, ...changed.map(({ attempt }) => attempt));
}

/** The tables that a gate looks at; one before everything looks at the sources of its processors. */
function tablesOf(runbook: Runbook, { after, processors }: Gate): readonly TableId[] {
  if (after.length > 0) {
    return runbook.processors.filter(({ id }) => processors.includes(id)).map(({ table }) => table);
  }
  const upstreams = upstreamsOf(runbook);
  const read = processors.flatMap((id) => upstreams.get(id) ?? []);
  return [...new Set(read.flatMap(({ edge, producer }) => (producer.kind === "source" ? [edge.table] : [])))];
}
