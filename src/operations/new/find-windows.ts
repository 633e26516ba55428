import { countOf } from "../../domain/format.ts";
import { tableNameOf } from "../../domain/table-id.ts";
import type { Window } from "../../domain/window.ts";
import { createTables } from "../../ledger/create-tables.ts";
import { readCalendarDays } from "../../ledger/read-calendar-days.ts";
import { datesToAudit } from "../../plan/audit/sample-dates.ts";
import type { WindowFinding } from "../../plan/audit/window-finding.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import { auditDates } from "../../run/audit/audit-windows.ts";
import { completeRunbook } from "../../run/complete-runbook.ts";
import { parseRunbook } from "../../runbook/parse-runbook.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { allHistory, mergedWindows, windowsOf } from "../../starter/guess-windows.ts";
import type { StarterFiles } from "../../starter/starter-files.ts";
import type { StarterStep, StepInput } from "../../starter/starter-step.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { FoundSteps } from "./find-steps.ts";

/** Steps to find windows for, and the runbook that some of them make. */
export type WindowRequest = {
  readonly name: string;
  readonly steps: readonly StarterStep[];
  readonly filesOf: (steps: readonly StarterStep[]) => StarterFiles;
};

/**
 * The narrowest of the usual windows in which each step gives the same rows as with all history, by the audit that a run
 * makes, on the same dates. What reads later dates has none and is left out, with what reads it. The workshop holds the
 * sources and what the steps give.
 */
export async function findWindows(workshop: Warehouse, request: WindowRequest): Promise<FoundSteps> {
  let steps = request.steps;
  const skipped: string[] = [];
  for (const { id } of request.steps) {
    const step = steps.find((other) => other.id === id);
    if (step === undefined) continue;
    const lost = step.inputs.find(({ from }) => isLost(request.steps, steps, from));
    const windows = lost === undefined ? await narrowest(workshop, { ...request, steps, step }) : undefined;
    if (windows !== undefined) {
      steps = steps.map((other) => (other === step ? { ...step, inputs: windows } : other));
      continue;
    }
    const why =
      lost === undefined
        ? "no window is wide enough: it reads later dates"
        : `it reads "${lost.from}", which was left out`;
    skipped.push(`${tableNameOf(step.table)}: ${why}`);
    steps = steps.filter((other) => other !== step);
  }
  return { steps, skipped };
}

function isLost(before: readonly StarterStep[], now: readonly StarterStep[], id: string): boolean {
  return before.some((step) => step.id === id) && !now.some((step) => step.id === id);
}

type Narrowing = WindowRequest & { readonly step: StarterStep };

/** The windows of each input; undefined where all history is not enough. */
async function narrowest(
  workshop: Warehouse,
  narrowing: Narrowing,
): Promise<readonly StepInput[] | undefined> {
  const { step } = narrowing;
  const own: readonly Window[] = [{ kind: "same-date" }];
  const narrow = withWindows(step, () => own);
  const first = await audit(workshop, narrowing, narrow);
  if (first === undefined) return step.inputs;
  if (first.findings.length === 0) return explained(narrow, first);
  const wider = withWindows(step, (table) => {
    const found = first.findings.filter(({ edge }) => edge !== undefined && edge.table === table);
    const enough = found.map(({ edge }) => windowsOf(edge?.suffices) ?? allHistory);
    return mergedWindows([...own, ...enough.flat()]);
  });
  for (const inputs of [wider, withWindows(step, () => allHistory)]) {
    const audited = await audit(workshop, narrowing, inputs);
    if (audited?.findings.length !== 0) continue;
    const before = inputs.map((input) => ({ ...input, windows: withoutDate(input.windows) }));
    const earlier = await audit(workshop, narrowing, before);
    return explained(earlier?.findings.length === 0 ? before : inputs, audited);
  }
  return undefined;

  function withWindows(
    { inputs }: StarterStep,
    windowsFor: (table: string) => readonly Window[],
  ): readonly StepInput[] {
    return inputs.map((input) => {
      const table = narrowing.steps.find(({ id }) => id === input.from)?.table ?? input.from;
      return { ...input, windows: { value: windowsFor(table), why: "" } };
    });
  }
}

/** Windows that end the day before, where there are such. */
function withoutDate({ value, why }: StepInput["windows"]): StepInput["windows"] {
  const earlier = value.filter(({ kind }) => kind !== "same-date");
  return { value: earlier.length === 0 ? value : earlier, why };
}

function explained(inputs: readonly StepInput[], { dates }: Audited): readonly StepInput[] {
  const why = `guessed: the narrowest usual windows with the rows of all history, on ${countOf(dates, "date")}`;
  return inputs.map((input) => ({ ...input, windows: { ...input.windows, why } }));
}

type Audited = { readonly findings: readonly WindowFinding[]; readonly dates: number };

/** Undefined where the runbook breaks the format, which is told when it is written. */
async function audit(
  workshop: Warehouse,
  { name, steps, step, filesOf }: Narrowing,
  inputs: readonly StepInput[],
): Promise<Audited | undefined> {
  const files = filesOf(steps.map((other) => (other === step ? { ...step, inputs } : other)));
  const parsed = parseRunbook({ folder: ".", name, files });
  if (parsed.kind === "invalid") return undefined;
  const runbook = await completeRunbook(workshop, parsed.runbook);
  const processor = runbook.processors.find(({ id }) => id === step.id);
  if (processor === undefined) return undefined;
  // Cuts show the calendar and the failures, so that these have to be there.
  await createTables(workshop, runbook);
  const calendar = await readCalendarDays(workshop, runbook);
  return auditOn(workshop, { runbook, processor, calendar });
}

async function auditOn(
  warehouse: Warehouse,
  {
    runbook,
    processor,
    calendar,
  }: { readonly runbook: Runbook; readonly processor: Processor; readonly calendar: readonly CalendarDay[] },
): Promise<Audited> {
  const computed = calendar.map(({ date }) => date);
  const dates = datesToAudit({
    calendar,
    definition: processor.definition,
    computed,
    audited: new Set(),
  });
  let trials = 0;
  function randomId(): string {
    return `new_${(trials += 1)}`;
  }
  const findings = await auditDates({ warehouse, runbook, processor, calendar, randomId }, { dates });
  return { findings, dates: dates.length };
}
