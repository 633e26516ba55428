import * as core from "@actions/core";
import { startAction } from "../../src/process/start-action.ts";
import { gateInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { runGateJob } from "../../src/github/jobs/gate-job.ts";
import { uploadResults } from "../../src/github/jobs/upload-results.ts";

await startAction(core, async (job) => {
  if (core.getState("phase") === "started") return uploadResults(job);
  core.saveState("phase", "started");
  return runGateJob(readActionInputs(gateInputs, core.getInput), job);
});
