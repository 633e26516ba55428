import { escapeMermaid, joinMermaid, mermaid, type Mermaid } from "../report/text/mermaid-text.ts";
import { countOf } from "../domain/format.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Matrices } from "./plan-matrices.ts";
import { jobGraph, type GraphJob } from "./workflow/job-graph.ts";

const mostEdges = 200;
const mostCharacters = 20_000;

/** A Mermaid graph of the jobs that have something to do; `isCollapsed` when only phases could be drawn. */
export type PlanDiagram = { readonly text: Mermaid; readonly isCollapsed: boolean };

/** Draws who waits for whom; what is skipped in between is drawn through. */
export function drawPlan(runbook: Runbook, matrices: Matrices): PlanDiagram {
  const jobs = busyJobs(runbook, matrices);
  const text = drawJobs(jobs, (job) => labelOf(job, matrices));
  const edges = jobs.reduce((sum, { needs }) => sum + needs.length, 0);
  if (edges <= mostEdges && text.length <= mostCharacters) return { text, isCollapsed: false };
  return { text: drawPhases(runbook, matrices), isCollapsed: true };
}

/** Jobs in the longest chain of those with something to do, plan and report included. */
export function depthOfJobs(runbook: Runbook, matrices: Matrices): number {
  const depths = new Map<string, number>();
  for (const { id, needs } of busyJobs(runbook, matrices)) {
    depths.set(id, 1 + Math.max(0, ...needs.map((need) => depths.get(need) ?? 0)));
  }
  return 2 + Math.max(0, ...depths.values());
}

/** Jobs with legs; a need without any is replaced by what it needs itself, and implied needs are left out. */
function busyJobs(runbook: Runbook, matrices: Matrices): readonly GraphJob[] {
  const graph = jobGraph(runbook);
  const needs = new Map<string, ReadonlySet<string>>();
  const behind = new Map<string, ReadonlySet<string>>();
  for (const job of graph) {
    const direct = new Set(
      job.needs.flatMap((need) => (isBusy(need) ? [need] : [...(needs.get(need) ?? [])])),
    );
    const far = new Set([...direct].flatMap((need) => [...(behind.get(need) ?? [])]));
    needs.set(job.id, new Set([...direct].filter((need) => !far.has(need))));
    behind.set(job.id, new Set([...direct, ...far]));
  }
  function isBusy(id: string): boolean {
    return (matrices[id]?.length ?? 0) > 0;
  }
  return graph
    .filter(({ id }) => isBusy(id))
    .map((job) => ({ ...job, needs: [...(needs.get(job.id) ?? [])] }));
}

function drawJobs(jobs: readonly GraphJob[], label: (job: GraphJob) => Mermaid): Mermaid {
  const numbers = new Map(jobs.map(({ id }, index) => [id, mermaid`j${index}`]));
  function numberOf(id: string): Mermaid {
    return numbers.get(id) ?? mermaid``;
  }
  const nodes = jobs.map((job) => mermaid`  ${numberOf(job.id)}${label(job)}`);
  const edges = jobs.flatMap(({ id, needs }) =>
    needs.map((need) => mermaid`  ${numberOf(need)} --> ${numberOf(id)}`),
  );
  return joinMermaid([mermaid`flowchart LR`, ...nodes, ...edges], "\n");
}

function labelOf({ id, kind }: GraphJob, matrices: Matrices): Mermaid {
  const legs = matrices[id]?.length ?? 0;
  const name = escapeMermaid(id);
  if (kind === "gates") return mermaid`{{"${name} (${legs})"}}`;
  return mermaid`["${name} (${escapeMermaid(countOf(legs, "cell"))})"]`;
}

function drawPhases(runbook: Runbook, matrices: Matrices): Mermaid {
  const phases = runbook.phases.filter(({ number }) =>
    runbook.processors.some(({ id, phase }) => phase === number && (matrices[id]?.length ?? 0) > 0),
  );
  const nodes = phases.map(({ number }) => {
    const cells = runbook.processors
      .filter(({ phase }) => phase === number)
      .reduce((sum, { id }) => sum + (matrices[id]?.length ?? 0), 0);
    return mermaid`  p${number}["Phase ${number} (${cells} cells)"]`;
  });
  const edges = phases
    .slice(1)
    .map(({ number }, index) => mermaid`  p${phases[index]?.number ?? 0} --> p${number}`);
  return joinMermaid([mermaid`flowchart LR`, ...nodes, ...edges], "\n");
}
