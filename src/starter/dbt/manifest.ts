import { z } from "zod";

/** Names or one name, as dbt writes both. */
const names = z.union([z.string(), z.array(z.string())]);

const testSchema = z.object({
  name: z.string(),
  kwargs: z.record(z.string(), z.unknown()).default({}),
});

const nodeSchema = z.object({
  resource_type: z.string(),
  name: z.string(),
  alias: z.string().nullish(),
  relation_name: z.string().nullish(),
  language: z.string().nullish(),
  description: z.string().default(""),
  compiled_code: z.string().nullish(),
  config: z
    .object({
      materialized: z.string().nullish(),
      unique_key: names.nullish(),
      severity: z.string().nullish(),
      where: z.string().nullish(),
      enabled: z.boolean().nullish(),
    })
    .default({}),
  depends_on: z.object({ nodes: z.array(z.string()).default([]) }).default({ nodes: [] }),
  test_metadata: testSchema.nullish(),
  column_name: z.string().nullish(),
  attached_node: z.string().nullish(),
});

const manifestSchema = z.object({
  metadata: z.object({ dbt_schema_version: z.string() }),
  nodes: z.record(z.string(), nodeSchema),
  exposures: z.record(z.string(), z.unknown()).default({}),
  metrics: z.record(z.string(), z.unknown()).default({}),
  unit_tests: z.record(z.string(), z.unknown()).default({}),
});

/** A node of a manifest: a model, a test, a seed. */
export type ManifestNode = z.output<typeof nodeSchema>;
/** What a runbook can be made of, of a manifest that dbt wrote. */
export type DbtManifest = z.output<typeof manifestSchema>;

/** Forms of a manifest that have all that is read here. */
const oldestVersion = 7;

/** Reads a manifest.json of dbt, or says what it is instead. */
export function parseManifest(
  text: string,
):
  | { readonly kind: "ok"; readonly manifest: DbtManifest }
  | { readonly kind: "refused"; readonly why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "refused", why: "it is no JSON" };
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { kind: "refused", why: `it is no manifest of dbt: ${issue?.path.join(".")}: ${issue?.message}` };
  }
  const version = /\/manifest\/v(\d+)\.json$/.exec(parsed.data.metadata.dbt_schema_version)?.[1];
  if (version === undefined || Number(version) < oldestVersion) {
    const found = parsed.data.metadata.dbt_schema_version;
    return {
      kind: "refused",
      why: `expected a manifest of version ${oldestVersion} or newer, found ${found}`,
    };
  }
  return { kind: "ok", manifest: parsed.data };
}
