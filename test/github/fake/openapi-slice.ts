import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A schema of OpenAPI 3.0, as far as the fake reads it. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
};
/** A parameter of an operation. */
export type Parameter = { readonly name: string; readonly in: string; readonly $ref?: string };
type Media = {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly $ref?: string;
};
/** One operation of the official description. */
export type DescribedOperation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Media & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Media>>;
};
type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
/** The official description, cut to some operations and what they refer to. */
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Components;
};

const root = join(import.meta.dirname, "../../..");
const full = fileURLToPath(import.meta.resolve("@octokit/openapi/generated/api.github.com.json"));
const version = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve("@octokit/openapi/package.json")), "utf8"),
) as { readonly version: string };

/** The description of these operations and of `basic-error`; cut once, then read from the cache. */
export function readOpenApiSlice(operations: readonly string[]): OpenApi {
  const key = createHash("sha256")
    .update(JSON.stringify([version.version, operations.toSorted()]))
    .digest("hex");
  const cache = join(root, "node_modules/.cache", `github-openapi-${key.slice(0, 16)}.json`);
  try {
    return JSON.parse(readFileSync(cache, "utf8")) as OpenApi;
  } catch {
    const slice = cut(JSON.parse(readFileSync(full, "utf8")) as OpenApi, new Set(operations));
    mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
    writeFileSync(`${cache}.${process.pid}`, JSON.stringify(slice));
    renameSync(`${cache}.${process.pid}`, cache);
    return slice;
  }
}

function cut(openApi: OpenApi, operations: ReadonlySet<string>): OpenApi {
  const paths = Object.fromEntries(
    Object.entries(openApi.paths)
      .map(([path, methods]) => [path, keepOperations(methods, operations)] as const)
      .filter(([, methods]) => Object.keys(methods).length > 0),
  );
  const components: Record<string, Record<string, unknown>> = {};
  const waiting = ["#/components/schemas/basic-error", ...referencesIn(paths)];
  const seen = new Set<string>();
  for (const reference of waiting) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    const [, , kind = "", name = ""] = reference.split("/");
    const component = openApi.components[kind]?.[name];
    components[kind] = { ...components[kind], [name]: component };
    waiting.push(...referencesIn(component));
  }
  return withNulls({ paths, components }) as OpenApi;
}

function keepOperations(
  methods: Readonly<Record<string, DescribedOperation>>,
  operations: ReadonlySet<string>,
): Record<string, DescribedOperation> {
  return Object.fromEntries(Object.entries(methods).filter(([, each]) => operations.has(each.operationId)));
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "$ref" && typeof each === "string" ? [each] : referencesIn(each),
  );
}

/**
 * ajv reads `nullable` only beside `type`, and wants null among the values of an enum. Errors that fit two kinds of
 * `oneOf` at once are GitHub's own, so any fitting one will do. Examples are left out.
 */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, each]) => !isExample(key, each));
  const copy = Object.fromEntries(
    entries.map(([key, each]) => [key === "oneOf" ? "anyOf" : key, withNulls(each)] as const),
  );
  if (copy["nullable"] !== true) return copy;
  const { enum: values } = copy;
  if (Array.isArray(values) && !values.includes(null)) copy["enum"] = [...(values as unknown[]), null];
  if (typeof copy["type"] === "string") return copy;
  const { nullable: _nullable, ...rest } = copy;
  return { anyOf: [rest, { type: "null" }] };
}

function isExample(key: string, value: unknown): boolean {
  return key === "examples" || (key === "example" && typeof value !== "object") || key === "x-github";
}
