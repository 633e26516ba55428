import type { z } from "zod";
import { nearestName } from "./nearest.ts";
import { findingsOf, valueAt } from "./schema-findings.ts";

/** A copy of the data with misspelt keys and words replaced by the nearest valid ones, and unknown keys left out. */
export function withHintsFollowed(
  raw: unknown,
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): unknown {
  const copy = structuredClone(raw);
  for (const finding of findingsOf({ raw, schema }, issues)) {
    if (finding.kind === "unknown-key") mendKey(valueAt(copy, finding.path), finding);
    const last = finding.path.at(-1);
    if (finding.kind === "unknown-word" && last !== undefined) {
      mendWord(valueAt(copy, finding.path.slice(0, -1)), last, finding.words);
    }
  }
  return copy;
}

function mendKey(mapping: unknown, { key, keys }: { key: string; keys: readonly string[] }): void {
  const values = mapping as Record<string, unknown>;
  const nearest = nearestName(key, keys);
  if (nearest !== undefined && !(nearest in values)) values[nearest] = values[key];
  delete values[key];
}

function mendWord(parent: unknown, key: PropertyKey, words: readonly string[]): void {
  const values = parent as Record<PropertyKey, unknown>;
  const nearest = nearestName(String(values[key]), words);
  if (nearest !== undefined) values[key] = nearest;
}
