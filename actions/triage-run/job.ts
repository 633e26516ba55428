import * as core from "@actions/core";
import { startAction } from "../../src/process/start-action.ts";
import { readActionInputs, triageInputs } from "../../src/github/action-inputs.ts";
import { runTriageJob } from "../../src/github/jobs/triage-job.ts";

await startAction(core, async (job) => {
  const inputs = readActionInputs(triageInputs, core.getInput);
  const outputs = await runTriageJob(inputs, job);
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  return true;
});
