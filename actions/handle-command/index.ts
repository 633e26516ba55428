import * as core from "@actions/core";
import { context, getOctokit } from "@actions/github";
import { openEffects } from "../../src/cli/effects.ts";
import { openWarehouse } from "../../src/cli/open-warehouse.ts";
import { runLine } from "../../src/cli/run-line.ts";
import { commandInputs, readInputs } from "../../src/github/action-inputs.ts";
import { parseCommentEvent } from "../../src/github/commands/comment-event.ts";
import { openCommands } from "../../src/github/commands/open-commands.ts";
import { openJob, runAction } from "../../src/github/open-job.ts";

process.exitCode = await runAction(core, async () => {
  using effects = openEffects(() => undefined);
  const job = openJob(core, {
    ...effects,
    openWarehouse,
    print: (text) => void process.stdout.write(text),
  });
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
