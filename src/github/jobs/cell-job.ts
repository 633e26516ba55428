import type { CalendarDate } from "../../domain/calendar-date.ts";
import { mkdir } from "node:fs/promises";
import { Fault } from "../../errors.ts";
import { readGates } from "../../ledger/record-gates.ts";
import type { Cell } from "../../plan/plan.ts";
import { readsByProcessor } from "../../plan/upstream/upstream.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { blockText } from "../../run/block-rows.ts";
import { notDeterministic } from "../../run/find-not-deterministic.ts";
import { formatMoved } from "../../run/find-moved.ts";
import { isFinding, type CellResult, type DateOutcome, type RunEvent } from "../../run/run-event.ts";
import { runPlannedCells } from "../../run/run-planned-cells.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { CellInputs } from "../action-inputs.ts";
import { gatesBefore, holdsOf, type NamedHold } from "../cell-holds.ts";
import type { JobEffects } from "../job-effects.ts";
import { writeHandover } from "../job-folder.ts";
import { plannedCell } from "../plan-file.ts";
import { refuseHold, type ReadHold } from "../read-hold.ts";
import type { ArtifactFolder } from "../state/artifact-folder.ts";
import type { WantedResults } from "../state/bundles.ts";
import { openAssembled } from "../state/open-assembled.ts";
import { readPlannedRun, type PlannedRun } from "../state/planned-run.ts";
import { attemptPrefix, type CellsHandover } from "./upload-results.ts";

/** What a cell needs besides the effects of every job. */
export type CellEffects = JobEffects & { readonly readHold: ReadHold };

/** Annotations of one cell; GitHub shows ten of a step. */
const mostShown = 8;

/**
 * Runs cells of the run's plan on what other jobs left, all of one processor, in their order; each is committed before
 * the next begins. Returns whether the job is green: no date failed, was blocked or moved. Faults: on-hold, plan-stale, artifact-lost, unknown-name, those of the warehouse.
 */
export async function runCellJob(inputs: CellInputs, effects: CellEffects): Promise<boolean> {
  const declared = await readRunbook(inputs.runbook);
  await mkdir(effects.folder, { recursive: true });
  const run = await readPlannedRun(effects, declared);
  const cells = inputs.cell.map((id) => plannedCell(run.file, id) ?? refuseUnknown(id));
  const { processor } = cells[0] ?? refuseUnknown("");
  const handover: CellsHandover = {
    kind: "cells",
    ...headOf(run, inputs),
    cells: cells.map(({ id }) => ({ id })),
  };
  await writeHandover(effects.folder, handover);
  await refuseHold(effects.readHold, declared.name);
  const wanted = neededResults(run, declared, cells);
  const assembled = await openAssembled(effects, {
    run,
    runbook: declared,
    warehouse: inputs.warehouse,
    wanted,
  });
  await using warehouse = assembled.warehouse;
  const { runbook } = assembled;
  const holds = await readHolds(warehouse, { run, runbook, processor, folders: assembled.folders });
  const ended = new Map<string, CellResult>();
  async function tell(result: CellResult): Promise<void> {
    ended.set(result.cell, result);
    await writeHandover(effects.folder, { ...handover, cells: cells.map((cell) => endOf(cell, ended)) });
  }
  const results = await runCellsWith({ warehouse, run, runbook, cells, holds, tell }, effects);
  const verdicts = results.map((result) => tellResult(effects, { runbook, result, holds }));
  return verdicts.every(Boolean);
}

/** What the end of the job has to know of a cell: what became of its dates, once it came to its own end. */
function endOf({ id }: Cell, ended: ReadonlyMap<string, CellResult>): CellsHandover["cells"][number] {
  const outcomes = ended.get(id)?.outcomes.map(({ kind, date }): [CalendarDate, typeof kind] => [date, kind]);
  return outcomes === undefined ? { id } : { id, outcomes };
}

function refuseUnknown(id: string): never {
  throw new Fault("unknown-name", `Cannot run "${id}": the plan of this run has no such cell`, {
    hint: "Dispatch the backfill again",
  });
}

/** What names the run in manifests, and of the inputs what the end of a job needs: its token is left in no file. */
export function headOf(
  { file }: PlannedRun,
  { runbook, warehouse }: Pick<CellInputs, "runbook" | "warehouse">,
): Omit<CellsHandover, "kind" | "cells"> {
  return { runbook, warehouse, runId: file.runId, commit: file.commit, digest: file.runbook };
}

/** Results of the cells that are read, of the cells' own earlier attempts, and of the gates in between. */
function neededResults({ file }: PlannedRun, runbook: Runbook, own: readonly Cell[]): WantedResults {
  const read = new Set(own.flatMap((cell) => readsByProcessor(runbook).get(cell.processor) ?? []));
  const cells = file.plan.cells.filter(({ processor }) => read.has(processor)).map(({ id }) => id);
  const gates = own
    .slice(0, 1)
    .flatMap(({ processor }) => gatesBefore({ runbook, file, processor }).map(({ gate }) => gate.id));
  return { cells: new Set([...cells, ...own.map(({ id }) => id)]), gates: new Set(gates) };
}

type CellWork = { readonly run: PlannedRun; readonly runbook: Runbook };

async function readHolds(
  warehouse: Warehouse,
  {
    run,
    runbook,
    processor,
    folders,
  }: CellWork & { readonly processor: string; readonly folders: readonly ArtifactFolder[] },
): Promise<readonly NamedHold[]> {
  return holdsOf({
    runbook,
    file: run.file,
    processor,
    results: run.results.map(({ of }) => of),
    manifests: folders.map(({ manifest }) => manifest),
    recorded: await readGates(warehouse, runbook.ledger, run.file.runId),
    calendar: calendarOf(run),
  });
}

/** Every date that the plan knows of; windows ignore dates off the calendar. */
function calendarOf({ file }: PlannedRun): HoldDates {
  const { cells, skipped } = file.plan;
  return [...new Set([...cells, ...skipped].flatMap(({ dates }) => dates))];
}

type HoldDates = Parameters<typeof holdsOf>[0]["calendar"];

async function runCellsWith(
  {
    warehouse,
    run,
    runbook,
    cells,
    holds,
    tell,
  }: CellWork & {
    readonly warehouse: Warehouse;
    readonly cells: readonly Cell[];
    readonly holds: readonly NamedHold[];
    readonly tell: (result: CellResult) => Promise<void>;
  },
  effects: CellEffects,
): Promise<readonly CellResult[]> {
  const { runId, plan, allowEmpty = false } = run.file;
  const runEffects = {
    ...effects,
    mask: effects.voice.mask,
    randomId: () => `${attemptPrefix(effects.job.attempt)}${effects.randomId()}`,
    emit: (event: RunEvent) => {
      if (event.kind === "command-printed") effects.voice.log(`${event.processor}: ${event.line}`);
      if (event.kind === "step-retried")
        effects.voice.log(`${event.processor}: again in ${event.seconds} s: ${event.error}`);
    },
  };
  return effects.voice.muted(() =>
    runPlannedCells(
      warehouse,
      { runbook, cells, range: plan.range, runId, holds, allowEmpty, tell },
      runEffects,
    ),
  );
}

function tellResult(
  { voice }: CellEffects,
  {
    runbook,
    result,
    holds,
  }: {
    readonly runbook: Runbook;
    readonly result: CellResult;
    readonly holds: readonly NamedHold[];
  },
): boolean {
  const counts = Map.groupBy(result.outcomes, ({ kind }) => kind);
  voice.log(`${result.cell}: ${[...counts].map(([kind, own]) => `${own.length} ${kind}`).join(", ")}`);
  const bad = result.outcomes.filter(({ kind }) => isFinding(kind));
  const place = placeOf(runbook, result.processor);
  for (const outcome of bad.slice(0, mostShown)) {
    const title = `${result.processor} ${outcome.date} ${outcome.kind}`;
    voice.annotate({ level: "error", title, message: messageOf(outcome), ...place });
  }
  if (bad.length > mostShown) {
    voice.log(`${bad.length - mostShown} more dates failed, are blocked or moved; the report names them all`);
  }
  for (const outcome of result.outcomes.filter(hasFinding).slice(0, mostShown)) {
    const title = `${result.processor} ${outcome.date} ${notDeterministic}`;
    voice.annotate({ level: "warning", title, message: messageOf(outcome), ...place });
  }
  // Behind the errors, and only where something waits: what holds nothing back here is the gate's news.
  const isWaiting = result.outcomes.some(({ kind }) => kind === "blocked");
  for (const because of isWaiting ? new Set(holds.map((hold) => hold.because)) : []) {
    voice.annotate({ level: "warning", title: "held back", message: because });
  }
  return bad.length === 0;
}

function hasFinding(outcome: DateOutcome): boolean {
  return outcome.kind === "committed" && outcome.finding !== undefined;
}

function messageOf(outcome: DateOutcome): string {
  if (outcome.kind === "committed") return outcome.finding ?? "";
  if (outcome.kind === "failed") return outcome.error;
  if (outcome.kind === "moved") return formatMoved(outcome.upstream);
  return outcome.kind === "blocked" ? blockText(outcome) : "";
}

/** Where the runbook declares the processor. */
function placeOf(
  runbook: Runbook,
  processor: string,
): { readonly place?: Runbook["gates"][number]["place"] } {
  const place = runbook.processors.find(({ id }) => id === processor)?.place;
  return place === undefined ? {} : { place: { ...place, file: `${runbook.folder}/${place.file}` } };
}
