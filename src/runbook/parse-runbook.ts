import { buildRunbook } from "./build/build-runbook.ts";
import { hasOpenColumns } from "./build/build-columns.ts";
import { checkDeclaration } from "./check-declaration.ts";
import type { Declaration } from "./declaration.ts";
import { findKeys } from "./find-keys.ts";
import { parseDeclaration, type RunbookText } from "./parse-declaration.ts";
import { compareProblems, formatProblem, type Problem } from "./problem.ts";
import type { Runbook } from "./runbook.ts";

/** The runbook, or everything that is wrong with it, sorted by place. */
export type ParsedRunbook =
  | { readonly kind: "ok"; readonly runbook: Runbook }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** YAML and SQL → `Runbook`; reports every problem it can see in one pass. */
export function parseRunbook(text: RunbookText): ParsedRunbook {
  const parsed = parseDeclaration(text);
  const { declaration } = parsed;
  const problems = [...parsed.problems, ...findKeys(text)];
  if (declaration === undefined) return { kind: "invalid", problems };
  const all = distinct([...problems, ...checkDeclaration(declaration)]);
  if (all.length > 0) return { kind: "invalid", problems: all.toSorted(compareProblems) };
  const runbook = buildRunbook(declaration);
  const open = openIn(declaration);
  const openDates = openDatesOf(declaration);
  const isWhole = open.length === 0 && openDates === undefined;
  return { kind: "ok", runbook: isWhole ? runbook : { ...runbook, draft: { text, open, openDates } } };
}

/** Whose columns are left to the engine. */
function openIn({ sources, processors }: Declaration): readonly string[] {
  return [
    ...sources.filter(({ value }) => hasOpenColumns(value.columns)).map(({ value }) => value.table),
    ...processors.filter(({ value }) => hasOpenColumns(value.columns)).map(({ value }) => value.id),
  ];
}

function openDatesOf({ calendar }: Declaration): "to-last" | "to-yesterday" | undefined {
  const rule = calendar?.value.rule;
  if (rule?.to === "yesterday") return "to-yesterday";
  return rule !== undefined && (rule.from === undefined || rule.to === undefined) ? "to-last" : undefined;
}

/** Two steps may share a SQL file: what is wrong inside is told once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}
