import type { StarterSource } from "./found-table.ts";
import type { StarterStep } from "./starter-step.ts";

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
  /** What was made of somebody's statements; where there is none, each source has a processor to begin with. */
  readonly steps: readonly StarterStep[];
  /** Tables that none became of, each with the reason. */
  readonly skipped: readonly string[];
};
