import type { RunbookFiles } from "../declaration.ts";
import type { Ingest } from "../runbook.ts";
import type { IngestText } from "../schema/ingest-schema.ts";
import { sqlFile } from "./sql-file.ts";

/** `load` or `sample` with its scripts read. */
export function buildIngest(ingest: IngestText, files: RunbookFiles): Ingest {
  return {
    prelude: ingest.prelude === undefined ? undefined : sqlFile(files, ingest.prelude),
    files: Object.entries(ingest.files).map(([name, file]) => ({ name, ...file })),
    parameters: ingest.parameters,
    steps: ingest.steps.map((step) => ({ target: targetOf(step), sql: sqlFile(files, step.sql) })),
    checks: ingest.checks.map(({ name, level, sql }) => ({ name, level, sql: sqlFile(files, sql) })),
  };
}

function targetOf({ source, scratch }: IngestText["steps"][number]): Ingest["steps"][number]["target"] {
  if (source !== undefined) return { kind: "source", table: source };
  return { kind: "scratch", name: scratch ?? "" };
}
