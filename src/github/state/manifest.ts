import { z } from "zod";
import { outcomeKinds } from "../../run/run-event.ts";
import { dateText } from "../../runbook/schema/value-schemas.ts";
import { plainName, plainTable } from "./names.ts";

/** What became of one date of a cell; `version` is that of the ledger row, empty unless it was committed. */
const manifestDate = z.strictObject({
  date: dateText,
  outcome: z.enum(outcomeKinds),
  version: z.string(),
});
/** One date of a cell. */
export type ManifestDate = z.infer<typeof manifestDate>;

/** What stands in an artifact, as `manifest.json` beside its files. */
export const manifestSchema = z.strictObject({
  kind: z.enum(["plan", "cell", "gate", "state"]),
  /** The cell, gate or runbook. */
  id: plainName,
  /** The run as the ledger names it. */
  runId: plainName,
  attempt: z.int().min(1),
  commit: z.string(),
  /** Digest of the runbook that it was made by. */
  runbook: z.string(),
  /** Dates of a cell that something is known of; a planned date that is absent was never decided. */
  dates: z.array(manifestDate),
  /** Whether the job came to its end: a cell decided all its dates, a gate recorded its verdict. */
  isComplete: z.boolean(),
  /** Parquet files, named after their tables. */
  files: z.array(z.strictObject({ table: plainTable, sha256: z.string() })),
});
/** See the schema of the same name. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Name of the manifest's file inside an artifact. */
export const manifestFile = "manifest.json";

/** Name of a table's file inside an artifact. */
export function tableFile(table: string): string {
  return `${table}.parquet`;
}
