import type { StarterSource } from "./found-table.ts";

/** Where the rows of the sources are. */
export type StarterOrigin =
  | { readonly kind: "warehouse"; readonly address: string }
  | { readonly kind: "folder"; readonly folder: string; readonly files: readonly LoadedTable[] };

/** A source that is loaded from files: a pattern of them. */
type LoadedTable = { readonly table: StarterSource["table"]; readonly path: string };

/** What a new runbook is made of. */
export type StarterRequest = {
  readonly name: string;
  readonly origin: StarterOrigin;
  readonly sources: readonly StarterSource[];
  /** Tables that none became of, each with the reason. */
  readonly skipped: readonly string[];
};
