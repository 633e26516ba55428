import { readFileSync } from "node:fs";
import { onOneLine } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { absentFault, progressPathOf } from "./duckdb-place.ts";
import { interruptedFault } from "./interrupted-fault.ts";
import { StatementFault, type FailureSort } from "./statement-fault.ts";

/** Why a database file cannot be opened, with who holds it and how far they are when it is locked. */
export function openFault(path: string, cause: unknown): Fault {
  const text = firstLine(cause);
  if (text.includes("Could not set lock")) {
    const holder = /\(PID (\d+)\)/.exec(text)?.[1];
    const who = holder === undefined ? "another process" : `process ${holder}`;
    return new Fault("warehouse-locked", `Cannot open "${path}": ${who} holds it${progressOf(path)}`, {
      hint: "Wait until it ends and type the command again",
      cause,
    });
  }
  if (text.includes("database does not exist")) {
    return absentFault(path, cause);
  }
  return new Fault("warehouse-unusable", `Cannot open "${path}": ${text}`, {
    hint: "Check that the path names a DuckDB database that you may read and write, or name another with --warehouse",
    cause,
  });
}

/** Why a statement failed; an interruption and a full disk are told from faults of the statement. */
export function statementFault(purpose: string, cause: unknown): Fault {
  const text = firstLine(cause);
  if (/INTERRUPT/.test(text)) {
    return interruptedFault(purpose, cause);
  }
  const sort = sortOf(text);
  if (sort === "too-large") {
    return new StatementFault(sort, `Cannot ${purpose}: ${text}`, {
      hint: "Make the statement smaller, or run it over fewer dates with --chunk-days",
      cause,
    });
  }
  if (/No space left|disk (is )?full|Could not (write|truncate|fsync|allocate)|read-only/i.test(text)) {
    return new Fault("warehouse-unusable", `Cannot ${purpose}: ${text}`, {
      hint: "Free or grant the space, then type the command again: nothing of this step was kept",
      cause,
    });
  }
  return new StatementFault(sort, `Cannot ${purpose}: ${text}`, {
    hint: "Mend the statement or the data that it names, then type the command again",
    cause,
  });
}

/** By the kind of error that DuckDB names first. */
function sortOf(text: string): FailureSort {
  if (text.startsWith("Out of Memory Error")) return "too-large";
  if (/^(?:Parser|Syntax|Binder|Catalog|Not implemented|Permission|Dependency) Error/i.test(text))
    return "permanent";
  return /^(?:Conversion|Out of Range|Constraint) Error/.test(text) ? "data" : "unsure";
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return onOneLine(text.split("\n")[0] ?? "");
}

function progressOf(path: string): string {
  try {
    return `; ${readFileSync(progressPathOf(path), "utf8").trim()}`;
  } catch {
    return "";
  }
}
