import { Fault } from "../errors.ts";

/**
 * What a statement failed of: of its text or of a right, whatever dates it is asked for (`permanent`); of values that it
 * read (`data`); of the time or memory that it took (`too-large`); of the limit on billed bytes, before it ran
 * (`too-costly`). `unsure` where only a look at the text without running it would tell.
 */
export type FailureSort = "permanent" | "data" | "too-large" | "too-costly" | "unsure";

/** The fault of a statement, with its sort; code `statement-failed`. */
export class StatementFault extends Fault {
  readonly sort: FailureSort;

  constructor(sort: FailureSort, message: string, options: { hint: string; cause?: unknown }) {
    super("statement-failed", message, options);
    this.sort = sort;
  }
}

/** The sort of a fault; undefined where no statement failed. */
export function failureSort(fault: Fault): FailureSort | undefined {
  if (fault instanceof StatementFault) return fault.sort;
  return fault.code === "statement-failed" ? "data" : undefined;
}

/** A statement that was given up because of the time that it took. */
export function tooLongFault(purpose: string, limit: string): StatementFault {
  return new StatementFault("too-large", `Cannot ${purpose}: it took longer than ${limit}`, {
    hint: "Make the statement cheaper, or run it over fewer dates with --chunk-days",
  });
}
