import { minimumGames } from "./facts.ts";

/** What the reference says of an entity and date: a row, or the category of its failure. */
export type Outcome =
  | { readonly kind: "row"; readonly row: Readonly<Record<string, unknown>> }
  | { readonly kind: "failure"; readonly category: string };

/** Outcomes by `date|entity`. */
export type Outcomes = ReadonlyMap<string, Outcome>;

export function failure(category: string): Outcome {
  return { kind: "failure", category };
}

/** The failure for too few games: `known` in phase 3, `played` in raw; undefined when there are enough. */
export function historyFailure(known: number, played: number): Outcome | undefined {
  if (known >= minimumGames) return undefined;
  if (played >= minimumGames) return failure("INCOMPLETE_UPSTREAM");
  return failure(Math.max(known, played) === 0 ? "INSUFFICIENT_DATA" : "EXPECTED_INCOMPLETE");
}

/** The failure of a table whose input has no row. */
export function carry(upstream: Outcome | undefined): Outcome {
  if (upstream?.kind !== "failure" || upstream.category === "PROCESSING_ERROR")
    return failure("INCOMPLETE_UPSTREAM");
  return upstream;
}
