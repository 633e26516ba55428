import { mkdir } from "node:fs/promises";
import { levelOfLook } from "../../domain/verdict.ts";
import { Fault } from "../../errors.ts";
import type { GateResult } from "../../gates/gate-result.ts";
import { checkAndRecord } from "../../operations/check-gate.ts";
import { placeGates, type PlannedGate } from "../../plan/order/order-gates.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { useSession } from "../../run/use-session.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { GateInputs } from "../action-inputs.ts";
import type { JobEffects } from "../job-effects.ts";
import { writeHandover } from "../job-folder.ts";
import { artifactName } from "../state/artifact-names.ts";
import { ownBundle } from "../state/bundles.ts";
import { openAssembled } from "../state/open-assembled.ts";
import { readPlannedRun, type PlannedRun } from "../state/planned-run.ts";
import { headOf } from "./cell-job.ts";
import type { GatesHandover } from "./upload-results.ts";

/**
 * Runs gates of one barrier on what the cells before them left and records their verdicts. Returns whether the job is
 * green: none blocks anything and every question had an answer. Faults: unknown-name, plan-stale, artifact-lost, those
 * of the warehouse.
 */
export async function runGateJob(inputs: GateInputs, effects: JobEffects): Promise<boolean> {
  const declared = await readRunbook(inputs.runbook);
  const gates = inputs.gates.map(
    (id) => placeGates(declared).find(({ gate }) => gate.id === id) ?? refuseUnknown(id),
  );
  await mkdir(effects.folder, { recursive: true });
  const run = await readPlannedRun(effects, declared);
  const bundle = ownBundle({ runbook: declared, file: run.file }, inputs.gates);
  const unseen: GatesHandover = {
    kind: "gates",
    id: bundle.id,
    ...headOf(run, inputs),
    gates: inputs.gates.map((id) => ({ id, isRecorded: false })),
    cells: [],
  };
  await writeHandover(effects.folder, unseen);
  const assembled = await openAssembled(effects, {
    run,
    runbook: declared,
    warehouse: inputs.warehouse,
    wanted: { cells: cellsBefore(run, gates), gates: new Set() },
  });
  await using warehouse = assembled.warehouse;
  const cells = assembled.folders.flatMap(({ folder, manifest }) =>
    bundle.cells.has(manifest.id) ? [{ name: artifactName({ ...manifest, kind: "cell" }), folder }] : [],
  );
  const recorded = new Set<string>();
  const looks = { run, runbook: assembled.runbook, warehouse };
  let isGreen = true;
  for (const planned of gates) {
    const result = await lookAndRecord(effects, { ...looks, planned });
    recorded.add(planned.gate.id);
    const known = inputs.gates.map((id) => ({ id, isRecorded: recorded.has(id) }));
    await writeHandover(effects.folder, { ...unseen, gates: known, cells });
    isGreen &&= levelOfLook(result.status) !== "action";
  }
  return isGreen;
}

async function lookAndRecord(
  effects: JobEffects,
  {
    run,
    runbook,
    warehouse,
    planned,
  }: {
    readonly run: PlannedRun;
    readonly runbook: Runbook;
    readonly warehouse: Warehouse;
    readonly planned: PlannedGate;
  },
): Promise<GateResult> {
  const { runId, plan, dates } = run.file;
  const selection = { range: plan.range, ...(dates === undefined ? {} : { dates }) };
  const look = { runbook, selection, gate: planned.gate, runId, checkedAt: effects.now() };
  const result = await useSession(warehouse, effects, (session) =>
    checkAndRecord({ reading: session, ledger: warehouse }, look),
  );
  tellVerdict(effects, { runbook, planned, result });
  return result;
}

function refuseUnknown(id: string): never {
  throw new Fault("unknown-name", `Cannot check "${id}": the runbook declares no such gate`, {
    hint: "Compile the workflow again with `cascade workflow`",
  });
}

function cellsBefore({ file }: PlannedRun, gates: readonly PlannedGate[]): ReadonlySet<string> {
  const before = file.plan.cells.filter(({ processor }) => gates.some(({ after }) => after.has(processor)));
  return new Set(before.map(({ id }) => id));
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
