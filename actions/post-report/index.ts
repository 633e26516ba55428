import { setTimeout } from "node:timers/promises";
import * as core from "@actions/core";
import { context, getOctokit } from "@actions/github";
import { writeReport } from "../../src/cli/report-command.ts";
import { reportOn } from "../../src/cli/report-on.ts";
import { startAction } from "../../src/cli/start-action.ts";
import { readInputs, reportInputs } from "../../src/github/action-inputs.ts";
import { runReportJob } from "../../src/github/jobs/report-job.ts";
import { reportDelivery } from "../../src/github/report/report-delivery.ts";

await startAction(core, async (job) => {
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
