/** Kinds of files that people write, in the order in which they are told of. */
export const schemaKinds = [
  "runbook",
  "processor",
  "source",
  "ingest",
  "cases",
  "policy",
  "waivers",
] as const;

/** One of `schemaKinds`. */
export type SchemaKind = (typeof schemaKinds)[number];
