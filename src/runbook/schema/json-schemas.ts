import { z } from "zod";
import { casesFileSchema } from "./case-schema.ts";
import { ingestSchema } from "./ingest-schema.ts";
import { organisationFileSchema } from "./organisation-schema.ts";
import { shortProcessorSchema } from "./processor-schema.ts";
import { runbookSchema } from "./runbook-schema.ts";
import type { SchemaKind } from "./schema-kinds.ts";
import { shortSourceSchema } from "./source-schema.ts";
import { waiversFileSchema } from "./waiver-schema.ts";

/** Files that people write, each with what it may hold. */
const schemas: Readonly<Record<SchemaKind, { readonly title: string; readonly schema: z.ZodType }>> = {
  runbook: { title: "Cascade runbook", schema: runbookSchema },
  processor: { title: "Processor of a Cascade runbook", schema: shortProcessorSchema },
  source: { title: "Source of a Cascade runbook", schema: shortSourceSchema },
  ingest: { title: "Load or sample of a Cascade runbook", schema: ingestSchema },
  cases: { title: "Cases of a step of a Cascade runbook", schema: casesFileSchema },
  policy: { title: "Rules for the runbooks of a repository", schema: organisationFileSchema },
  waivers: { title: "Waivers of a Cascade runbook", schema: waiversFileSchema },
};

/** JSON Schema of a kind of file, in draft 2020-12; every key has a description. */
export function jsonSchema(kind: SchemaKind): Readonly<Record<string, unknown>> {
  const { title, schema } = schemas[kind];
  return {
    title,
    ...z.toJSONSchema(schema, {
      io: "input",
      target: "draft-2020-12",
      unrepresentable: "any",
      override({ zodSchema, jsonSchema }) {
        if (zodSchema instanceof z.ZodBigInt) jsonSchema.type = "integer";
      },
    }),
  };
}
