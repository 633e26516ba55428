import { open } from "node:fs/promises";
import { join } from "node:path";
import { everyDate, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { Column } from "../domain/column.ts";
import { formatSome } from "../domain/format.ts";
import type { TableId } from "../domain/table-id.ts";
import { cutInputs, inputsOfProcessor, type Input } from "../plan/upstream/input-cut.ts";
import type { CalendarDay } from "../plan/plan.ts";
import { nearestName } from "../runbook/nearest.ts";
import type { Processor, Runbook, Step } from "../runbook/runbook.ts";

/** A command step with what its files are made of. */
export type CommandRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly step: Extract<Step, { kind: "command" }>;
  readonly calendar: readonly CalendarDay[];
};

/** A table that a command reads: the rows of `ranges`, in the order of their columns, as Parquet and as NDJSON. */
export type CommandInput = {
  readonly table: TableId;
  readonly dateColumn: string;
  readonly columns: readonly Column[];
  /** Empty when no date has anything before it. */
  readonly ranges: readonly DateRange[];
};

/** How a kind of warehouse exchanges files with a command. */
export type CommandExchange = AsyncDisposable & {
  exportInput(input: CommandInput): Promise<void>;
  /** Writes the rows of a Parquet file as NDJSON; what is wrong with its columns when they are not those declared. */
  rewriteParquet(file: CommandFile & { readonly to: string }): Promise<string | undefined>;
  /** Loads files as the engine checked them, at most one of each kind: a query of the processor's columns and those of failures. */
  readRows(files: readonly CommandFile[]): Promise<string>;
};

/** What a file of a command holds. */
export type OutputKind = "rows" | "failures";

/** A file that a command wrote, or what the engine made of it. */
export type CommandFile = { readonly kind: OutputKind; readonly path: string };

type CommandColumn = Pick<Column, "name" | "type">;

/** The columns of a failure besides the processor's key. */
const failureColumns: readonly CommandColumn[] = [
  { name: "failure_category", type: "string" },
  { name: "failure_reason", type: "string" },
];

/** Where a command finds and leaves its files. */
export function outputPath(folder: string): string {
  return join(folder, "output.ndjson");
}

/** See `outputPath`. */
export function failuresPath(folder: string): string {
  return join(folder, "failures.ndjson");
}

/** Path of an input in one of its two formats. */
export function inputPath(folder: string, table: TableId, format: "parquet" | "ndjson"): string {
  return join(folder, `${table}.${format}`);
}

/** Parquet is told from NDJSON by its first bytes. */
export async function formatOf(path: string): Promise<"parquet" | "ndjson"> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString("latin1") === "PAR1" ? "parquet" : "ndjson";
}

/** The columns of a file that a command writes: rows, or failures by the key. */
export function outputColumns(processor: Processor, kind: OutputKind): readonly CommandColumn[] {
  if (kind === "rows") return processor.columns;
  return [...processor.columns.filter(({ name }) => processor.key.includes(name)), ...failureColumns];
}

/** The columns of rows and failures together, as they are read back. */
export function readColumns({ columns }: Processor): readonly CommandColumn[] {
  return [...columns, ...failureColumns];
}

/** What is wrong with the columns of a file that a command wrote; undefined when they are those that are declared. */
export function columnComplaint(
  { processor, kind }: { readonly processor: Processor; readonly kind: OutputKind },
  found: readonly string[],
): string | undefined {
  const declared = outputColumns(processor, kind).map(({ name }) => name);
  const others = found.filter((name) => !declared.includes(name));
  const unknown = others.slice(0, mostNamed).map((name) => nameWith(cutName(name), declared));
  const missing = declared.filter((name) => !found.includes(name)).map((name) => `"${name}"`);
  const complaints = [
    ...(unknown.length === 0
      ? []
      : [
          `has columns that are not declared: ${formatSome(unknown, { limit: mostNamed, of: others.length })}`,
        ]),
    ...(missing.length === 0 ? [] : [`lacks declared columns: ${missing.join(", ")}`]),
  ];
  return complaints.length === 0 ? undefined : complaints.join(", and ");
}

/** Columns that a complaint names, and characters of a name. */
const mostNamed = 10;
const longestName = 100;

function cutName(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

function nameWith(name: string, declared: readonly string[]): string {
  const nearest = nearestName(name, declared);
  return nearest === undefined ? `"${name}"` : `"${name}" (the nearest declared one is "${nearest}")`;
}

/** Every table that a command reads, over the union of its windows, or of what other inputs show. */
export function inputsOf(
  { runbook, processor, calendar }: CommandRequest,
  dates: readonly CalendarDate[],
  inputs: readonly Input[] = inputsOfProcessor(runbook, processor.id),
): readonly CommandInput[] {
  const rows = inputs.filter(({ holds }) => holds === "rows");
  const shown = new Map(
    cutInputs(runbook, { inputs: rows, dates, calendar }).map(({ table, parts }) => [
      table,
      parts.flatMap(({ ranges = [everyDate] }) => ranges),
    ]),
  );
  const shownRows = processor.reads.filter(({ failures }) => failures !== "only");
  const tables = [...new Set(shownRows.map(({ table }) => table))];
  return tables.map((table) => {
    const known = [...runbook.sources, ...runbook.processors].find((candidate) => candidate.table === table);
    const { dateColumn, columns } = known ?? runbook.calendar;
    return { table, dateColumn, columns, ranges: shown.get(table) ?? [] };
  });
}
