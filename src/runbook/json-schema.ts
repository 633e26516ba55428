import { z } from "zod";
import { runbookSchema } from "./schema/runbook-schema.ts";

/** JSON Schema of runbook.yml, in draft 7, which editors know best; every key has a description. */
export function runbookJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: "Cascade runbook", ...z.toJSONSchema(runbookSchema, { io: "input", target: "draft-7" }) };
}
