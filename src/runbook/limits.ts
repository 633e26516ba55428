/** What the statements of a warehouse that bills are bounded by; what is absent is as usual. */
export type RunbookLimits = {
  /** Bytes that one statement may be billed for. */
  readonly statementBytes?: number;
  /** Minutes after which the warehouse gives a statement up. */
  readonly statementMinutes?: number;
  /** Statements that a process runs at a time. */
  readonly parallel?: number;
  readonly priority?: "interactive" | "batch";
  /** The reservation whose slots statements use, by its full name. */
  readonly reservation?: string;
  readonly labels: Readonly<Record<string, string>>;
};
