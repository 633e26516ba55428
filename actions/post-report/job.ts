import { setTimeout } from "node:timers/promises";
import * as core from "@actions/core";
import { context } from "@actions/github";
import { startAction } from "../../src/process/start-action.ts";
import { readActionInputs, reportInputs } from "../../src/github/action-inputs.ts";
import { holdReader } from "../../src/github/ask-github.ts";
import { openJobClient } from "../../src/github/open-job-client.ts";
import { defaultBranchOf } from "../../src/github/default-branch.ts";
import { runReportJob } from "../../src/github/jobs/report-job.ts";
import { runWatchJob } from "../../src/github/jobs/watch-job.ts";
import { reportDelivery } from "../../src/github/report/deliver-report.ts";
import { earlierReports } from "../../src/github/report/earlier-report.ts";
import { fetchNewestState } from "../../src/github/state/fetch-newest-state.ts";

await startAction(core, async (job) => {
  const inputs = readActionInputs(reportInputs, core.getInput);
  const token = inputs["github-token"];
  const client = openJobClient(token, job);
  const effects = {
    ...job,
    deliver: reportDelivery(client, job.job, (ms) => setTimeout(ms, undefined, { signal: job.signal })),
    fetchEarlier: earlierReports({ client, token, job: job.job }),
    readHold: holdReader(client, job.job),
    serverUrl: context.serverUrl,
  };
  if (inputs.step === "report") return runReportJob(inputs, effects);
  const access = { client, token, defaultBranch: defaultBranchOf(context) };
  return runWatchJob(inputs, {
    ...effects,
    fetchState: (runbook, workflow) => fetchNewestState(job, { ...access, workflow }, runbook),
  });
});
