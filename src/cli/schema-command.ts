import { escapeJson } from "../report/text/terminal-text.ts";
import { runbookJsonSchema } from "../runbook/schema/runbook-schema.ts";
import type { Command } from "./command.ts";

/** `cascade schema`: the JSON Schema of runbook.yml, for editors. */
export const schemaCommand: Command = {
  summary: "the JSON Schema of runbook.yml, for editors",
  usage: "cascade schema > runbook.schema.json",
  run({ terminal }) {
    terminal.out(escapeJson(JSON.stringify(runbookJsonSchema(), undefined, 2)));
    return Promise.resolve(0);
  },
};
