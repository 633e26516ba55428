import { existsSync } from "node:fs";
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
import { rewriteRows, unreadable, type Misfits } from "./command-rows.ts";

type Output = {
  readonly processor: Processor;
  /** Where the command has left its files. */
  readonly folder: string;
  readonly redact: Redact;
};

/**
 * Reads what a command wrote, from NDJSON and Parquet alike: a query of its rows and failures, and what does not fit its
 * column, by date. Fault: command-failed when a file has other columns than declared, or is none.
 */
export async function readOutput(
  exchange: CommandExchange,
  { processor, folder, redact }: Output,
): Promise<{ readonly sql: string; readonly misfits: Misfits }> {
  const written: readonly CommandFile[] = [
    { kind: "rows", path: outputPath(folder) },
    { kind: "failures", path: failuresPath(folder) },
  ];
  const files: CommandFile[] = [];
  const misfits = new Map<CalendarDate, string>();
  for (const file of written.filter(({ path }) => existsSync(path))) {
    const from = await ndjsonOf(exchange, processor, file);
    const to = join(folder, `${file.kind}.checked`);
    const found = await rewriteRows({ processor, kind: file.kind, from, to, redact });
    if (found !== undefined) files.push({ kind: file.kind, path: to });
    for (const [date, text] of found ?? [])
      misfits.set(date, [misfits.get(date), text].filter(Boolean).join("; "));
  }
  return { sql: await exchange.readRows(files), misfits };
}

async function ndjsonOf(exchange: CommandExchange, processor: Processor, file: CommandFile): Promise<string> {
  if ((await formatOf(file.path)) === "ndjson") return file.path;
  const to = `${file.path}.rewritten`;
  const complaint = await exchange.rewriteParquet({ ...file, to });
  if (complaint === undefined) return to;
  throw unreadable(processor, `its ${file.kind === "rows" ? "output" : "failures"} ${complaint}`);
}
