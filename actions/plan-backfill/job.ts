import * as core from "@actions/core";
import { context } from "@actions/github";
import { startAction } from "../../src/process/start-action.ts";
import { planInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { holdReader } from "../../src/github/ask-github.ts";
import { openJobClient } from "../../src/github/open-job-client.ts";
import { defaultBranchOf } from "../../src/github/default-branch.ts";
import { runPlanJob } from "../../src/github/jobs/plan-job.ts";
import { fetchNewestState } from "../../src/github/state/fetch-newest-state.ts";

await startAction(core, async (job) => {
  // An output that is absent would be an error of its own beside the fault that explains it.
  core.setOutput("matrices", "{}");
  const inputs = readActionInputs(planInputs, core.getInput);
  const token = inputs["github-token"];
  const client = openJobClient(token, job);
  const access = { client, token, defaultBranch: defaultBranchOf(context) };
  const outputs = await runPlanJob(inputs, {
    ...job,
    readHold: holdReader(client, job.job),
    serverUrl: context.serverUrl,
    fetchState: (runbook) => fetchNewestState(job, access, runbook),
  });
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  return true;
});
