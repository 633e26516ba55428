import type { SchemaKind } from "./schema/schema-kinds.ts";

/** The name of a schema's file. */
export function schemaFile(kind: SchemaKind): string {
  return `${kind}.schema.json`;
}

/**
 * The text of a file with the line by which editors find its schema at its head, unless it has one; `path` is the file's
 * and `folder` that of the schemas, both from the same place.
 */
export function withSchemaLine(
  text: string,
  { kind, path, folder }: { readonly kind: SchemaKind; readonly path: string; readonly folder: string },
): string {
  if (schemaMark.test(text)) return text;
  const [from, to] = [path.split("/").slice(0, -1), [...folder.split("/"), schemaFile(kind)]];
  const differs = from.findIndex((part, index) => part !== to[index]);
  const common = differs === -1 ? from.length : differs;
  const address = [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
  return `# yaml-language-server: $schema=${address}\n${text}`;
}

const schemaMark = /^# yaml-language-server: *\$schema=/m;
