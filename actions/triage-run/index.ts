import * as core from "@actions/core";
import { assessPartitions } from "../../src/cli/assess-partitions.ts";
import { startAction } from "../../src/cli/start-action.ts";
import { readInputs, triageInputs } from "../../src/github/action-inputs.ts";
import { runTriageJob } from "../../src/github/jobs/triage-job.ts";

await startAction(core, async (job) => {
  const inputs = readInputs(triageInputs, core.getInput);
  const outputs = await runTriageJob(inputs, { ...job, assess: assessPartitions });
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  return true;
});
