import { join } from "node:path";
import { Fault } from "../../errors.ts";
import { casesPath, parseCases, type StepCases } from "../../runbook/parse-cases.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { invalidRunbook, readRunbookText } from "../read-runbook.ts";
import { interruptedFault } from "../../warehouse/interrupted-fault.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { RunEffects } from "../run-event.ts";
import type { CaseResult } from "./case-result.ts";
import { compareCase } from "./compare-case.ts";
import { computeCase } from "./compute-case.ts";
import { closeBench } from "./case-bench.ts";
import { openWorkshop, type CaseRequest, type Workshop } from "./fill-case.ts";

/**
 * The cases beside the steps of a runbook that has all its columns, in its order; those of `wanted` processors, or all.
 * Faults: runbook-invalid with every problem of them, usage where there are none.
 */
export async function readStepCases(
  runbook: Runbook,
  name: string,
  wanted: readonly string[] | undefined,
): Promise<readonly StepCases[]> {
  const { folder, files } = await readRunbookText(name);
  const ids = runbook.processors.map(({ id }) => id);
  const unknown = wanted?.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new Fault("usage", `Cannot test "${unknown}": ${runbook.name} has no such processor`, {
      hint: `Name processors of the runbook: ${ids.join(", ")}`,
    });
  }
  const { steps, problems } = parseCases(runbook, files);
  if (problems.length > 0) throw invalidRunbook(folder, problems);
  const asked = wanted ?? ids;
  const chosen = steps.filter(({ processor }) => asked.includes(processor.id));
  if (chosen.length > 0) return chosen;
  const paths = runbook.processors.filter(({ id }) => asked.includes(id)).map(casesPath);
  throw new Fault("usage", `Cannot test ${runbook.name}: no step has a case`, {
    hint: `Write one into ${join(folder, paths[0] ?? "")}; runbooks/README.md has the form`,
  });
}

/** Cases for which one more warehouse is worth its tables. */
const casesForOneMore = 8;

/** The cases of a runbook, and at most how many warehouses compute them side by side. */
type CasesRequest = {
  readonly runbook: Runbook;
  readonly steps: readonly StepCases[];
  readonly lanes: number;
  readonly openWarehouse: () => Promise<Warehouse>;
};

/** Computes cases, each warehouse one after the other in a workshop of its own; results stand in the order of the cases. */
export async function runCases(
  { runbook, steps, lanes, openWarehouse }: CasesRequest,
  effects: RunEffects,
): Promise<readonly CaseResult[]> {
  const asked = steps.flatMap((step) => step.cases.map((stepCase) => ({ ...step, stepCase })));
  const results: CaseResult[] = [];
  const left = [...asked.entries()];
  async function work(): Promise<void> {
    await using warehouse = await openWarehouse();
    const workshop = await openWorkshop(warehouse, runbook);
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      if (effects.signal.aborted) throw interruptedFault("compute the cases");
      const [index, { processor, file, stepCase }] = next;
      const differences = await differencesOf(workshop, { runbook, processor, stepCase }, effects);
      results[index] = { processor: processor.id, file, name: stepCase.name, differences };
    }
    if (workshop.bench !== undefined) await closeBench(workshop.bench);
  }
  const count = Math.max(1, Math.min(lanes, Math.ceil(asked.length / casesForOneMore)));
  const ended = await Promise.allSettled(Array.from({ length: count }, work));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return results;
}

/** What differs; a step that cannot be computed differs by why. */
async function differencesOf(
  workshop: Workshop,
  request: CaseRequest,
  effects: RunEffects,
): Promise<readonly string[]> {
  try {
    return await compareCase(workshop.warehouse, request, await computeCase(workshop, request, effects));
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === "interrupted") throw cause;
    return [`${cause.code}: ${cause.message}`];
  }
}
