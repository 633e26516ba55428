import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "../../src/runbook/schema/json-schemas.ts";

const root = join(import.meta.dirname, "../..");
const page = "docs/format.md";

type Schema = {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
};

/** The page as it is. */
export function readFormatPage(): string {
  return readFileSync(join(root, page), "utf8");
}

/** The page with its tables of keys made of the schema, and its examples of the runbooks that tests run. */
export function renderFormatPage(text: string): string {
  const keys = `<!-- keys -->\n\n${keyTables().join("\n\n")}\n\n<!-- end of keys -->`;
  const examples = text.replaceAll(
    /(<!-- file: (\S+) -->\n\n)```(\w+)\n[^]*?^```\n/gm,
    (_, head: string, path: string, language: string) =>
      `${head}\`\`\`${language}\n${readFileSync(join(root, path), "utf8").trimEnd()}\n\`\`\`\n`,
  );
  return examples.replace(/<!-- keys -->[^]*<!-- end of keys -->/, () => keys);
}

/** Every key that a runbook may have, as `processors[].reads[].window`. */
export function allKeys(): readonly string[] {
  return objectsOf("", jsonSchema("runbook")).flatMap(({ path, schema }) =>
    Object.keys(schema.properties ?? {}).map((key) => `${path}.${key}`),
  );
}

type Found = { readonly path: string; readonly schema: Schema };

/** The objects with keys of their own, each once, in the order of the format. */
function objectsOf(path: string, schema: Schema): readonly Found[] {
  const own = schema.properties === undefined ? [] : [{ path, schema }];
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) =>
      objectsOf(path === "" ? key : `${path}.${key}`, part),
    ),
    ...(schema.items === undefined ? [] : objectsOf(`${path}[]`, schema.items)),
    ...(typeof schema.additionalProperties === "object"
      ? objectsOf(`${path}.<name>`, schema.additionalProperties)
      : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((part) =>
      objectsOf(path, part),
    ),
  ];
  return [...own, ...inner];
}

function keyTables(): readonly string[] {
  const seen = new Map<string, string>();
  return objectsOf("", jsonSchema("runbook")).flatMap(({ path, schema }) => {
    const title = path === "" ? "The runbook" : `\`${path}\``;
    const rows = Object.entries(schema.properties ?? {}).map(([key, part]) => rowOf(key, part, schema));
    const body = rows.join("\n");
    const before = seen.get(body);
    if (before !== undefined) return before === title ? [] : [`### ${title}\n\nAs ${before}.`];
    seen.set(body, title);
    return [`### ${title}\n\n| key | when left out | what it is |\n|---|---|---|\n${body}`];
  });
}

function rowOf(key: string, part: Schema, { required = [] }: Schema): string {
  const usual = part.default ?? part.anyOf?.find((one) => one.default !== undefined)?.default;
  const isNeeded = required.includes(key) && usual === undefined;
  const without = isNeeded ? "needed" : usual === undefined ? "" : `\`${JSON.stringify(usual)}\``;
  const words =
    part.enum === undefined ? "" : `: ${part.enum.map((word) => `\`${String(word)}\``).join(", ")}`;
  return `| \`${key}\` | ${without} | ${`${part.description ?? ""}${words}`.replaceAll("|", "\\|")} |`;
}
