import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDays, hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import type { Window } from "../domain/window.ts";
import { Fault } from "../errors.ts";
import type { CalendarDay } from "../plan/plan.ts";
import type { Edge, Processor, Runbook, Step } from "../runbook/runbook.ts";
import { physicalType } from "../sql/column-types.ts";
import { quoteName, quoteTable } from "../sql/identifiers.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { RunEffects } from "./run-event.ts";
import { stepParameters, type OutcomeSource } from "./stage-dates.ts";

type CommandRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly step: Extract<Step, { kind: "command" }>;
  readonly calendar: readonly CalendarDay[];
  readonly effects: RunEffects;
};

const outputTable = "cascade_command_output";

/**
 * The outcomes of a command step: exports the declared windows, runs the program without a shell, and offers what it
 * wrote as a query. Dispose to remove the exchanged files. Fault: command-failed.
 */
export async function commandSource(
  warehouse: Warehouse,
  request: CommandRequest,
): Promise<AsyncDisposable & { readonly query: OutcomeSource }> {
  refuseOtherDialects(warehouse, request.processor);
  const folder = await mkdtemp(join(tmpdir(), "cascade-step-"));
  return {
    async query(dates) {
      await exportInputs(warehouse, request, { folder, dates });
      await runCommand(request, { folder, dates });
      await readOutput(warehouse, request.processor, folder);
      return `select * from ${outputTable}`;
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function refuseOtherDialects(warehouse: Warehouse, processor: Processor): void {
  if (warehouse.dialect === "duckdb") return;
  throw new Fault("warehouse-unusable", `Cannot run the command of ${processor.id} on ${warehouse.address}`, {
    hint: "Commands exchange files with DuckDB only: run this processor there, or give it a SQL step",
  });
}

type Exchange = { readonly folder: string; readonly dates: readonly CalendarDate[] };

async function exportInputs(
  warehouse: Warehouse,
  request: CommandRequest,
  exchange: Exchange,
): Promise<void> {
  const tables = new Map<string, Edge[]>();
  for (const edge of request.processor.reads) {
    tables.set(edge.table, [...(tables.get(edge.table) ?? []), edge]);
  }
  for (const [table, edges] of tables) {
    const sql = inputQuery(request, edges, exchange.dates);
    for (const format of ["parquet", "json"] as const) {
      const path = join(exchange.folder, `${table}.${format === "json" ? "ndjson" : format}`);
      await warehouse.query({
        sql: `copy (${sql}) to '${path.replaceAll("'", "''")}' (format ${format})`,
        purpose: `export ${table} for ${request.processor.id}`,
      });
    }
  }
}

/** The rows of one table inside the union of its windows over the dates. */
function inputQuery(request: CommandRequest, edges: readonly Edge[], dates: readonly CalendarDate[]): string {
  const { runbook } = request;
  const [edge] = edges;
  const table = edge?.table ?? runbook.calendar.table;
  const dateColumn =
    [...runbook.sources, ...runbook.processors].find((known) => known.table === table)?.dateColumn ??
    runbook.calendar.dateColumn;
  const reach = hullOf(
    edges.flatMap(({ window }) => dates.flatMap((date) => reachOf(window, date, request.calendar))),
  );
  const date = quoteName("duckdb", dateColumn);
  const where = reach === undefined ? "false" : `${date} between date '${reach.from}' and date '${reach.to}'`;
  return `select * from ${quoteTable("duckdb", table)} where ${where} order by all`;
}

function reachOf(
  window: Window,
  date: CalendarDate,
  calendar: readonly CalendarDay[],
): readonly CalendarDate[] {
  if (window.kind === "same-date") return [date];
  const season = calendar.find((day) => day.date === date)?.season;
  const start = calendar.find((day) => day.season === season)?.date ?? date;
  const before = addDays(date, -1);
  if (before < start) return [];
  const from = window.kind === "previous-days" ? addDays(date, -window.days) : start;
  return [from < start ? start : from, before];
}

async function runCommand(request: CommandRequest, { folder, dates }: Exchange): Promise<void> {
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

async function readOutput(warehouse: Warehouse, processor: Processor, folder: string): Promise<void> {
  const columns = processor.columns.map(({ name, type }) => ({ name, type: physicalType("duckdb", type) }));
  const key = columns.filter(({ name }) => processor.key.includes(name));
  const failure = ["failure_category", "failure_reason"].map((name) => ({ name, type: "varchar" }));
  const shape = [...columns, ...failure].map(({ name, type }) => `${quoteName("duckdb", name)} ${type}`);
  await warehouse.query({
    sql: `create or replace temporary table ${outputTable} (${shape.join(", ")})`,
    purpose: `make room for the output of ${processor.id}`,
  });
  for (const [path, expected] of [
    [outputPath(folder), columns],
    [failuresPath(folder), [...key, ...failure]],
  ] as const) {
    if (!existsSync(path)) continue;
    const names = expected.map(({ name }) => quoteName("duckdb", name)).join(", ");
    await warehouse.query({
      sql: `insert into ${outputTable} (${names}) select ${names} from ${await readerOf(path, expected)}`,
      purpose: `read the output of ${processor.id}`,
    });
  }
}

/** Parquet is told from NDJSON by its first bytes. */
async function readerOf(path: string, columns: readonly { name: string; type: string }[]): Promise<string> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  if (buffer.toString("latin1") === "PAR1") return `read_parquet('${path.replaceAll("'", "''")}')`;
  const types = columns.map(({ name, type }) => `'${name}': '${type}'`).join(", ");
  return `read_json('${path.replaceAll("'", "''")}', format = 'newline_delimited', columns = {${types}})`;
}

function outputPath(folder: string): string {
  return join(folder, "output.ndjson");
}

function failuresPath(folder: string): string {
  return join(folder, "failures.ndjson");
}
