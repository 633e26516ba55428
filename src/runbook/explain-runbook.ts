import { Document, Scalar, visit } from "yaml";
import { parseRunbook } from "./parse-runbook.ts";
import { writeDefaults, type RunbookText } from "./parse-declaration.ts";
import type { Problem } from "./problem.ts";

/** A runbook with everything that it leaves out written out, or what is wrong with it. */
export type ExplainedRunbook =
  | { readonly kind: "ok"; readonly yaml: string }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Wide enough that no text is broken into lines. */
const lineWidth = 0;

/**
 * What does not show itself, but for line breaks and spaces; what begins a command in the log of a job; and lines of
 * spaces alone, which a block would lose.
 */
const hidden = /(?![\n ])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]|##\[|^[ \n]+$/u;

/**
 * YAML of one file that means what the runbook's files mean; its waivers stay in their own. A text with characters that do
 * not show themselves stands in double quotes, so that they can be written as in JSON.
 */
export function explainRunbook(text: RunbookText): ExplainedRunbook {
  const parsed = parseRunbook(text);
  if (parsed.kind === "invalid") return parsed;
  const document = new Document(writeDefaults(text), { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === "string" && hidden.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return { kind: "ok", yaml: document.toString({ lineWidth }) };
}
