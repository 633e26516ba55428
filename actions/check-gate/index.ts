import * as core from "@actions/core";
import { openEffects } from "../../src/cli/effects.ts";
import { openWarehouse } from "../../src/cli/open-warehouse.ts";
import { gateInputs, readInputs } from "../../src/github/action-inputs.ts";
import { runGateJob } from "../../src/github/jobs/gate-job.ts";
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
  return runGateJob(readInputs(gateInputs, core.getInput), job);
});
