import { isWithin } from "../domain/calendar-date.ts";
import type { Diff } from "../domain/change.ts";
import { Fault } from "../errors.ts";
import { readCatalog } from "../ledger/catalog.ts";
import { readChanges } from "../ledger/recorded-changes.ts";
import { hasRun } from "../ledger/read-runs.ts";
import { readCalendarDays } from "../ledger/read-calendar-days.ts";
import { allDays, everyOf, ownDaysAmong } from "../plan/calendar/own-days.ts";
import { selectDates } from "../plan/calendar/select-dates.ts";
import type { Selection } from "../plan/plan.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { computeDifference } from "../run/diff/compute-difference.ts";
import { readRunbookText } from "../run/read-runbook.ts";
import type { RunEffects } from "../run/run-event.ts";
import { vetRunbook } from "../run/vet-runbook.ts";
import { nearestName } from "../runbook/nearest.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { parseOrRefuse } from "./compare-policies.ts";
import { readRunbookAtRef } from "./runbook-at-ref.ts";

/** Whose rows are compared, on which dates, and by whose definition they are computed. */
export type DiffRequest = {
  readonly runbook: Runbook;
  /** How the runbook was named, and the git ref whose definition is computed; undefined: the one of the files as they are. */
  readonly at: { readonly name: string; readonly ref: string } | undefined;
  readonly processor: string;
  readonly selection: Selection;
  readonly effects: RunEffects;
};

/**
 * Computes a processor's dates by a definition, without committing them, and compares them with what its table holds.
 * Faults: unknown-name, date-outside-calendar, usage where it cannot be computed without writing, warehouse-failed.
 */
export async function diffProcessor(warehouse: Warehouse, request: DiffRequest): Promise<Diff> {
  const { runbook, selection, effects, at } = request;
  const processor = requireProcessor(runbook, request.processor);
  const calendar = await readCalendarDays(warehouse, runbook);
  const selected = selectDates(allDays(runbook, calendar), { selection }).dates;
  const days = ownDaysAmong(
    calendar,
    everyOf(processor),
    selected.map((date) => ({ date })),
  );
  const defined = at === undefined ? runbook : await runbookAt(warehouse, at);
  const definition = requireProcessor(defined, processor.id);
  refuseIncomparable(definition, processor);
  const standing = (await readCatalog(warehouse, runbook)).get(processor.table);
  const computed = await computeDifference(warehouse, {
    runbook: defined,
    processor: definition,
    calendar,
    dates: days.map(({ date }) => date),
    standing: new Set(standing?.keys()),
    effects,
  });
  return {
    runbook: runbook.name,
    processor: processor.id,
    against: at?.ref ?? "staged",
    dates: computed.dates,
    refused: [...computed.refused].map(([date, error]) => ({ date, error: effects.redact(error) })),
    absent: computed.absent,
  };
}

/**
 * What a run changed of a processor, as it was recorded when it committed; undefined where the ledger knows no such run.
 * Faults: unknown-name; usage where nothing is recorded of the processor, since it has no budget of changes.
 */
export async function recordedDiff(
  warehouse: Warehouse,
  {
    runbook,
    selection,
    ...request
  }: Pick<DiffRequest, "runbook" | "processor" | "selection"> & { readonly runId: string },
): Promise<Diff | undefined> {
  const { runId } = request;
  const processor = requireProcessor(runbook, request.processor);
  if (!(await hasRun(warehouse, runbook, runId))) return undefined;
  const changes = (await readChanges(warehouse, runbook, runId)).get(processor.id);
  if (changes === undefined && processor.changes === undefined) {
    throw new Fault(
      "usage",
      `Cannot tell what run ${runId} changed of ${processor.id}: nothing was recorded`,
      {
        hint: "Declare `changes` on the processor, for example { rows-added: 1 }: from then on runs record what they change",
      },
    );
  }
  const { range, dates } = selection;
  const asked = (changes ?? []).filter(
    ({ date }) => isWithin(date, range) && (dates?.includes(date) ?? true),
  );
  return {
    runbook: runbook.name,
    processor: processor.id,
    against: runId,
    dates: asked,
    refused: [],
    absent: [],
  };
}

/** A processor by its id, upper and lower case alike. */
function requireProcessor(runbook: Runbook, id: string): Processor {
  const found = runbook.processors.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return found;
  const ids = runbook.processors.map((one) => one.id);
  const nearest = nearestName(id, ids);
  throw new Fault("unknown-name", `Cannot compare: the runbook "${runbook.name}" has no processor "${id}"`, {
    hint: nearest === undefined ? `It has ${ids.join(", ")}` : `Did you mean "${nearest}"?`,
  });
}

/** The runbook as a git ref has it, vetted like any other before its text runs. */
async function runbookAt(
  warehouse: Warehouse,
  { name, ref }: NonNullable<DiffRequest["at"]>,
): Promise<Runbook> {
  const text = await readRunbookAtRef(await readRunbookText(name), ref);
  if (text === undefined) {
    throw new Fault("unknown-name", `Cannot compare with "${ref}": it has no runbook "${name}"`, {
      hint: "Name a commit that has it",
    });
  }
  const declared = parseOrRefuse(text);
  await vetRunbook(warehouse, declared);
  return completeRunbook(warehouse, declared);
}

function refuseIncomparable(definition: Processor, standing: Processor): void {
  if (writesItself(definition)) {
    throw new Fault("usage", `Cannot compare ${definition.id}: its command writes the table itself`, {
      hint: "It cannot be computed without writing; have the command give rows (`writes: staged`)",
    });
  }
  const [was, is] = [standing, definition].map(({ table, key }) => `${table} by ${key.join(", ")}`);
  if (was === is) return;
  throw new Fault(
    "usage",
    `Cannot compare ${definition.id}: expected ${was}, the other definition has ${is}`,
    {
      hint: "Rows are compared by their key in one table; name a commit that has the same",
    },
  );
}
