import { canonicalText } from "../plan/approval/plan-digest.ts";
import { digest128 } from "../plan/versions/version-sums.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { z } from "zod";
import { planJson, type PlanJson } from "../plan/approval/plan-json.ts";
import type { Cell, Plan, Selection, UnitReason } from "../plan/plan.ts";
import { dateText } from "../runbook/schema/value-schemas.ts";
import { loginText, plainName } from "./state/names.ts";

const cellSchema = z.strictObject({
  id: plainName,
  processor: plainName,
  phase: z.number(),
  dates: z.array(dateText),
  needs: z.array(z.string()),
  reasons: z.record(z.string(), z.string()),
});

const rangeSchema = z.strictObject({ from: dateText, to: dateText });

/** The frozen plan of a run, as `plan.json` in its plan artifact. */
export const planFileSchema = z.strictObject({
  /** The run as the ledger names it: a new one with every attempt that plans. */
  runId: plainName,
  commit: z.string(),
  /** Digest of the runbook, see `runbookDigest`. */
  runbook: z.string(),
  folder: z.string(),
  warehouse: z.string(),
  plannedAt: z.string(),
  isDryRun: z.boolean(),
  requestedBy: loginText,
  /** Why it is done, where somebody said so. */
  reason: z.string().optional(),
  round: z.number(),
  /** Explicit dates, where the selection names some. */
  dates: z.array(dateText).optional(),
  /** Whether the selection names no processors or phases: then all are reported on, also those without a date. */
  isOfAll: z.boolean().optional(),
  /** Whether rows may be replaced by none because the sources of a date hold nothing any more. */
  allowEmpty: z.boolean().optional(),
  /** Gates that the run passes. */
  gates: z.array(plainName),
  plan: z.object({
    runbook: z.string(),
    range: rangeSchema,
    digest: z.string(),
    cells: z.array(cellSchema),
    waves: z.array(z.array(z.string())),
    skipped: z.array(
      z.strictObject({
        processor: z.string(),
        dates: z.array(dateText),
        reason: z.string(),
        command: z.string().optional(),
        mayDepend: z.boolean().exactOptional(),
      }),
    ),
    totals: z.strictObject({
      units: z.number(),
      cells: z.number(),
      upToDate: z.number(),
      held: z.number().exactOptional(),
      blocked: z.number(),
      processors: z.number(),
    }),
  }),
});
/** See the schema of the same name. */
export type PlanFile = z.infer<typeof planFileSchema>;

/** Name of the plan's file inside its artifact. */
export const planFileName = "plan.json";

/** The text of a plan's file. */
export function renderPlanFile(file: Omit<PlanFile, "plan"> & { readonly plan: Plan }): string {
  const plan: PlanJson = planJson(file.plan);
  return JSON.stringify({ ...file, plan }, undefined, 2);
}

/**
 * The range of the plan or the dates that were named, and where processors were named those that it speaks of: a part
 * that nobody asked for is not missing.
 */
export function selectionOfPlan({ plan, dates, isOfAll = false }: PlanFile): Selection {
  const named = [...plan.cells, ...plan.skipped].map(({ processor }) => processor);
  return {
    range: plan.range,
    ...(dates === undefined ? {} : { dates }),
    ...(isOfAll || named.length === 0 ? {} : { processors: [...new Set(named)] }),
  };
}

/** A cell of the frozen plan as the engine takes it; undefined when the plan has none of that id. */
export function plannedCell(file: PlanFile, id: string): Cell | undefined {
  const cell = file.plan.cells.find((candidate) => candidate.id === id);
  if (cell === undefined) return undefined;
  const reasons = cell.dates.map((date) => [date, parseReason(cell.reasons[date] ?? "missing")] as const);
  return { ...cell, reasons: new Map(reasons) };
}

/** The inverse of `reasonText`. */
function parseReason(text: string): UnitReason {
  const [kind = "", processor = "", date = ""] = text.split(" ");
  return { kind, ...(processor === "" ? {} : { processor, date }) } as UnitReason;
}

/** Hash of everything in a runbook but places in files: cells of a run work by the runbook that was planned. */
export function runbookDigest(runbook: Runbook): string {
  return digest128(canonicalText(runbook));
}
