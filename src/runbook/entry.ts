import type { z } from "zod";
import { withHintsFollowed } from "./follow-hints.ts";
import type { Problem } from "./problem.ts";
import type { Place } from "./runbook.ts";
import { problemsOfSchema } from "./schema-problems.ts";
import type { NodePath, YamlDocument } from "./yaml-document.ts";

/** A piece of the runbook as it stands in a file: under `name` (its key or position), not yet checked. */
export type RawEntry = {
  readonly name: string;
  readonly raw: unknown;
  readonly document: YamlDocument;
  readonly path: NodePath;
};

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
