import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { writtenRows } from "../sql/stage.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { bigQueryExchange } from "./bigquery-exchange.ts";
import {
  failuresPath,
  inputsOf,
  outputPath,
  type CommandExchange,
  type CommandRequest,
} from "./command-exchange.ts";
import { duckDbExchange } from "./duckdb-exchange.ts";
import type { RunEffects } from "./run-event.ts";
import { stepParameters, type OutcomeSource } from "./stage-dates.ts";

type CommandStep = CommandRequest & { readonly effects: RunEffects };

/**
 * The outcomes of a command step: exports the declared windows, runs the program without a shell, and offers what it
 * wrote as a query; of one that writes its table itself, what the table holds then. Dispose to remove the exchanged
 * files. Faults: command-failed; warehouse-unusable for one that writes itself where only the engine can.
 */
export async function commandSource(
  warehouse: Warehouse,
  request: CommandStep,
): Promise<AsyncDisposable & { readonly query: OutcomeSource }> {
  const isDirect = request.step.writes === "direct";
  if (isDirect) refuseOneWriter(warehouse, request.processor);
  const folder = await mkdtemp(join(tmpdir(), "cascade-step-"));
  const exchange = openExchange(warehouse, request, folder);
  return {
    async query(dates) {
      const inputs = isDirect ? [] : inputsOf(request, dates);
      for (const input of inputs) await exchange.exportInput(input);
      await runCommand(request, { folder, dates, address: warehouse.address });
      const written = await exchange.readOutput();
      return isDirect
        ? `${writtenRows(warehouse.dialect, request.processor)}\nunion all\n${written}`
        : written;
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openExchange(warehouse: Warehouse, request: CommandStep, folder: string): CommandExchange {
  if (warehouse.dialect === "duckdb") return duckDbExchange(warehouse, request, folder);
  return bigQueryExchange(warehouse, request, { folder, token: request.effects.randomId() });
}

/** A process cannot write a DuckDB file that another one holds. */
function refuseOneWriter(warehouse: Warehouse, { id }: Processor): void {
  if (!warehouse.exclusive) return;
  throw new Fault(
    "warehouse-unusable",
    `Cannot run the command of ${id}: only one process writes to ${warehouse.address}`,
    {
      hint: "Run this processor on BigQuery, or let its command write to CASCADE_OUTPUT and drop `writes: direct`",
    },
  );
}

type Exchange = {
  readonly folder: string;
  readonly dates: readonly CalendarDate[];
  readonly address: string;
};

async function runCommand(request: CommandStep, { folder, dates, address }: Exchange): Promise<void> {
  const { step, processor, runbook, effects } = request;
  const hull = hullOf(dates);
  const [program, ...rest] = step.argv.map((argument) =>
    argument.replaceAll("{start_date}", hull?.from ?? "").replaceAll("{end_date}", hull?.to ?? ""),
  );
  if (program === undefined) throw new Error(`${processor.id} has an empty command`);
  const child = spawn(program, rest, {
    cwd: runbook.folder,
    signal: effects.signal,
    timeout: step.timeoutSeconds * 1000,
    stdio: ["ignore", 2, "pipe"],
    env: {
      ...effects.environment,
      ...parameterEnvironment(runbook, dates),
      CASCADE_WAREHOUSE: address,
      CASCADE_INPUT_DIR: folder,
      CASCADE_OUTPUT: outputPath(folder),
      CASCADE_FAILURES: failuresPath(folder),
    },
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2000);
  });
  await new Promise<void>((resolve, reject) => {
    child.on("error", (cause) => reject(commandFault(processor, cause.message, effects.signal)));
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else
        reject(commandFault(processor, `${signal ?? `exit code ${code}`}: ${stderr.trim()}`, effects.signal));
    });
  });
}

function parameterEnvironment(runbook: Runbook, dates: readonly CalendarDate[]): Record<string, string> {
  const parameters = stepParameters(runbook, dates);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [
      `CASCADE_${name.toUpperCase()}`,
      Array.isArray(value) ? value.join(",") : String(value),
    ]),
  );
}

function commandFault(processor: Processor, found: string, signal: AbortSignal): Fault {
  if (signal.aborted) {
    return new Fault("interrupted", `Stopped while running the command of ${processor.id}`, {
      hint: "Type the command again: what was committed stays, the rest is done anew",
    });
  }
  return new Fault("command-failed", `Cannot run the command of ${processor.id}: ${found}`, {
    hint: "Run the step's command by hand and mend what it reports",
  });
}
