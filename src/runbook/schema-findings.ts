import { z } from "zod";
import { nearestName } from "./nearest.ts";
import type { NodePath } from "./yaml-document.ts";

/** One way in which data differ from their schema; `path` leads to the value, for keys to the mapping around them. */
export type SchemaFinding =
  | {
      readonly kind: "unknown-key";
      readonly path: NodePath;
      readonly key: string;
      readonly keys: readonly string[];
    }
  | { readonly kind: "unknown-word"; readonly path: NodePath; readonly words: readonly string[] }
  | { readonly kind: "missing"; readonly path: NodePath }
  | { readonly kind: "bad-key"; readonly path: NodePath; readonly message: string }
  | { readonly kind: "unfit"; readonly path: NodePath; readonly message: string };

type Subject = { readonly raw: unknown; readonly schema: z.ZodType };
type Issue = z.core.$ZodIssue;

/** The issues that zod found, one finding per mistake of the author: a misspelt key is not a missing one as well. */
export function findingsOf(subject: Subject, issues: readonly Issue[]): readonly SchemaFinding[] {
  const findings = issues.flatMap((issue) => findingsOfIssue(subject, issue, []));
  const misspelt = new Set(findings.flatMap(misspeltPath));
  return findings.filter(({ kind, path }) => kind !== "missing" || !misspelt.has(JSON.stringify(path)));
}

/** The value at `path` in plain data. */
export function valueAt(raw: unknown, path: NodePath): unknown {
  let value = raw;
  for (const segment of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[segment];
  return value;
}

function findingsOfIssue(subject: Subject, issue: Issue, base: NodePath): readonly SchemaFinding[] {
  const path = [...base, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    return branchOf(valueAt(subject.raw, path), issue.errors).flatMap((inner) =>
      findingsOfIssue(subject, inner, path),
    );
  }
  if (issue.code === "unrecognized_keys") {
    const keys = keysAt(subject.schema, path);
    return issue.keys.map((key) => ({ kind: "unknown-key", path, key, keys }));
  }
  return [findingOf(subject, issue, path)];
}

function findingOf({ raw }: Subject, issue: Issue, path: NodePath): SchemaFinding {
  const found = valueAt(raw, path);
  if (found === undefined) return { kind: "missing", path };
  if (issue.code === "invalid_value") return { kind: "unknown-word", path, words: issue.values.map(String) };
  if (issue.code === "invalid_key") {
    return { kind: "bad-key", path, message: issue.issues[0]?.message ?? issue.message };
  }
  if (issue.code === "invalid_union")
    return { kind: "unfit", path, message: "expected one of the kinds of the format" };
  if (issue.code === "invalid_type")
    return { kind: "unfit", path, message: `expected ${nounOf(issue.expected)}` };
  return { kind: "unfit", path, message: issue.message };
}

/** Of the alternatives of a union, the one that the author seems to have meant. */
function branchOf(value: unknown, branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const isWord = typeof value !== "object";
  const likely = branches.filter((issues) => !issues.some((issue) => isAnotherShape(issue, isWord)));
  return likely.toSorted((left, right) => left.length - right.length)[0] ?? branches[0] ?? [];
}

function isAnotherShape(issue: Issue, isWord: boolean): boolean {
  if (issue.path.length > 0) return false;
  return issue.code === "invalid_type" || (issue.code === "invalid_value" && !isWord);
}

function misspeltPath(finding: SchemaFinding): readonly string[] {
  if (finding.kind !== "unknown-key") return [];
  const nearest = nearestName(finding.key, finding.keys);
  return nearest === undefined ? [] : [JSON.stringify([...finding.path, nearest])];
}

/** The keys that the schema knows at `path`. */
function keysAt(schema: unknown, path: NodePath): readonly string[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysAt(schema.unwrap(), path);
  const [segment, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return segment === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(segment)], rest);
}

function nounOf(expected: string): string {
  const nouns: Record<string, string> = {
    string: "text",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
    array: "a list",
    object: "a mapping",
    record: "a mapping",
  };
  return nouns[expected] ?? expected;
}
