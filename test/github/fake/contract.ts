import { Ajv, type ValidateFunction } from "ajv";
import { readOpenApiSlice, type DescribedOperation, type OpenApi, type Parameter } from "./openapi-slice.ts";

/** An operation found for a method and a path, with the values of the path's parameters. */
export type FoundOperation = {
  readonly id: string;
  readonly parameters: Readonly<Record<string, string>>;
};
/** The official description as a judge of requests and responses. */
export type Contract = {
  readonly openApi: OpenApi;
  readonly find: (method: string, path: string) => FoundOperation | undefined;
  readonly judgeRequest: (id: string, query: URLSearchParams, body: unknown) => readonly string[];
  readonly judgeResponse: (id: string, status: number, body: unknown) => readonly string[];
  /** Where the schema of a response's body is, undefined when it has none. */
  readonly responsePointer: (id: string, status: number) => string | undefined;
};

type Route = {
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  readonly operation: DescribedOperation;
};

const errors = "/components/schemas/basic-error";
/** What any operation may answer, also where the description does not list it. */
const alwaysPossible = new Set([400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503]);

/** A judge of these operations. */
export function openContract(operations: readonly string[]): Contract {
  const openApi = readOpenApiSlice(operations);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(openApi, "github");
  const routes = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => routeOf(method, path, operation)),
  );
  const byId = new Map(routes.map((route) => [route.operation.operationId, route]));
  const missing = operations.filter((id) => !byId.has(id));
  if (missing.length > 0) throw new Error(`GitHub has no operation "${missing.join('", "')}"`);
  function route(id: string): Route {
    const found = byId.get(id);
    if (found === undefined) throw new Error(`GitHub has no operation "${id}"`);
    return found;
  }
  function responsePointer(id: string, status: number): string | undefined {
    return pointerOfResponse(openApi, route(id), status);
  }
  return {
    openApi,
    find: (method, path) => findRoute(routes, method, path),
    judgeRequest: (id, query, body) => judgeRequest(ajv, openApi, { route: route(id), query, body }),
    judgeResponse(id, status, body) {
      const pointer = responsePointer(id, status);
      if (pointer !== undefined) return judge(ajv, pointer, body).map((fault) => `${id} ${status}: ${fault}`);
      const isListed = route(id).operation.responses[String(status)] !== undefined;
      return isListed ? [] : [`${id}: status ${status} is not described`];
    },
    responsePointer,
  };
}

function routeOf(method: string, path: string, operation: DescribedOperation): Route {
  const pattern = path.replaceAll(/\{([^}]+)\}/g, (_match, name: string) =>
    name === "path" || name === "ref" ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return { method: method.toUpperCase(), path, pattern: new RegExp(`^${pattern}$`), operation };
}

/** Of several matching routes the one with most fixed parts: `{ref}` may hold slashes. */
function findRoute(routes: readonly Route[], method: string, path: string): FoundOperation | undefined {
  const [route] = routes
    .filter((each) => each.method === method && each.pattern.test(path))
    .toSorted((a, b) => fixedLength(b) - fixedLength(a));
  if (route === undefined) return undefined;
  const groups = route.pattern.exec(path)?.groups ?? {};
  const parameters = Object.entries(groups).map(
    ([name, value]) => [name, decodeURIComponent(value)] as const,
  );
  return { id: route.operation.operationId, parameters: Object.fromEntries(parameters) };
}

function fixedLength({ path }: Route): number {
  return path.replaceAll(/\{[^}]+\}/g, "").length;
}

type Request = { readonly route: Route; readonly query: URLSearchParams; readonly body: unknown };

function judgeRequest(ajv: Ajv, openApi: OpenApi, { route, query, body }: Request): string[] {
  const { operation } = route;
  const known = new Set((operation.parameters ?? []).map((each) => resolveParameter(openApi, each).name));
  const unknown = [...query.keys()].filter((name) => !known.has(name));
  const faults = unknown.map((name) => `${operation.operationId}: unknown query parameter "${name}"`);
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (schema === undefined) return faults;
  if (body === undefined) {
    return operation.requestBody?.required === true
      ? [...faults, `${operation.operationId}: no body`]
      : faults;
  }
  const pointer = `${pointerOf(route)}/requestBody/content/application~1json/schema`;
  return [...faults, ...judge(ajv, pointer, body).map((fault) => `${operation.operationId}: ${fault}`)];
}

function resolveParameter(openApi: OpenApi, parameter: Parameter): Parameter {
  const name = parameter.$ref?.split("/").at(-1);
  return name === undefined ? parameter : (openApi.components["parameters"]?.[name] as Parameter);
}

function judge(ajv: Ajv, pointer: string, value: unknown): string[] {
  const validate = validatorOf(ajv, pointer);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
}

const compiled = new WeakMap<Ajv, Map<string, ValidateFunction>>();

function validatorOf(ajv: Ajv, pointer: string): ValidateFunction {
  const known = compiled.get(ajv) ?? new Map<string, ValidateFunction>();
  compiled.set(ajv, known);
  const validate = known.get(pointer) ?? ajv.compile({ $ref: `github#${pointer}` });
  known.set(pointer, validate);
  return validate;
}

function pointerOfResponse(openApi: OpenApi, route: Route, status: number): string | undefined {
  const response = route.operation.responses[String(status)];
  if (response === undefined) return alwaysPossible.has(status) ? errors : undefined;
  const shared = response.$ref?.split("/").at(-1);
  const described =
    shared === undefined
      ? response
      : (openApi.components["responses"]?.[shared] as typeof response | undefined);
  if (described?.content?.["application/json"]?.schema === undefined) return undefined;
  const base =
    shared === undefined ? `${pointerOf(route)}/responses/${status}` : `/components/responses/${shared}`;
  return `${base}/content/application~1json/schema`;
}

function pointerOf({ path, method }: Route): string {
  const escaped = path
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")
    .replaceAll("{", "%7B")
    .replaceAll("}", "%7D");
  return `/paths/${escaped}/${method.toLowerCase()}`;
}
