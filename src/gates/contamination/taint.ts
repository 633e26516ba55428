import type { CalendarDate } from "../../domain/calendar-date.ts";
import { formatSome } from "../../domain/format.ts";
import { unreachable } from "../../errors.ts";
import type { UnsettledWhy } from "../../plan/versions/settlement.ts";

/** Upstream dates inside a window: the first, and how many. */
type UpstreamDates = {
  /** A processor by id, or a source or the calendar by table. */
  readonly upstream: string;
  readonly first: CalendarDate;
  readonly count: number;
  /** There where only a window shows them that need not reach so far (`last-games`). */
  readonly mayDepend?: boolean;
};

/**
 * Why a partition cannot be trusted. `content`: its own rows or failures are not those of a committed attempt; `definition`: built
 * by another definition; `unsettled`: it reads dates that are incomplete; `rewritten`: it reads dates that changed
 * since it was built; `through`: it reads tainted partitions; `unknown`: what it was built from cannot be compared.
 */
export type TaintCause =
  | { readonly kind: "content"; readonly why: UnsettledWhy | "failures-differ" }
  | { readonly kind: "definition" | "unknown" }
  | ({ readonly kind: "unsettled" | "rewritten" | "through" } & UpstreamDates);

/** A partition that exists and would, or may, come out otherwise if it were built now. */
export type Taint = {
  readonly processor: string;
  readonly date: CalendarDate;
  /** Not empty; what is wrong with the partition itself comes first, what it takes from others last. */
  readonly causes: readonly TaintCause[];
  readonly because: string;
};

const contentTexts: Readonly<Record<UnsettledWhy | "failures-differ", string>> = {
  "never-run": "its rows come from no recorded attempt",
  failed: "its rows are older than an attempt that failed",
  blocked: "its rows are older than an attempt that was blocked",
  "content-differs": "its rows are not those that were committed",
  "failures-differ": "its failures are not those that were committed",
  "other-hash-tag": "its rows were hashed by another algorithm and have to be verified again",
};

/**
 * Taints that come from data. Where every one of them comes from a changed definition nothing is contaminated: the
 * partitions are out of date, which their status says.
 */
export function ofData(taints: readonly Taint[]): readonly Taint[] {
  const isOfData = taints.some(({ causes }) =>
    causes.some(({ kind }) => kind !== "definition" && kind !== "through"),
  );
  return isOfData ? taints : [];
}

/** The causes as one clause for people. */
export function becauseOf(causes: readonly TaintCause[]): string {
  return causes.map(textOf).join("; ");
}

function textOf(cause: TaintCause): string {
  switch (cause.kind) {
    case "content":
      return contentTexts[cause.why];
    case "definition":
      return "it was built by another definition";
    case "unknown":
      return "what it was built from cannot be compared";
    case "unsettled":
      return `${upstreamText(cause)} ${cause.count > 1 ? "are" : "is"} not settled${doubtOf(cause)}`;
    case "rewritten":
      return `${upstreamText(cause)} changed since it was built${doubtOf(cause)}`;
    case "through":
      return `through ${upstreamText(cause)}${doubtOf(cause)}`;
    default:
      return unreachable(cause);
  }
}

function doubtOf({ mayDepend = false }: UpstreamDates): string {
  return mayDepend ? ", on which it may depend" : "";
}

/** Whether nothing but windows that need not reach so far makes a partition one that cannot be trusted. */
export function isDoubtful({ causes }: Pick<Taint, "causes">): boolean {
  return causes.every((cause) => "mayDepend" in cause && cause.mayDepend);
}

function upstreamText({ upstream, first, count }: UpstreamDates): string {
  return `${upstream} ${formatSome([first], { limit: 1, of: count, noun: "date" })}`;
}
