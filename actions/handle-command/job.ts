import * as core from "@actions/core";
import { context } from "@actions/github";
import { startAction } from "../../src/process/start-action.ts";
import { commandInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { openJobClient } from "../../src/github/open-job-client.ts";
import { parseCommentEvent } from "../../src/github/commands/comment-event.ts";
import { openCommands } from "../../src/github/commands/open-commands.ts";
import { runRecoverJob } from "../../src/github/jobs/recover-job.ts";
import { openRecovery } from "../../src/github/recovery/open-recovery.ts";
import { handStates } from "../../src/github/jobs/hand-states.ts";
import { parseRunEvent } from "../../src/github/recovery/run-event.ts";

await startAction(core, async (job) => {
  const inputs = readActionInputs(commandInputs, core.getInput);
  const token = inputs["github-token"];
  const client = openJobClient(token, job);
  if (inputs.step === "recover") {
    await runRecoverJob(parseRunEvent(context.payload), openRecovery(job, { client, token }));
    return true;
  }
  if (inputs.step === "states") {
    core.setOutput("states", await handStates(job, { client, token, event: context.payload }));
    return true;
  }
  const commands = openCommands(job, {
    client,
    token,
    serverUrl: context.serverUrl,
    event: parseCommentEvent(context.payload),
  });
  if (inputs.step === "handle") {
    for (const [name, text] of Object.entries(await commands.handle())) core.setOutput(name, text);
  } else if (inputs.step === "plan") core.setOutput("answer", await commands.plan(inputs.plan));
  else if (inputs.step === "write") core.setOutput("answer", await commands.write(inputs.write));
  else await commands.answer(inputs.answer, inputs.plan);
  return true;
});
