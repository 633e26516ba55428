import { checkDeclaration } from "./check-declaration.ts";
import { findKeys } from "./find-keys.ts";
import { parseDeclaration, type RunbookText } from "./parse-declaration.ts";
import type { Organisation } from "./parse-organisation.ts";
import { lintPolicy } from "./policy/lint-policy.ts";
import type { PolicyFinding } from "./problem.ts";
import { compareProblems, formatProblem, type Problem } from "./problem.ts";

/** What the linter says; `invalid` when the text breaks the format, so that its policy cannot be judged. */
export type LintedRunbook =
  | { readonly kind: "linted"; readonly findings: readonly PolicyFinding[] }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/**
 * YAML and SQL → contradictions of the policy, with itself and with an organisation's rules, or all that keeps the text from
 * being read, sorted by place.
 */
export function lintRunbook(text: RunbookText, organisation?: Organisation): LintedRunbook {
  const { declaration, problems } = parseDeclaration(text);
  const keys = findKeys(text);
  if (declaration === undefined) return { kind: "invalid", problems: [...problems, ...keys] };
  const found = [...problems, ...checkDeclaration(declaration)].filter(({ rule }) => rule === undefined);
  if (found.length === 0) {
    return {
      kind: "linted",
      findings: [...lintPolicy(declaration, organisation), ...keys].toSorted(compareProblems),
    };
  }
  const distinct = new Map([...found, ...keys].map((problem) => [formatProblem(problem), problem]));
  return { kind: "invalid", problems: [...distinct.values()].toSorted(compareProblems) };
}
