import * as core from "@actions/core";
import { getOctokit } from "@actions/github";
import { startAction } from "../../src/process/start-action.ts";
import { cellInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { holdReader } from "../../src/github/ask-github.ts";
import { runCellJob } from "../../src/github/jobs/cell-job.ts";
import { uploadResults } from "../../src/github/jobs/upload-results.ts";

await startAction(core, async (job) => {
  if (core.getState("phase") === "started") return uploadResults(job);
  core.saveState("phase", "started");
  const inputs = readActionInputs(cellInputs, core.getInput);
  const readHold = holdReader(getOctokit(inputs["github-token"]), job.job);
  return runCellJob(inputs, { ...job, readHold });
});
