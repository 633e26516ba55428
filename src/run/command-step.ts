import { engines, findWarehouse } from "../engines/engine-table.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { shellWord } from "../domain/printed-command.ts";
import { Fault, PassingFault } from "../errors.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import { writtenRows } from "../sql/stage.ts";
import { openScratch } from "../warehouse/scratch-folder.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import {
  failuresPath,
  inputsOf,
  outputPath,
  type CommandExchange,
  type CommandInput,
  type CommandRequest,
} from "../engines/command-exchange.ts";
import { readOutput } from "./command-output.ts";
import { openDirectWrites } from "./direct-writes.ts";
import { commandEnvironment } from "./command-environment.ts";
import { commandVoice, type CommandVoice } from "./command-voice.ts";
import type { RunEffects } from "./run-event.ts";
import { programEndText } from "./program-end.ts";
import { runProgram, type ProgramEnd } from "./run-program.ts";
import type { AloneCommand } from "./audit/trial.ts";
import { daysOfPartitions, stepParameters, type Outcomes, type OutcomeSource } from "./stage-dates.ts";

type CommandStep = CommandRequest & { readonly effects: RunEffects };

/** From asking a command to end to ending it. */
const graceMs = 2000;

/** The exit code of a program for which it is too early, as `sysexits.h` has it: EX_TEMPFAIL. */
const exitForNow = 75;

/** Characters of a command's standard error that are told. */
const mostTold = 2000;

/** What a command gives: see `commandSource`. */
type CommandOutcomes = {
  readonly query: OutcomeSource;
  readonly alone: AloneCommand;
  readonly changedBeside: (dates: readonly CalendarDate[]) => Promise<readonly CalendarDate[]>;
};

/**
 * The outcomes of a command step: exports the declared windows, runs the program without a shell, and offers what it
 * wrote as a query; `alone` with what other inputs show; of one that writes its table itself, what the table holds then, and `changedBeside` those of
 * its other dates that are no longer what they were. Every try has a folder of its own, so that nothing reads what an earlier one left. Dispose to remove the
 * exchanged files. Faults: command-failed; warehouse-unusable for one that writes itself what no other process sees.
 */
export async function commandSource(
  warehouse: Warehouse,
  request: CommandStep,
): Promise<AsyncDisposable & CommandOutcomes> {
  const direct = writesItself(request.processor) ? openDirectWrites(warehouse, request) : undefined;
  const scratch = await openScratch("step");
  const { folder: root } = scratch;
  const used: string[] = [];
  async function outcomesOf(
    dates: readonly CalendarDate[],
    inputs: readonly CommandInput[],
  ): Promise<Outcomes> {
    for (const old of used.splice(0)) await rm(old, { recursive: true, force: true });
    const folder = await mkdtemp(join(root, "try-"));
    used.push(folder);
    const exchange = await openExchange(warehouse, request, folder);
    for (const input of inputs) await exchange.exportInput(input);
    function work(): Promise<CommandVoice> {
      return runCommand(request, { folder, dates, address: warehouse.address });
    }
    const { redact } = await (direct === undefined ? work() : direct.write(work));
    const checked = await mkdtemp(join(root, "checked-"));
    used.push(checked);
    return readOutput(exchange, { processor: request.processor, folder, checked, redact });
  }
  return {
    async query(dates) {
      if (direct === undefined) return outcomesOf(dates, inputsOf(request, dates));
      const { sql, misfits } = await outcomesOf(dates, []);
      return { sql: `${writtenRows(warehouse.dialect, request.processor)}\nunion all\n${sql}`, misfits };
    },
    changedBeside: async (dates) => (await direct?.changedBeside(dates)) ?? [],
    alone: (dates, inputs) => outcomesOf(dates, inputsOf(request, dates, inputs)),
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

function openExchange(warehouse: Warehouse, request: CommandStep, folder: string): Promise<CommandExchange> {
  return engines[warehouse.engine].openExchange(warehouse, request, {
    folder,
    randomId: request.effects.randomId,
  });
}

type Exchange = {
  readonly folder: string;
  readonly dates: readonly CalendarDate[];
  readonly address: string;
};

async function runCommand(request: CommandStep, { folder, dates, address }: Exchange): Promise<CommandVoice> {
  const { step, processor, runbook, effects } = request;
  const voice = commandVoice(effects, processor.id);
  const argv = argvOf(request, dates);
  const result = await runProgram({
    argv,
    folder: runbook.folder,
    environment: {
      ...environmentOf(request),
      ...parameterEnvironment(request, dates),
      ...warehouseEnvironment(address),
      CASCADE_INPUT_DIR: folder,
      CASCADE_OUTPUT: outputPath(folder),
      CASCADE_FAILURES: failuresPath(folder),
    },
    timeoutMs: step.timeoutSeconds * 1000,
    graceMs,
    signal: effects.signal,
    onLine: voice.hear,
  });
  voice.learn(result.stderr);
  const lastWords = voice.redact(result.stderr).replaceAll(folder, "<files>").trim().slice(-mostTold);
  const fault = faultOf({ ...request, argv }, result.end, lastWords);
  if (fault !== undefined) throw fault;
  return voice;
}

/** The warehouse as a program in the runbook's folder finds it: its address, and the file where it is one. */
function warehouseEnvironment(address: string): Record<string, string> {
  const place = findWarehouse(address)?.place;
  const file = place?.file === undefined ? {} : { CASCADE_WAREHOUSE_FILE: resolve(place.file) };
  return { CASCADE_WAREHOUSE: place?.address ?? address, ...file };
}

function environmentOf({ processor, effects }: CommandStep): Readonly<Record<string, string>> {
  if (writesItself(processor)) return effects.environment;
  return commandEnvironment(effects.environment);
}

function argvOf(
  { step, processor }: CommandStep,
  dates: readonly CalendarDate[],
): readonly [string, ...string[]] {
  const hull = daysOfPartitions(processor, dates);
  const [program, ...rest] = step.argv.map((argument) =>
    argument
      .replaceAll("{start_date}", hull?.from ?? "")
      .replaceAll("{end_date}", hull?.to ?? "")
      .replaceAll("{dates}", dates.join(",")),
  );
  if (program === undefined) throw new Error(`${processor.id} has an empty command`);
  return [program, ...rest];
}

function parameterEnvironment(
  { runbook, processor }: CommandStep,
  dates: readonly CalendarDate[],
): Record<string, string> {
  const parameters = stepParameters(runbook, { processor, dates });
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [
      `CASCADE_${name.toUpperCase()}`,
      Array.isArray(value) ? value.join(",") : String(value),
    ]),
  );
}

/** What a command's end means, with the end of what it told; undefined when it did what it should. */
function faultOf(
  { processor, step, argv }: CommandStep & { readonly argv: readonly string[] },
  end: ProgramEnd,
  lastWords: string,
): Fault | undefined {
  if (end.kind === "exited" && end.code === 0) return undefined;
  if (end.kind === "interrupted") {
    return new Fault("interrupted", `Stopped while running the command of ${processor.id}`, {
      hint: "Type the command again: what was committed stays, the rest is done anew",
    });
  }
  const found = `${programEndText(end, step)}${lastWords === "" ? "" : `: ${lastWords}`}`;
  const message = `Cannot run the command of ${processor.id}: ${found}`;
  if (end.kind === "missing") {
    const hint = `Install "${step.argv[0]}" on this machine, or mend the step's command`;
    return new Fault("command-missing", message, { hint });
  }
  const hint =
    end.kind === "timed-out"
      ? "Raise `timeout-seconds`, or give it fewer dates at once with --chunk-days"
      : `Run \`${argv.map(shellWord).join(" ")}\` by hand and mend what it reports`;
  const mayPass = end.kind === "timed-out" || (end.kind === "exited" && end.code === exitForNow);
  return new (mayPass ? PassingFault : Fault)("command-failed", message, { hint });
}
