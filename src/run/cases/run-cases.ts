import { join } from "node:path";
import { Fault } from "../../errors.ts";
import { casesPath, parseCases, type StepCases } from "../../runbook/parse-cases.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { invalidRunbook, readRunbookText } from "../read-runbook.ts";
import type { RunEffects } from "../run-event.ts";
import type { CaseResult } from "./case-result.ts";
import { compareCase } from "./compare-case.ts";
import { computeCase } from "./compute-case.ts";
import type { CaseRequest, Workshop } from "./fill-case.ts";

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

/** Computes cases one after the other, in one workshop. */
export async function runCases(
  workshop: Workshop,
  { runbook, steps }: { readonly runbook: Runbook; readonly steps: readonly StepCases[] },
  effects: RunEffects,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { processor, file, cases } of steps) {
    for (const stepCase of cases) {
      const differences = await differencesOf(workshop, { runbook, processor, stepCase }, effects);
      results.push({ processor: processor.id, file, name: stepCase.name, differences });
    }
  }
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
