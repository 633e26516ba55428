import * as core from "@actions/core";
import { getOctokit } from "@actions/github";
import { openEffects } from "../../src/cli/effects.ts";
import { openWarehouse } from "../../src/cli/open-warehouse.ts";
import { cellInputs, readInputs } from "../../src/github/action-inputs.ts";
import { holdReader } from "../../src/github/ask-github.ts";
import { runCellJob } from "../../src/github/jobs/cell-job.ts";
import { uploadResults } from "../../src/github/jobs/upload-results.ts";
import { openJob, runAction } from "../../src/github/open-job.ts";

process.exitCode = await runAction(core, async () => {
  using effects = openEffects(() => undefined);
  const job = openJob(core, {
    ...effects,
    openWarehouse,
    print: (text) => void process.stdout.write(text),
  });
  if (core.getState("phase") === "started") return uploadResults(job);
  core.saveState("phase", "started");
  const inputs = readInputs(cellInputs, core.getInput);
  const readHold = holdReader(getOctokit(inputs["github-token"]), job.job);
  return runCellJob(inputs, { ...job, readHold });
});
