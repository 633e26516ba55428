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
import { artifactName, type ArtifactName } from "../state/artifact-names.ts";
import { dateText } from "../../runbook/schema/value-schemas.ts";
import { extractCell, extractGate } from "../state/extracts.ts";
import type { ManifestDate } from "../state/manifest.ts";

const headShape = {
  runbook: z.string(),
  warehouse: z.string(),
  runId: z.string(),
  commit: z.string(),
  digest: z.string(),
};

/** What a job's work tells its end; `outcomes` of a cell are there once it came to its own end. */
const handoverSchema = z.discriminatedUnion("kind", [
  z.object({
    ...headShape,
    kind: z.literal("cells"),
    cells: z
      .array(
        z.object({
          id: z.string(),
          outcomes: z.array(z.tuple([dateText, z.enum(outcomeKinds)])).optional(),
        }),
      )
      .min(1),
  }),
  z.object({
    ...headShape,
    id: z.string(),
    kind: z.literal("gates"),
    gates: z.array(z.object({ id: z.string(), isRecorded: z.boolean() })),
    /** Results of cells that the bundle holds: their names, and where they lie. */
    cells: z.array(z.object({ name: z.string(), folder: z.string() })),
  }),
]);

type Handover = z.infer<typeof handoverSchema>;
/** What the work of cells keeps for `uploadResults`. */
export type CellsHandover = Extract<Handover, { kind: "cells" }>;
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
  const { attempt } = effects.job;
  const declared = await readRunbook(handover.runbook);
  const address = addressOf(handover.warehouse, effects);
  await using warehouse = await effects.openWarehouse(address, { runbook: declared });
  // Nothing stands in a warehouse whose job died before it had made its tables.
  const isMade = hasLedger(await readCatalog(warehouse, declared), declared);
  const runbook = isMade ? await completeRunbook(warehouse, declared) : undefined;
  const own = { handover, runbook, attempt };
  const folder = join(effects.folder, "out");
  if (handover.kind === "cells") await writeCells(warehouse, folder, { ...own, handover });
  else await writeBundle(warehouse, folder, { ...own, handover });
  await effects.artifacts.upload(artifactName({ ...partOf(handover), attempt }), folder);
  return true;
}

/** A cell alone has an artifact of its own; several are a bundle under the name of the first. */
function partOf(handover: Handover): Omit<ArtifactName, "attempt"> {
  if (handover.kind === "gates") return { kind: "bundle", id: handover.id };
  const { cells } = handover;
  return { kind: cells.length === 1 ? "cell" : "bundle", id: cells[0]?.id ?? "" };
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

async function writeCells(warehouse: Warehouse, folder: string, own: Own<CellsHandover>): Promise<void> {
  const { handover, runbook, attempt } = own;
  for (const cell of handover.cells) {
    const left = runbook === undefined ? nothing : await collectCell(warehouse, { ...own, runbook, cell });
    const name = artifactName({ kind: "cell", id: cell.id, attempt });
    const place = handover.cells.length === 1 ? folder : join(folder, name);
    await writeLeft(warehouse, place, { own, part: { kind: "cell", id: cell.id }, left });
  }
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
  {
    handover,
    runbook,
    attempt,
    cell,
  }: Own<CellsHandover> & { readonly runbook: Runbook; readonly cell: CellsHandover["cells"][number] },
): Promise<Left> {
  const prefix = `${handover.runId}/${cell.id}/${attemptPrefix(attempt)}`;
  const rows = await readAttempts(warehouse, runbook, prefix);
  const recorded = new Set(rows.map(({ date }) => date));
  const unrecorded = (cell.outcomes ?? []).filter(([date]) => !recorded.has(date));
  const processor = runbook.processors.find(({ id }) => rows.some((row) => row.processor === id));
  const committed = rows.filter(({ status }) => status === "committed").map(({ date }) => date);
  const attempts = [...new Set(rows.map((row) => row.attempt))];
  return {
    extracts: processor === undefined ? [] : extractCell(runbook, processor, { attempts, committed }),
    dates: [
      ...rows.map(({ date, status, version }) => ({ date, outcome: status, version })),
      ...unrecorded.map(([date, outcome]) => ({ date, outcome, version: "" })),
    ],
    isComplete: cell.outcomes !== undefined,
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
