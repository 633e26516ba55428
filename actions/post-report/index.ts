import { setTimeout } from "node:timers/promises";
import * as core from "@actions/core";
import { context, getOctokit } from "@actions/github";
import { openEffects } from "../../src/cli/effects.ts";
import { openWarehouse } from "../../src/cli/open-warehouse.ts";
import { writeReport } from "../../src/cli/report-command.ts";
import { reportOn } from "../../src/cli/report-on.ts";
import { readInputs, reportInputs } from "../../src/github/action-inputs.ts";
import { runReportJob } from "../../src/github/jobs/report-job.ts";
import { openJob, runAction } from "../../src/github/open-job.ts";
import { reportDelivery } from "../../src/github/report/report-delivery.ts";

process.exitCode = await runAction(core, async () => {
  using effects = openEffects(() => undefined);
  const job = openJob(core, {
    ...effects,
    openWarehouse,
    print: (text) => void process.stdout.write(text),
  });
  const inputs = readInputs(reportInputs, core.getInput);
  const client = getOctokit(inputs["github-token"]);
  return runReportJob(inputs, {
    ...job,
    buildReport: reportOn,
    writeReport,
    deliver: reportDelivery(client, job.job, (ms) => setTimeout(ms, undefined, { signal: job.signal })),
    serverUrl: context.serverUrl,
  });
});
