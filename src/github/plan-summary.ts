import { planMonths } from "./plan-months.ts";
import { reasonText } from "../plan/approval/plan-json.ts";
import type { Cell, Plan } from "../plan/plan.ts";
import { blockedCauses, blockedText, type BlockedCause } from "../plan/units/blocked-causes.ts";
import { monthTable } from "../report/month-table.ts";
import { renderTable, type TableColumn } from "../report/markdown/table.ts";
import {
  diagramBlock,
  escapeCode,
  escapeMarkdown,
  joinMarkdown,
  markup,
  type Markdown,
} from "../report/text/markdown-text.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { notAtomicText } from "../runbook/writes-itself.ts";
import { jobsOf } from "./fitting-chunk.ts";
import { depthOfJobs, drawPlan } from "./plan-diagram.ts";
import { countLegs, countLegsApart, minutesOf, type Matrices } from "./plan-matrices.ts";

/** What the page of a run shows of its plan. */
export type PlanSummary = {
  readonly runbook: Runbook;
  readonly plan: Plan;
  readonly matrices: Matrices;
  readonly isDryRun: boolean;
  /** Where the state came from, as a sentence. */
  readonly origin: Markdown;
  /** Seconds that a date of a processor took before, where that is known. */
  readonly secondsOf: ReadonlyMap<string, number>;
  /** Jobs that it would be with cells by period; undefined where it has these. */
  readonly byPeriod: number | undefined;
};

/** The plan as Markdown: the verdict, how far each phase is built by month, a line per cell, what is blocked, the graph, what it costs at least. */
export function renderPlanSummary(summary: PlanSummary): Markdown {
  const { runbook, plan, isDryRun, origin } = summary;
  const { units, cells, upToDate, held, blocked } = plan.totals;
  const heldText = held === undefined ? markup`` : markup`, ${held} held by a gate`;
  const verb = isDryRun ? markup`Would run` : markup`Runs`;
  const head = markup`**${verb} ${units} dates in ${cells} cells**, ${upToDate} up to date, ${blocked} blocked${heldText}`;
  const [from, to] = [escapeMarkdown(plan.range.from), escapeMarkdown(plan.range.to)];
  const parts = [
    markup`## Plan of ${escapeMarkdown(plan.runbook)}, ${from} to ${to}`,
    units === 0
      ? markup`**Nothing to do**: ${upToDate} dates are up to date, ${blocked} blocked${heldText}`
      : head,
    origin,
    monthsOf(runbook, plan),
    ...(plan.cells.length === 0 ? [] : [cellTable(plan)]),
    ...(plan.notAtomic ?? []).map((id) => escapeMarkdown(`${id}: ${notAtomicText}`, 1000)),
    ...blockedCauses(runbook, plan).map(causeText),
    ...(plan.cells.length === 0 ? [] : graphParts(summary)),
    markup`Digest ${escapeCode(plan.digest)}`,
  ];
  return joinMarkdown(parts, "\n\n");
}

/** What stands already, by phase and month. */
function monthsOf(runbook: Runbook, plan: Plan): Markdown {
  const { heads, rows } = monthTable(planMonths(runbook, plan));
  const columnsOfMonths = heads.map((head) => ({ head, limit: 60 }));
  return rows.length === 0 ? markup`` : renderTable(columnsOfMonths, rows);
}

const columns: readonly TableColumn[] = ["processor", "wave", "dates", "first", "last", "why"].map((head) => {
  return { head, limit: 400 };
});

function cellTable({ cells, waves }: Plan): Markdown {
  const wave = new Map(waves.flatMap((ids, index) => ids.map((id) => [id, String(index + 1)] as const)));
  const rows = cells.map((cell) => [
    cell.processor,
    wave.get(cell.id) ?? "",
    String(cell.dates.length),
    cell.dates[0] ?? "",
    cell.dates.at(-1) ?? "",
    reasonsOf(cell),
  ]);
  return renderTable(columns, rows);
}

function reasonsOf({ reasons }: Cell): string {
  const groups = Map.groupBy(reasons.values(), (reason) =>
    reason.kind === "downstream-of" ? `downstream of ${reason.processor}` : reasonText(reason),
  );
  return [...groups].map(([text, same]) => `${text} ${same.length}`).join(", ");
}

function causeText(cause: BlockedCause): Markdown {
  return markup`${escapeMarkdown(blockedText(cause), 1000)}; next: ${escapeCode(cause.command, 2000)}`;
}

function graphParts({ runbook, plan, matrices, secondsOf, byPeriod }: PlanSummary): readonly Markdown[] {
  const { text, isCollapsed } = drawPlan(runbook, matrices);
  const jobs = jobsOf(matrices);
  const apart = jobs - countLegs(matrices) + countLegsApart(matrices);
  const spared = apart === jobs ? markup`` : markup`; ${apart} with a job for each gate`;
  const otherwise = byPeriod === undefined ? markup`` : markup`; ${byPeriod} with cells by period`;
  const depth = depthOfJobs(runbook, matrices);
  const minutes = minutesOf(matrices, { cells: plan.cells, secondsOf });
  return [
    diagramBlock(text),
    ...(isCollapsed
      ? [markup`The graph is too large to draw job by job; the table above has every cell.`]
      : []),
    markup`${jobs} jobs, ${depth} deep, at least ${minutes} billed minutes (GitHub bills each job from one minute on${spared}${otherwise}).`,
  ];
}
