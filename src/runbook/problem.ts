import { nearestName } from "./nearest.ts";
import type { PolicyRule } from "./policy/policy-rules.ts";
import type { Place } from "./runbook.ts";

/**
 * Something in a runbook's files that breaks the format: where, what was found, and the one thing to do. With a rule it
 * is a contradiction of the policy as well: the linter tells it, though the runbook cannot be run.
 */
export type Problem = {
  readonly place: Place;
  readonly message: string;
  readonly hint: string;
  readonly rule?: PolicyRule;
};

/** A contradiction in a runbook: which rule found it, where, what disagrees, and the one thing to do. */
export type PolicyFinding = Problem & { readonly rule: PolicyRule };

/** The problem as `file:line:column message (hint)`. */
export function formatProblem({ place, message, hint }: Problem): string {
  return `${place.file}:${place.line}:${place.column} ${message} (${hint})`;
}

/** The finding as `file:line:column rule message (hint)`. */
export function formatFinding({ rule, place, message, hint }: PolicyFinding): string {
  return `${place.file}:${place.line}:${place.column} ${rule} ${message} (${hint})`;
}

/** Ascending order by file, line, column and message, for sort. */
export function compareProblems(left: Problem, right: Problem): number {
  return (
    compare(left.place.file, right.place.file) ||
    left.place.line - right.place.line ||
    left.place.column - right.place.column ||
    compare(left.message, right.message)
  );
}

/** A name that is none of `names`; the hint is the nearest of them, or `otherwise` when none is near. */
export function unknownName(
  place: Place,
  {
    kind,
    name,
    names,
    otherwise,
  }: { kind: string; name: string; names: readonly string[]; otherwise: string },
): Problem {
  const nearest = nearestName(name, names);
  return {
    place,
    message: `Unknown ${kind} "${name}"`,
    hint: nearest === undefined ? otherwise : `write "${nearest}"`,
  };
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
