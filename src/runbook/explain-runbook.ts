import { stringify } from "yaml";
import { parseRunbook } from "./parse-runbook.ts";
import { writeDefaults, type RunbookText } from "./parse-declaration.ts";
import type { Problem } from "./problem.ts";

/** A runbook with everything that it leaves out written out, or what is wrong with it. */
export type ExplainedRunbook =
  | { readonly kind: "ok"; readonly yaml: string }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Wide enough that no text is broken into lines. */
const lineWidth = 0;

/** YAML of one file that means what the runbook's files mean; its waivers stay in their own. */
export function explainRunbook(text: RunbookText): ExplainedRunbook {
  const parsed = parseRunbook(text);
  if (parsed.kind === "invalid") return parsed;
  return { kind: "ok", yaml: stringify(writeDefaults(text), { lineWidth, aliasDuplicateObjects: false }) };
}
