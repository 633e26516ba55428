import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { CalendarDate } from "../domain/calendar-date.ts";
import type { Redact } from "../domain/redact.ts";
import type { Processor } from "../runbook/runbook.ts";
import {
  failuresPath,
  formatOf,
  outputPath,
  type CommandExchange,
  type CommandFile,
} from "../engines/command-exchange.ts";
import { fileNames, rewriteRows, unreadable, type Misfits } from "./command-rows.ts";

type Output = {
  readonly processor: Processor;
  /** Where the command has left its files. */
  readonly folder: string;
  /** Where to write what they hold: made after the command had ended, so that nothing of it lies there. */
  readonly checked: string;
  readonly redact: Redact;
};

/**
 * Reads what a command wrote, from NDJSON and Parquet alike: a query of its rows and failures, and what does not fit its
 * column, by date. Fault: command-failed when a file has other columns than declared, or is no file.
 */
export async function readOutput(
  exchange: CommandExchange,
  { processor, folder, checked, redact }: Output,
): Promise<{ readonly sql: string; readonly misfits: Misfits }> {
  const written: readonly CommandFile[] = [
    { kind: "rows", path: outputPath(folder) },
    { kind: "failures", path: failuresPath(folder) },
  ];
  const files: CommandFile[] = [];
  const misfits = new Map<CalendarDate, string>();
  for (const file of written) {
    if (!(await isWritten(processor, file))) continue;
    const rewritten = join(checked, `${file.kind}.rewritten`);
    const from = await ndjsonOf(exchange, { ...file, processor, redact, to: rewritten });
    const to = join(checked, file.kind);
    const found = await rewriteRows({ processor, kind: file.kind, from, to, redact });
    if (found !== undefined) files.push({ kind: file.kind, path: to });
    for (const [date, text] of found ?? [])
      misfits.set(date, [misfits.get(date), text].filter(Boolean).join("; "));
  }
  return { sql: await exchange.readRows(files), misfits };
}

/** Whether there is such a file. Fault: command-failed for what could not be read to its end: a folder, a pipe, a device. */
async function isWritten(processor: Processor, { kind, path }: CommandFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (found.isFile()) return true;
  throw unreadable(processor, `its ${fileNames[kind]} is no file`);
}

type WrittenFile = CommandFile &
  Pick<Output, "processor" | "redact"> & {
    /** Where to write the rows of one that is not NDJSON. */
    readonly to: string;
  };

async function ndjsonOf(exchange: CommandExchange, file: WrittenFile): Promise<string> {
  const { processor, kind, path, to, redact } = file;
  if ((await formatOf(path)) === "ndjson") return path;
  const complaint = await exchange.rewriteParquet({ kind, path, to });
  if (complaint === undefined) return to;
  throw unreadable(processor, redact(`its ${fileNames[kind]} ${complaint}`));
}
