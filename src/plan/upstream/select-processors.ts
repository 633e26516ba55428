import { Fault } from "../../errors.ts";
import { nearestName } from "../../runbook/nearest.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Selection } from "../plan.ts";
import { withReaders } from "./upstream.ts";

/**
 * The ids of the processors of a selection: those named and of the named phases, with all that read them if asked.
 * Throws a fault for unknown names, and when no named processor is of a named phase.
 */
export function selectProcessors(runbook: Runbook, selection: Selection): ReadonlySet<string> {
  const { processors, phases } = selection;
  refuseUnknownNames(runbook, selection);
  const chosen = runbook.processors.filter(
    ({ id, phase }) => (processors?.includes(id) ?? true) && (phases?.includes(phase) ?? true),
  );
  if (chosen.length === 0) throw nothingChosen(selection);
  const ids = new Set(chosen.map(({ id }) => id));
  return selection.withDownstream === true ? withReaders(runbook, ids) : ids;
}

/** Stops with `unknown-name` at a processor or phase that the runbook does not declare. */
export function refuseUnknownNames(
  runbook: Runbook,
  { processors, phases }: Pick<Selection, "processors" | "phases">,
): void {
  checkNames(
    "processor",
    processors,
    runbook.processors.map(({ id }) => id),
  );
  checkNames(
    "phase",
    phases?.map(String),
    runbook.phases.map(({ number }) => String(number)),
  );
}

function checkNames(kind: string, names: readonly string[] | undefined, declared: readonly string[]): void {
  const unknown = names?.find((name) => !declared.includes(name));
  if (unknown === undefined) return;
  const nearest = kind === "phase" ? undefined : nearestName(unknown, declared);
  const hint = nearest === undefined ? `Use one of ${declared.join(", ")}.` : `Did you mean "${nearest}"?`;
  throw new Fault("unknown-name", `Cannot select ${kind} "${unknown}": the runbook declares none`, { hint });
}

function nothingChosen({ processors = [], phases = [] }: Selection): Fault {
  const what = `processor "${processors.join(",")}" of phase "${phases.join(",")}"`;
  return new Fault("usage", `Cannot select ${what}: no processor is both`, {
    hint: "Leave out the phase or the processor.",
  });
}
