import type { SetUpStep, WorkflowJobs } from "../workflow-jobs.ts";
import type { JobsText } from "../schema/jobs-schema.ts";

/** `jobs` without what is left out. */
export function buildJobs(jobs: JobsText): WorkflowJobs {
  const { runner, approval, gates, cells, steps } = jobs;
  const { job, cell } = jobs["timeout-minutes"] ?? {};
  return {
    ...(runner === undefined ? {} : { runner }),
    ...(approval === undefined ? {} : { approval }),
    timeouts: { ...(job === undefined ? {} : { job }), ...(cell === undefined ? {} : { cell }) },
    gates,
    cells,
    steps: steps.map(buildStep),
  };
}

function buildStep({ run, uses, version, with: inputs = {} }: JobsText["steps"][number]): SetUpStep {
  if (run !== undefined) return { kind: "run", run };
  return { kind: "uses", uses: uses ?? "", version, with: inputs };
}
