import type { z } from "zod";
import type { Problem } from "./problem.ts";
import type { Place } from "./runbook.ts";
import { problemsOfSchema } from "./schema-problems.ts";
import type { RawEntry } from "./yaml-document.ts";
import { nearestName } from "./nearest.ts";
import { findingsOf, valueAt } from "./schema-findings.ts";

/** A piece of the runbook that fits its schema, and the places of its parts. */
export type Entry<Value> = {
  readonly name: string;
  readonly value: Value;
  /** The place of a part; without a path, of the entry itself. */
  readonly at: (...path: readonly PropertyKey[]) => Place;
  /** The place of a part's key rather than its value. */
  readonly atKey: (...path: readonly PropertyKey[]) => Place;
};

/** An entry when the data fits well enough to be checked further, and what is wrong with it. */
export type ParsedEntry<Value> = {
  readonly entry: Entry<Value> | undefined;
  readonly problems: readonly Problem[];
};

/**
 * Checks data against a schema. Where every problem has an unmistakable remedy (a misspelt key or word), the entry is
 * what the remedies make of it, so that checks after this one find what is left to find.
 */
export function parseEntry<Value>(entry: RawEntry, schema: z.ZodType<Value>): ParsedEntry<Value> {
  const parsed = schema.safeParse(entry.raw);
  if (parsed.success) return { entry: locate(entry, parsed.data), problems: [] };
  const issues = parsed.error.issues;
  const mended = schema.safeParse(withHintsFollowed(entry.raw, schema, issues));
  return {
    entry: mended.success ? locate(entry, mended.data) : undefined,
    problems: problemsOfSchema(entry, schema, issues),
  };
}

function locate<Value>({ name, document, path }: RawEntry, value: Value): Entry<Value> {
  return {
    name,
    value,
    at: (...inner) => document.placeOf([...path, ...inner]),
    atKey: (...inner) => document.placeOfKey([...path, ...inner]),
  };
}

/** A copy of the data with misspelt keys and words replaced by the nearest valid ones, and unknown keys left out. */
function withHintsFollowed(raw: unknown, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): unknown {
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
