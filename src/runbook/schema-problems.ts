import type { z } from "zod";
import { unreachable } from "../errors.ts";
import type { RawEntry } from "./yaml-document.ts";
import { nearestName } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { findingsOf, valueAt, type SchemaFinding } from "./schema-findings.ts";
import type { NodePath } from "./yaml-document.ts";

/** What zod found wrong with an entry, told in the words of the format and with places. */
export function problemsOfSchema(
  entry: RawEntry,
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): readonly Problem[] {
  return findingsOf({ raw: entry.raw, schema }, issues).map((finding) => problemOf(entry, finding));
}

function problemOf({ raw, document, path }: RawEntry, finding: SchemaFinding): Problem {
  const end = [...path, ...finding.path];
  switch (finding.kind) {
    case "unknown-key":
      return {
        place: document.placeOfKey([...end, finding.key]),
        message: `Unknown key "${finding.key}"`,
        hint: isRestOfText(valueAt(raw, [...finding.path, finding.key]), finding.key)
          ? "quote the text before it: a comma ends it"
          : hintFor(finding.key, finding.keys),
      };
    case "missing":
      return {
        place: document.placeOf(end),
        message: `${labelOf(end)} is missing`,
        hint: `add ${labelOf(end)}`,
      };
    case "unknown-word":
      return {
        place: document.placeOf(end),
        message: `Unknown word ${shown(valueAt(raw, finding.path))} for ${labelOf(end)}`,
        hint: hintFor(String(valueAt(raw, finding.path)), finding.words),
      };
    case "bad-key":
      return {
        place: document.placeOfKey(end),
        message: `${labelOf(end)} is no name: ${finding.message}`,
        hint: "choose another name",
      };
    case "unfit":
      return {
        place: document.placeOf(end),
        message: `${labelOf(end)}: ${finding.message}, found ${shown(valueAt(raw, finding.path))}`,
        hint: "correct the value",
      };
    default:
      return unreachable(finding);
  }
}

/** Whether the key is what follows the comma of an unquoted text: `{ text: look, then ask }`. */
function isRestOfText(value: unknown, key: string): boolean {
  return value === null && key.includes(" ");
}

function hintFor(word: string, words: readonly string[]): string {
  const nearest = nearestName(word, words);
  return nearest === undefined ? `use one of: ${words.join(", ")}` : `write "${nearest}"`;
}

/** The last named part of a path: `"critical" 2` for the second entry of a list. */
function labelOf(path: NodePath): string {
  const last = path.at(-1);
  if (typeof last === "number") return `"${String(path.at(-2) ?? "entry")}" ${last + 1}`;
  return last === undefined ? "the document" : `"${String(last)}"`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  if (typeof value === "bigint") return String(value);
  // An address may hold a key, as those of webhooks do.
  if (typeof value === "string" && /^https?:/i.test(value)) return "an address";
  return value === null ? "nothing" : JSON.stringify(value);
}
