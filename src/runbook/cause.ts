import type { TableRead } from "./table-read.ts";

/**
 * Evidence about a rate: a statement that returns (`cause` text, `failures` int) for `@processor_name` from `@start_date`
 * to `@end_date`. It is asked when a budget is exceeded, and what it returns is named beside the rate.
 */
export type Cause = {
  readonly id: string;
  readonly title: string;
  /** Processors that it can speak of; all of the runbook when undefined. */
  readonly processors: readonly string[] | undefined;
  readonly sql: { readonly file: string; readonly text: string };
  readonly reads: readonly TableRead[];
};
