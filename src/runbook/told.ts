import type { Mention } from "../domain/mention.ts";

/** Forms of a notice: of Slack's and Microsoft's webhooks, and plain JSON. */
export const noticeForms = ["slack", "teams", "json"] as const;

/** A webhook that is told when the verdict of a report on GitHub changes. */
export type Webhook = {
  readonly to: (typeof noticeForms)[number];
  /** Name of the repository's secret that holds its address. */
  readonly secret: string;
  /** Whether it may quote what was found in tables. */
  readonly values: boolean;
};

/** Who answers for a runbook, and who is told of what becomes of it. */
export type Told = {
  readonly owner: string;
  /** Whom a report on GitHub calls when it turns red. */
  readonly watchers?: readonly Mention[];
  readonly notify?: readonly Webhook[];
};
