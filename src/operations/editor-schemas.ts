import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { runbooksFolder } from "../run/find-runbook.ts";
import { schemaFile, withSchemaLine } from "../runbook/schema-line.ts";
import type { SchemaKind } from "../runbook/schema/schema-kinds.ts";

/** Where a repository keeps the schemas of its runbooks' files. */
export const schemasFolder = `${runbooksFolder}/schemas`;

/** Where the installed package has them. */
const packagedFolder = `node_modules/cascade-backfill/${schemasFolder}`;

/**
 * A new file with the line by which editors find its schema: the repository's own, or that of the installed package. A
 * file outside of the current folder has none.
 */
export function forEditors(
  path: string,
  { kind, text }: { readonly kind: SchemaKind; readonly text: string },
): string {
  const own = relative(".", path).replaceAll("\\", "/");
  if (own.startsWith("../") || isAbsolute(own)) return text;
  const folder = existsSync(join(schemasFolder, schemaFile(kind))) ? schemasFolder : packagedFolder;
  return withSchemaLine(text, { kind, path: own, folder });
}
