import { tupleText } from "../domain/tuple-text.ts";
import { parseCalendarDate, type CalendarDate } from "../domain/calendar-date.ts";
import { doubledMember } from "../domain/doubled-member.ts";
import { NumberText, parseExactJson } from "../domain/exact-json.ts";
import { fitValue } from "../domain/fit-value.ts";
import type { Redact } from "../domain/redact.ts";
import { columnComplaint, outputColumns, type OutputKind } from "../engines/command-exchange.ts";
import { rewriteLines } from "../engines/rewrite-lines.ts";
import { Fault } from "../errors.ts";
import type { Processor } from "../runbook/runbook.ts";

/** What does not fit its column in a file that a command wrote, by date, in the words of a violation. */
export type Misfits = ReadonlyMap<CalendarDate, string>;

/** Characters of a row; DuckDB takes no longer one. */
const longestRow = 16_000_000;

/** A file that a command wrote, and where to write what it holds. */
export type RowsFile = {
  readonly processor: Processor;
  readonly kind: OutputKind;
  readonly from: string;
  readonly to: string;
  /** For what people read of failures, and of what does not fit. */
  readonly redact: Redact;
};

/**
 * Reads rows as NDJSON and writes them again with exactly the declared columns, values as their types hold them; NULL in
 * place of a value that its type cannot hold, which is told as a violation of its date. Undefined when there is no row.
 * Fault: command-failed for a line that is no object or too long, an unknown or missing column, or a row without a day.
 */
export async function rewriteRows(file: RowsFile): Promise<Misfits | undefined> {
  const found = new Map<string, Misfit>();
  try {
    const rows = await rewriteLines(file.from, file.to, {
      rewrite: (line, number) => {
        const row = readRow(file, line, number);
        return rewriteRow(file, row, { number, found, doubled: doubledMember(line, row) });
      },
      longest: longestRow,
    });
    return rows === 0 ? undefined : describe(found, file.redact);
  } catch (cause) {
    const name = fileNames[file.kind];
    if (cause instanceof RangeError) {
      throw unreadable(file.processor, `a line of its ${name} has over ${longestRow} characters`);
    }
    if (cause instanceof TypeError) throw unreadable(file.processor, `its ${name} is no UTF-8`);
    throw cause;
  }
}

type JsonRow = Readonly<Record<string, unknown>>;

function readRow({ processor, kind, redact }: RowsFile, text: string, number: number): JsonRow {
  const row = parseExactJson(text);
  if (typeof row !== "object" || row === null || Array.isArray(row) || row instanceof NumberText) {
    throw unreadable(processor, `line ${number} of its ${fileNames[kind]} is no JSON object`);
  }
  const complaint = columnComplaint({ processor, kind }, Object.keys(row));
  if (complaint === undefined) return row as JsonRow;
  throw unreadable(processor, redact(`line ${number} of its ${fileNames[kind]} ${complaint}`));
}

/** What a person calls a file of a command. */
export const fileNames: Readonly<Record<OutputKind, string>> = { rows: "output", failures: "failures" };

type Misfit = {
  readonly date: CalendarDate;
  readonly finding: string;
  readonly example: string;
  count: number;
};

function rewriteRow(
  { processor, kind, redact }: RowsFile,
  row: JsonRow,
  {
    number,
    found,
    doubled,
  }: { readonly number: number; readonly found: Map<string, Misfit>; readonly doubled: string | undefined },
): string {
  const place = `line ${number} of its ${fileNames[kind]}`;
  if (doubled === processor.dateColumn) throw unreadable(processor, `${place} has "${doubled}" twice`);
  const date = dateOf(row, { processor, redact, place });
  if (doubled !== undefined) {
    const example = `${entityOf(processor, row)}: ${shorten(row[doubled])}`;
    note(found, { date, finding: `${doubled} has a key of JSON twice`, example });
  }
  const members = outputColumns(processor, kind).map(({ name, type }) => {
    const value = row[name];
    const fitting = fitValue(
      type,
      name === "failure_reason" && typeof value === "string" ? redact(value) : value,
    );
    if (fitting === undefined)
      note(found, {
        date,
        finding: `${name} is no ${type}`,
        example: `${entityOf(processor, row)}: ${shorten(value)}`,
      });
    return `${JSON.stringify(name)}:${fitting ?? "null"}`;
  });
  return `{${members.join(",")}}`;
}

/** Fault: command-failed when a row has no day, so that no date can be told of it. */
function dateOf(
  row: JsonRow,
  { processor, redact, place }: Pick<RowsFile, "processor" | "redact"> & { readonly place: string },
): CalendarDate {
  const value = row[processor.dateColumn];
  const text = fitValue("date", value);
  const date = text === undefined || text === "null" ? undefined : parseCalendarDate(text.slice(1, -1));
  if (date !== undefined) return date;
  const found = `${place} has no day in "${processor.dateColumn}": ${shorten(value)}`;
  throw unreadable(processor, redact(found));
}

function note(found: Map<string, Misfit>, misfit: Omit<Misfit, "count">): void {
  const key = tupleText([misfit.date, misfit.finding]);
  const known = found.get(key);
  if (known === undefined) found.set(key, { ...misfit, count: 1 });
  else known.count += 1;
}

function describe(found: ReadonlyMap<string, Misfit>, redact: Redact): Misfits {
  const texts = new Map<CalendarDate, string>();
  for (const { date, finding, count, example } of found.values()) {
    const text = `${finding} (${count} of them, first ${redact(example)})`;
    const before = texts.get(date);
    texts.set(date, before === undefined ? text : `${before}; ${text}`);
  }
  return texts;
}

function entityOf({ entity }: Processor, row: JsonRow): string {
  return entity.map((name) => `"${cut(textOf(row[name]))}"`).join(", ");
}

const mostShown = 80;

function shorten(value: unknown): string {
  return cut(typeof value === "string" ? JSON.stringify(value) : textOf(value));
}

function cut(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof NumberText) return value.text;
  return (
    JSON.stringify(value, (_key, part: unknown) => (part instanceof NumberText ? part.text : part)) ?? ""
  );
}

/** The fault of files that do not hold what is declared. */
export function unreadable(processor: Processor, found: string): Fault {
  return new Fault("command-failed", `Cannot read what the command of ${processor.id} wrote: ${found}`, {
    hint: "Let the command write every declared column and no other, an object a line",
  });
}
