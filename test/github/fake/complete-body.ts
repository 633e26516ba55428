import type { OpenApi, Schema } from "./openapi-slice.ts";

const instant = "2026-01-05T00:00:00Z";
const address = "https://api.github.com/described";
const deepest = 12;

/**
 * A body of the shape that the description demands: what is given, and an empty value for everything else that is
 * required. Handlers so say only what they know; the contract still judges the result.
 */
export function completeBody(openApi: OpenApi, pointer: string, given: unknown): unknown {
  return complete({ openApi, schema: schemaAt(openApi, pointer), given, depth: 0 });
}

type Task = {
  readonly openApi: OpenApi;
  readonly schema: Schema;
  readonly given: unknown;
  readonly depth: number;
};

function complete(task: Task): unknown {
  const { given, depth } = task;
  const schema = resolve(task.openApi, task.schema);
  if (given === null || depth > deepest) return given ?? null;
  if (schema.allOf !== undefined) return completeAll({ ...task, schema });
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return completeOption({ ...task, schema }, options);
  if (given === undefined) return schema.nullable === true ? null : emptyValue({ ...task, schema });
  if (Array.isArray(given)) {
    return given.map((item: unknown) =>
      complete({ ...task, schema: schema.items ?? {}, given: item, depth: depth + 1 }),
    );
  }
  return typeof given === "object" ? completeObject({ ...task, schema }) : given;
}

function completeAll(task: Task): unknown {
  return (task.schema.allOf ?? []).reduce<unknown>(
    (given, schema) => complete({ ...task, schema, given: given ?? {} }),
    task.given,
  );
}

function completeOption(task: Task, options: readonly Schema[]): unknown {
  const resolved = options.map((option) => resolve(task.openApi, option));
  if (task.given === undefined && resolved.some(({ type }) => type === "null")) return null;
  const fitting = resolved.find((option) => isCompatible(option, task.given));
  return fitting === undefined ? task.given : complete({ ...task, schema: fitting });
}

function completeObject(task: Task): unknown {
  const { schema, given, depth } = task;
  const entries = Object.entries(given as object).map(([key, value]: [string, unknown]) => [
    key,
    complete({ ...task, schema: schema.properties?.[key] ?? {}, given: value, depth: depth + 1 }),
  ]);
  return { ...requiredOf(task), ...Object.fromEntries(entries) };
}

function requiredOf(task: Task): Record<string, unknown> {
  const { schema, given, depth } = task;
  const missing = (schema.required ?? []).filter((key) => !(key in (given as object)));
  return Object.fromEntries(
    missing.map((key) => [
      key,
      complete({ ...task, schema: schema.properties?.[key] ?? {}, given: undefined, depth: depth + 1 }),
    ]),
  );
}

function emptyValue(task: Task): unknown {
  const { schema } = task;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === "object" || schema.properties !== undefined)
    return completeObject({ ...task, given: {} });
  if (schema.type === "array") return [];
  if (schema.type === "integer" || schema.type === "number") return 0;
  if (schema.type === "boolean") return false;
  if (schema.format === "date-time") return instant;
  return schema.format === "uri" ? address : "";
}

function isCompatible(schema: Schema, given: unknown): boolean {
  if (given === undefined) return schema.type !== "null";
  if (Array.isArray(given)) return schema.type === "array";
  if (typeof given === "object") return fitsEnums(schema, given as Record<string, unknown>);
  if (typeof given === "number") return schema.type === "integer" || schema.type === "number";
  return schema.type === typeof given;
}

function fitsEnums(schema: Schema, given: Record<string, unknown>): boolean {
  if (schema.type === "array" || schema.type === "string") return false;
  return Object.entries(schema.properties ?? {}).every(
    ([key, property]) =>
      given[key] === undefined || property.enum === undefined || property.enum.includes(given[key]),
  );
}

function resolve(openApi: OpenApi, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  return resolve(openApi, schemaAt(openApi, schema.$ref.slice(1)));
}

function schemaAt(openApi: OpenApi, pointer: string): Schema {
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], openApi) as Schema;
}
