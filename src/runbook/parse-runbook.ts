import { buildRunbook } from "./build/build-runbook.ts";
import { checkDeclaration } from "./check-declaration.ts";
import { parseDeclaration, type RunbookText } from "./parse-declaration.ts";
import { compareProblems, formatProblem, type Problem } from "./problem.ts";
import type { Runbook } from "./runbook.ts";
import { findKey } from "./find-key.ts";

/** The runbook, or everything that is wrong with it, sorted by place. */
export type ParsedRunbook =
  | { readonly kind: "ok"; readonly runbook: Runbook }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** YAML and SQL → `Runbook`; reports every problem it can see in one pass. */
export function parseRunbook(text: RunbookText): ParsedRunbook {
  const parsed = parseDeclaration(text);
  const { declaration } = parsed;
  const problems = [...parsed.problems, ...checkSecrets(text.files)];
  if (declaration === undefined) return { kind: "invalid", problems };
  const all = distinct([...problems, ...checkDeclaration(declaration)]);
  if (all.length > 0) return { kind: "invalid", problems: all.toSorted(compareProblems) };
  return { kind: "ok", runbook: buildRunbook(declaration) };
}

/** Two steps may share a SQL file: what is wrong inside is told once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}

/** No file of a runbook holds a key: a service account's key in git is a leak, and nothing here needs one. */
export function* checkSecrets(files: ReadonlyMap<string, string>): Iterable<Problem> {
  for (const [file, text] of files) {
    const place = findKey(text);
    if (place === undefined) continue;
    yield {
      place: { file, ...place },
      message: "The file holds a private key",
      hint: "take it out, revoke it, and sign in as docs/bigquery.md says",
    };
  }
}
