import { completeRunbook } from "../../run/complete-runbook.ts";
import { handsTablesOn } from "../../engines/engine-table.ts";
import { cp } from "node:fs/promises";
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
import { writeArtifactFolder, type Extract as Rows } from "../state/artifact-folder.ts";
import { artifactName } from "../state/artifact-names.ts";
import { dateText } from "../../runbook/schema/value-schemas.ts";
import { extractCell, extractGate } from "../state/extracts.ts";
import type { ManifestDate } from "../state/manifest.ts";

const headShape = {
  id: z.string(),
  runbook: z.string(),
  warehouse: z.string(),
  runId: z.string(),
  commit: z.string(),
  digest: z.string(),
};

/** What a job's work tells its end; `outcomes` are there once the work of a cell came to its own end. */
const handoverSchema = z.discriminatedUnion("kind", [
  z.object({
    ...headShape,
    kind: z.literal("cell"),
    outcomes: z.array(z.tuple([dateText, z.enum(outcomeKinds)])).optional(),
  }),
  z.object({
    ...headShape,
    kind: z.literal("gates"),
    gates: z.array(z.object({ id: z.string(), isRecorded: z.boolean() })),
    /** Results of cells that the bundle holds: their names, and where they lie. */
    cells: z.array(z.object({ name: z.string(), folder: z.string() })),
  }),
]);

type Handover = z.infer<typeof handoverSchema>;
/** What the work of a cell keeps for `uploadResults`. */
export type CellHandover = Extract<Handover, { kind: "cell" }>;
/** What the work of gates keeps for `uploadResults`; `id` is the bundle's. */
export type GatesHandover = Extract<Handover, { kind: "gates" }>;

/** What marks the ledger rows of one attempt of a run: the last part of an attempt id begins with it. */
export function attemptPrefix(attempt: number): string {
  return `a${attempt}_`;
}

/**
 * Uploads what a cell or gates committed and recorded, also when the work failed, died or was cancelled: what is in the
 * warehouse is what there is. Uploads nothing when the work never learnt what it had to do. Gives true, always.
 */
export async function uploadResults(effects: JobEffects): Promise<boolean> {
  const parsed = handoverSchema.safeParse(await readHandover(effects.folder));
  if (!parsed.success) {
    effects.voice.log("There is nothing to upload: the job did not come so far");
    return true;
  }
  const handover = parsed.data;
  const { id } = handover;
  const { attempt } = effects.job;
  const declared = await readRunbook(handover.runbook);
  const address = addressOf(handover.warehouse, effects);
  await using warehouse = await effects.openWarehouse(address, { runbook: declared });
  // Nothing stands in a warehouse whose job died before it had made its tables.
  const isMade = hasLedger(await readCatalog(warehouse, declared), declared);
  const runbook = isMade ? await completeRunbook(warehouse, declared) : undefined;
  const own = { handover, runbook, attempt };
  const folder = join(effects.folder, "out");
  if (handover.kind === "cell") await writeCell(warehouse, folder, { ...own, handover });
  else await writeBundle(warehouse, folder, { ...own, handover });
  const kind = handover.kind === "cell" ? "cell" : "bundle";
  await effects.artifacts.upload(artifactName({ kind, id, attempt }), folder);
  return true;
}

type Own<OfHandover> = {
  readonly handover: OfHandover;
  readonly runbook: Runbook | undefined;
  readonly attempt: number;
};

type Left = {
  readonly extracts: readonly Rows[];
  readonly dates: readonly ManifestDate[];
  readonly isComplete: boolean;
};

const nothing: Left = { extracts: [], dates: [], isComplete: false };

async function writeCell(warehouse: Warehouse, folder: string, own: Own<CellHandover>): Promise<void> {
  const { handover, runbook, attempt } = own;
  const left = runbook === undefined ? nothing : await collectCell(warehouse, { handover, runbook, attempt });
  await writeLeft(warehouse, folder, { own, part: { kind: "cell", id: handover.id }, left });
}

/** A folder for every gate and for every cell that the bundle holds, each as an artifact of its own would be. */
async function writeBundle(warehouse: Warehouse, folder: string, own: Own<GatesHandover>): Promise<void> {
  const { handover, runbook, attempt } = own;
  for (const { id, isRecorded } of handover.gates) {
    const isComplete = isRecorded && runbook !== undefined;
    const left = isComplete
      ? { extracts: extractGate(runbook, id, handover.runId), dates: [], isComplete }
      : nothing;
    const name = artifactName({ kind: "gate", id, attempt });
    await writeLeft(warehouse, join(folder, name), { own, part: { kind: "gate", id }, left });
  }
  for (const { name, folder: from } of handover.cells)
    await cp(from, join(folder, name), { recursive: true });
}

async function writeLeft(
  warehouse: Warehouse,
  folder: string,
  {
    own: { handover, attempt },
    part,
    left,
  }: {
    readonly own: Own<Handover>;
    readonly part: { readonly kind: "cell" | "gate"; readonly id: string };
    readonly left: Left;
  },
): Promise<void> {
  const { runId, commit, digest } = handover;
  await writeArtifactFolder(warehouse, folder, {
    extracts: handsTablesOn(handover.warehouse) ? left.extracts : [],
    manifest: {
      ...part,
      runId,
      attempt,
      commit,
      runbook: digest,
      dates: [...left.dates],
      isComplete: left.isComplete,
    },
  });
}

async function collectCell(
  warehouse: Warehouse,
  { handover, runbook, attempt }: Own<CellHandover> & { readonly runbook: Runbook },
): Promise<Left> {
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
