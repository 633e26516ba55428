import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../errors.ts";
import { schemasFolder } from "../operations/editor-schemas.ts";
import { replaceFile } from "../operations/replace-file.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { schemaFile } from "../runbook/schema-line.ts";
import { jsonSchema } from "../runbook/schema/json-schemas.ts";
import { schemaKinds, type SchemaKind } from "../runbook/schema/schema-kinds.ts";
import type { Command } from "./command.ts";

/** `cascade schema`: the JSON Schemas of the files that people write, for editors. */
export const schemaCommand: Command = {
  async run({ terminal, options }) {
    const [name = "runbook"] = options.positionals;
    if (options.flag("write") !== true) {
      terminal.out(escapeJson(schemaText(kindOf(name))));
      return 0;
    }
    await mkdir(schemasFolder, { recursive: true });
    for (const kind of schemaKinds) {
      const path = join(schemasFolder, schemaFile(kind));
      await replaceFile(path, `${schemaText(kind)}\n`);
      terminal.out(path);
    }
    return 0;
  },
};

function schemaText(kind: SchemaKind): string {
  return JSON.stringify(jsonSchema(kind), undefined, 2);
}

function kindOf(name: string): SchemaKind {
  const kind = schemaKinds.find((one) => one === name);
  if (kind !== undefined) return kind;
  throw new Fault("usage", `Cannot print a schema: expected a kind of file, found "${name}"`, {
    hint: `Name one of ${schemaKinds.join(", ")}`,
  });
}
