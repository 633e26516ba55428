import { mkdir } from "node:fs/promises";
import { levelOfLook } from "../../domain/verdict.ts";
import { Fault } from "../../errors.ts";
import type { GateResult } from "../../gates/gate-result.ts";
import { checkAndRecord } from "../../operations/check-gate.ts";
import { placeGates, type PlannedGate } from "../../plan/order/order-gates.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { useSession } from "../../run/use-session.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { GateInputs } from "../action-inputs.ts";
import type { JobEffects } from "../job-effects.ts";
import { writeHandover } from "../job-folder.ts";
import { openAssembled } from "../state/open-assembled.ts";
import { readPlannedRun, type PlannedRun } from "../state/planned-run.ts";
import { headOf } from "./cell-job.ts";
import type { CellHandover } from "./upload-results.ts";

/**
 * Runs one gate on what the cells before it left and records its verdict. Returns whether the job is green: it blocks
 * nothing and every question had an answer. Faults: unknown-name, plan-stale, artifact-lost, those of the warehouse.
 */
export async function runGateJob(inputs: GateInputs, effects: JobEffects): Promise<boolean> {
  const declared = await readRunbook(inputs.runbook);
  const planned =
    placeGates(declared).find(({ gate }) => gate.id === inputs.gate) ?? refuseUnknown(inputs.gate);
  await mkdir(effects.folder, { recursive: true });
  const run = await readPlannedRun(effects, declared);
  const handover: CellHandover = { kind: "gate", id: inputs.gate, ...inputs, ...headOf(run) };
  await writeHandover(effects.folder, handover);
  const wanted = cellsBefore(run, planned);
  const assembled = await openAssembled(effects, {
    run,
    runbook: declared,
    warehouse: inputs.warehouse,
    wanted,
  });
  await using warehouse = assembled.warehouse;
  const { runbook } = assembled;
  const { runId, plan, dates } = run.file;
  const selection = { range: plan.range, ...(dates === undefined ? {} : { dates }) };
  const look = { runbook, selection, gate: planned.gate, runId, checkedAt: effects.now() };
  const result = await useSession(warehouse, effects.signal, (session) =>
    checkAndRecord({ reading: session, ledger: warehouse }, look),
  );
  await writeHandover(effects.folder, { ...handover, isRecorded: true });
  tellVerdict(effects, { runbook, planned, result });
  return levelOfLook(result.status) !== "action";
}

function refuseUnknown(id: string): never {
  throw new Fault("unknown-name", `Cannot check "${id}": the runbook declares no such gate`, {
    hint: "Compile the workflow again with `cascade workflow`",
  });
}

function cellsBefore({ file, results }: PlannedRun, { after }: PlannedGate): PlannedRun["results"] {
  const cells = new Set(file.plan.cells.filter(({ processor }) => after.has(processor)).map(({ id }) => id));
  return results.filter(({ of }) => of.kind === "cell" && cells.has(of.id));
}

/** A finding that stops is an error at the gate's place in the runbook; one that only warns is a warning. */
function tellVerdict(
  { voice }: JobEffects,
  {
    runbook,
    planned,
    result,
  }: {
    readonly runbook: Runbook;
    readonly planned: PlannedGate;
    readonly result: GateResult;
  },
): void {
  const { place } = planned.gate;
  voice.log(`${result.gate} (${result.kind}): ${result.status}: ${result.summary}`);
  const level = levelOfLook(result.status);
  if (level === "ok") return;
  voice.annotate({
    level: level === "warning" ? "warning" : "error",
    title: `gate ${result.gate} ${result.status}`,
    message: result.summary,
    place: { ...place, file: `${runbook.folder}/${place.file}` },
  });
}
