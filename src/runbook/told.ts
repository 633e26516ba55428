import type { Mention } from "../domain/mention.ts";

/** Who answers for a runbook, and who is told of what becomes of it. */
export type Told = {
  readonly owner: string;
  /** Whom a report on GitHub calls when it turns red. */
  readonly watchers?: readonly Mention[];
};
