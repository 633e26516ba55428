import * as core from "@actions/core";
import { context, getOctokit } from "@actions/github";
import { runLine } from "../../src/cli/run-line.ts";
import { startAction } from "../../src/cli/start-action.ts";
import { commandInputs, readInputs } from "../../src/github/action-inputs.ts";
import { parseCommentEvent } from "../../src/github/commands/comment-event.ts";
import { openCommands } from "../../src/github/commands/open-commands.ts";

await startAction(core, async (job) => {
  const inputs = readInputs(commandInputs, core.getInput);
  const token = inputs["github-token"];
  const commands = openCommands(job, {
    client: getOctokit(token),
    token,
    serverUrl: context.serverUrl,
    runLine,
    event: parseCommentEvent(context.payload),
  });
  if (inputs.step === "handle") core.setOutput("write", await commands.handle());
  else if (inputs.step === "write") core.setOutput("answer", await commands.write(inputs.write));
  else await commands.answer(inputs.answer);
  return true;
});
