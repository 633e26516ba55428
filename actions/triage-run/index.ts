import * as core from "@actions/core";
import { assessPartitions } from "../../src/cli/assess-partitions.ts";
import { openEffects } from "../../src/cli/effects.ts";
import { openWarehouse } from "../../src/cli/open-warehouse.ts";
import { readInputs, triageInputs } from "../../src/github/action-inputs.ts";
import { runTriageJob } from "../../src/github/jobs/triage-job.ts";
import { openJob, runAction } from "../../src/github/open-job.ts";

process.exitCode = await runAction(core, async () => {
  using effects = openEffects(() => undefined);
  const job = openJob(core, {
    ...effects,
    openWarehouse,
    print: (text) => void process.stdout.write(text),
  });
  const inputs = readInputs(triageInputs, core.getInput);
  const outputs = await runTriageJob(inputs, { ...job, assess: assessPartitions });
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  return true;
});
