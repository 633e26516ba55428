import * as core from "@actions/core";
import { startAction } from "../../src/process/start-action.ts";
import { cellInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { holdReader } from "../../src/github/ask-github.ts";
import { openJobClient } from "../../src/github/open-job-client.ts";
import { runCellJob } from "../../src/github/jobs/cell-job.ts";
import { uploadResults } from "../../src/github/jobs/upload-results.ts";

await startAction(core, async (job) => {
  if (core.getState("phase") === "started") return uploadResults(job);
  core.saveState("phase", "started");
  const inputs = readActionInputs(cellInputs, core.getInput);
  const readHold = holdReader(openJobClient(inputs["github-token"], job), job.job);
  return runCellJob(inputs, { ...job, readHold });
});
