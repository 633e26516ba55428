import type { GateKind } from "./runbook.ts";

/** What the declaration, the plan and the command line have to know of one kind of gate. */
type GateTraits = {
  /** What it asks, as one clause. */
  readonly question: string;
  /** The command that asks it, also again when there was no answer. */
  readonly command: string;
  /** How the command is listed, where the question does not say all that it answers. */
  readonly summary?: string;
  /** What its usage names beside runbook and selection. */
  readonly options: string;
  /** Whether it judges whole periods, or no more than what was selected. */
  readonly extent: "selection" | "periods";
  /** Whether it holds back what it objects to, and so guards what reads that. */
  readonly isGuard: boolean;
  /** Whether it asks the relations of what it looks at, and so waits for what those read. */
  readonly asksRelations: boolean;
  /** Whether a table of another shape than declared is what it objects to, not what keeps it from looking. */
  readonly objectsToDrift: boolean;
  /** Values of the fact `contamination` that it fails, so that no rule may accept them. */
  readonly fails: { readonly always: readonly string[]; readonly whenStrict: readonly string[] };
  /** Whether it needs a limit in days, `maximum-age`. */
  readonly needsMaximumAge: boolean;
};

const usual = {
  options: "[--phase N]",
  extent: "selection",
  isGuard: true,
  asksRelations: false,
  objectsToDrift: false,
  fails: { always: [], whenStrict: [] },
  needsMaximumAge: false,
} as const;

/** The traits of every kind; how each is read and judged stands in `src/gates`. */
export const gateTraits: Readonly<Record<GateKind, GateTraits>> = {
  gaps: { ...usual, question: "which dates have no rows, or too few, per table", command: "gaps" },
  contamination: {
    ...usual,
    question: "which values and partitions cannot be trusted, and why",
    command: "contamination",
    options: "[--strict]",
    asksRelations: true,
    fails: { always: ["contaminated"], whenStrict: ["partial", "contaminated"] },
  },
  coverage: {
    ...usual,
    question: "whether every expected row is accounted for",
    command: "coverage",
    summary: "every expected row accounted for, and the budgets",
    options: "[--reconcile] [--fail-on findings,budget]",
  },
  budget: {
    ...usual,
    question: "whether failure rates stay within what is allowed",
    command: "coverage",
    extent: "periods",
    isGuard: false,
  },
  contract: {
    ...usual,
    question: "whether tables keep what the runbook declares",
    command: "contract",
    asksRelations: true,
    objectsToDrift: true,
  },
  freshness: {
    ...usual,
    question: "how old the newest date of each table is, and may be",
    command: "freshness",
    needsMaximumAge: true,
  },
};
