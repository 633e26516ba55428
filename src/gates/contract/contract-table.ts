import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Level } from "../../domain/column.ts";
import type { TableId } from "../../domain/table-id.ts";

/** Something in a table that its declaration forbids: how often on a date, and the first key or entity concerned. */
export type Violation = {
  /** What it is about: the table's own shape, or rows of it; those without a date lie in no window. */
  readonly of: "shape" | "rows";
  readonly check: string;
  /** Undefined of a shape, and of rows without a date. */
  readonly date: CalendarDate | undefined;
  readonly occurrences: number;
  readonly example: string;
  /** What follows; only a relation's and an expiry may warn, and what a waiver accepts neither blocks nor warns. */
  readonly level: Level | "accepted";
  /** What waivers say of it. */
  readonly note?: string;
};

/** The status of a table in which nothing is worse than a violation of some level. */
export const statusOfViolation = { block: "violated", warn: "suspect", accepted: "accepted" } as const;

/** Whether one table keeps its contract. */
export type ContractTable = {
  readonly table: TableId;
  readonly phase: number;
  /** Undefined of a source. */
  readonly processor: string | undefined;
  /** `suspect`: nothing is violated but what only warns; `accepted`: nothing but what waivers accept. */
  readonly status: "ok" | (typeof statusOfViolation)[Violation["level"]] | "check-failed";
  readonly violations: readonly Violation[];
  /** What could not be asked. */
  readonly messages: readonly string[];
};

/** The verdict on a table from all that was found in it. */
export function contractTable(
  head: Pick<ContractTable, "table" | "phase" | "processor">,
  found: readonly (
    | { readonly kind: "violation"; readonly violation: Violation }
    | { readonly kind: "check-failed"; readonly message: string }
  )[],
): ContractTable {
  const violations = found.flatMap((finding) => (finding.kind === "violation" ? [finding.violation] : []));
  const messages = found.flatMap((finding) => (finding.kind === "check-failed" ? [finding.message] : []));
  const worst = (["block", "warn", "accepted"] as const).find((own) =>
    violations.some(({ level }) => level === own),
  );
  const ofRows = worst === undefined ? "ok" : statusOfViolation[worst];
  const status = messages.length > 0 ? "check-failed" : ofRows;
  return { ...head, status, violations, messages };
}

/** The tables as JSON. */
export function contractJson(tables: readonly ContractTable[]): object {
  return {
    tables: tables.map(({ table, phase, status, violations, messages }) => {
      const shown = violations.map(({ check, date, occurrences, example }) => {
        return { check, date, occurrences, example };
      });
      return { table, phase, status, violations: shown, ...(messages.length > 0 ? { messages } : {}) };
    }),
  };
}
