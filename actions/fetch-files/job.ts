import * as core from "@actions/core";
import { startAction } from "../../src/process/start-action.ts";
import { fetchInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { runFetchJob } from "../../src/github/jobs/fetch-job.ts";

await startAction(core, (job) => runFetchJob(readActionInputs(fetchInputs, core.getInput), job));
