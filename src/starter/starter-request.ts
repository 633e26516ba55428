import type { StarterSource } from "./found-table.ts";

/** Where the rows of the sources are. */
export type StarterOrigin =
  | { readonly kind: "warehouse"; readonly place: StarterPlace }
  | { readonly kind: "folder"; readonly place: StarterPlace; readonly files: readonly LoadedTable[] };

/** A place as it was typed, and as the runbook may name it: undefined where that is outside of the current folder. */
export type StarterPlace = { readonly typed: string; readonly own: string | undefined };

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
