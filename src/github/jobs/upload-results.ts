import { completeRunbook } from "../../run/complete-runbook.ts";
import { handsTablesOn } from "../../engines/engine-table.ts";
import { join } from "node:path";
import { z } from "zod";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { hasLedger, readCatalog } from "../../ledger/catalog.ts";
import { ledgerTable } from "../../ledger/tables.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { outcomeKinds } from "../../run/run-event.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf, readHandover } from "../job-folder.ts";
import { writeArtifactFolder, type Extract } from "../state/artifact-folder.ts";
import { artifactName } from "../state/artifact-names.ts";
import { dateText } from "../../runbook/schema/value-schemas.ts";
import { extractCell, extractGate } from "../state/extracts.ts";
import type { ManifestDate } from "../state/manifest.ts";

/** What a job's work tells its end; `outcomes` and `isRecorded` are there once the work came to its own end. */
const handoverSchema = z.object({
  kind: z.enum(["cell", "gate"]),
  id: z.string(),
  runbook: z.string(),
  warehouse: z.string(),
  runId: z.string(),
  commit: z.string(),
  digest: z.string(),
  outcomes: z.array(z.tuple([dateText, z.enum(outcomeKinds)])).optional(),
  isRecorded: z.boolean().optional(),
});

/** What the work of a cell or gate keeps for `uploadResults`. */
export type CellHandover = z.infer<typeof handoverSchema>;

/** What marks the ledger rows of one attempt of a run: the last part of an attempt id begins with it. */
export function attemptPrefix(attempt: number): string {
  return `a${attempt}_`;
}

/**
 * Uploads what a cell or gate committed and recorded, also when its work failed, died or was cancelled: what is in the
 * warehouse is what there is. Uploads nothing when the work never learnt what it had to do. Gives true, always.
 */
export async function uploadResults(effects: JobEffects): Promise<boolean> {
  const parsed = handoverSchema.safeParse(await readHandover(effects.folder));
  if (!parsed.success) {
    effects.voice.log("There is nothing to upload: the job did not come so far");
    return true;
  }
  const handover = parsed.data;
  const { kind, id, runId, commit, digest } = handover;
  const { attempt } = effects.job;
  const declared = await readRunbook(handover.runbook);
  const address = addressOf(handover.warehouse, effects);
  await using warehouse = await effects.openWarehouse(address, { runbook: declared });

  const left = await collect(warehouse, { handover, runbook: declared, attempt });
  const folder = join(effects.folder, "out");
  await writeArtifactFolder(warehouse, folder, {
    extracts: handsTablesOn(handover.warehouse) ? left.extracts : [],
    manifest: {
      kind,
      id,
      runId,
      attempt,
      commit,
      runbook: digest,
      dates: [...left.dates],
      isComplete: left.isComplete,
    },
  });
  await effects.artifacts.upload(artifactName({ kind, id, attempt }), folder);
  return true;
}

type Left = {
  readonly extracts: readonly Extract[];
  readonly dates: readonly ManifestDate[];
  readonly isComplete: boolean;
};

type Attempt = { readonly handover: CellHandover; readonly runbook: Runbook; readonly attempt: number };

/** What stands in the warehouse of this attempt; nothing when the job died before it had made its tables. */
async function collect(warehouse: Warehouse, own: Attempt): Promise<Left> {
  const { handover } = own;
  if (!hasLedger(await readCatalog(warehouse, own.runbook), own.runbook)) {
    return { extracts: [], dates: [], isComplete: false };
  }
  const runbook = await completeRunbook(warehouse, own.runbook);
  if (handover.kind === "cell") return collectCell(warehouse, { ...own, runbook });
  const isComplete = handover.isRecorded === true;
  const extracts = isComplete ? extractGate(runbook, handover.id, handover.runId) : [];
  return { extracts, dates: [], isComplete };
}

async function collectCell(warehouse: Warehouse, { handover, runbook, attempt }: Attempt): Promise<Left> {
  const prefix = `${handover.runId}/${handover.id}/${attemptPrefix(attempt)}`;
  const rows = await readAttempts(warehouse, runbook, prefix);
  const recorded = new Set(rows.map(({ date }) => date));
  const unrecorded = (handover.outcomes ?? []).filter(([date]) => !recorded.has(date));
  const processor = runbook.processors.find(({ id }) => rows.some((row) => row.processor === id));
  const committed = rows.filter(({ status }) => status === "committed").map(({ date }) => date);
  const attempts = [...new Set(rows.map((row) => row.attempt))];
  return {
    extracts: processor === undefined ? [] : extractCell(runbook, processor, { attempts, committed }),
    dates: [
      ...rows.map(({ date, status, version }) => ({ date, outcome: status, version })),
      ...unrecorded.map(([date, outcome]) => ({ date, outcome, version: "" })),
    ],
    isComplete: handover.outcomes !== undefined,
  };
}

type AttemptOfDate = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly attempt: string;
  readonly status: "committed" | "failed" | "blocked";
  readonly version: string;
};

const attemptShape = {
  processor_name: typed.text,
  analysis_date: typed.date,
  attempt_id: typed.text,
  status: typed.oneOf(["committed", "failed", "blocked"]),
  version: typed.text,
};

async function readAttempts(
  warehouse: Warehouse,
  { ledger }: Runbook,
  prefix: string,
): Promise<readonly AttemptOfDate[]> {
  const table = quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_partitions"));
  const statement: Statement = {
    sql: `select processor_name, cast(analysis_date as string) as analysis_date, attempt_id, status, version
from ${table} where starts_with(attempt_id, @prefix) order by analysis_date`,
    parameters: { prefix: { type: "string", value: prefix } },
    purpose: "read what the cell recorded",
  };
  const rows = await queryRows(warehouse, statement, attemptShape);
  return rows.map((row) => ({
    processor: row.processor_name,
    date: row.analysis_date,
    attempt: row.attempt_id,
    status: row.status,
    version: row.status === "committed" ? row.version : "",
  }));
}
