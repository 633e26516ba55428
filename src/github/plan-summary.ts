import { markdownTable } from "markdown-table";
import { reasonText } from "../plan/approval/plan-json.ts";
import type { Cell, Plan } from "../plan/plan.ts";
import { blockedCauses, blockedText } from "../plan/units/blocked-causes.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { jobsOf } from "./fitting-chunk.ts";
import { depthOfJobs, drawPlan } from "./plan-diagram.ts";
import type { Matrices } from "./plan-matrices.ts";

/** What the page of a run shows of its plan. */
export type PlanSummary = {
  readonly runbook: Runbook;
  readonly plan: Plan;
  readonly matrices: Matrices;
  readonly isDryRun: boolean;
  /** Where the state came from, as a sentence. */
  readonly origin: string;
};

/** The plan as Markdown: the verdict, a line per cell, what is blocked, the graph, what it costs at least. */
export function renderPlanSummary(summary: PlanSummary): string {
  const { runbook, plan, isDryRun, origin } = summary;
  const { units, cells, upToDate, held, blocked } = plan.totals;
  const heldText = held === undefined ? "" : `, ${held} held by a gate`;
  const head = `**${isDryRun ? "Would run" : "Runs"} ${units} dates in ${cells} cells**, ${upToDate} up to date, ${blocked} blocked${heldText}`;
  return [
    `## Plan of ${plan.runbook}, ${plan.range.from} to ${plan.range.to}`,
    units === 0 ? `**Nothing to do**: ${upToDate} dates are up to date, ${blocked} blocked${heldText}` : head,
    origin,
    ...(plan.cells.length === 0 ? [] : [cellTable(plan)]),
    ...blockedCauses(runbook, plan).map((cause) => `${blockedText(cause)}; next: \`${cause.command}\``),
    ...(plan.cells.length === 0 ? [] : graphParts(summary)),
    `Digest \`${plan.digest}\``,
  ].join("\n\n");
}

function cellTable({ cells, waves }: Plan): string {
  const wave = new Map(waves.flatMap((ids, index) => ids.map((id) => [id, String(index + 1)] as const)));
  const rows = cells.map((cell) => [
    cell.processor,
    wave.get(cell.id) ?? "",
    String(cell.dates.length),
    cell.dates[0] ?? "",
    cell.dates.at(-1) ?? "",
    reasonsOf(cell),
  ]);
  return markdownTable([["processor", "wave", "dates", "first", "last", "why"], ...rows]);
}

function reasonsOf({ reasons }: Cell): string {
  const groups = Map.groupBy(reasons.values(), (reason) =>
    reason.kind === "downstream-of" ? `downstream of ${reason.processor}` : reasonText(reason),
  );
  return [...groups].map(([text, same]) => `${text} ${same.length}`).join(", ");
}

function graphParts({ runbook, matrices }: PlanSummary): readonly string[] {
  const { text, isCollapsed } = drawPlan(runbook, matrices);
  const jobs = jobsOf(matrices);
  const depth = depthOfJobs(runbook, matrices);
  return [
    `\`\`\`mermaid\n${text}\n\`\`\``,
    ...(isCollapsed ? ["The graph is too large to draw job by job; the table above has every cell."] : []),
    `${jobs} jobs, ${depth} deep, at least ${jobs} billed minutes (GitHub bills each job from one minute on).`,
  ];
}
