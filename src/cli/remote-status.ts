import { holdReader } from "../github/ask-github.ts";
import { holdOf } from "../github/read-hold.ts";
import { onRemote } from "../github/remote/remote-fault.ts";
import { statusCommand } from "../operations/typed/status-command.ts";
import { typedHere, type CommandContext } from "./command.ts";
import { reachGitHub } from "./remote.ts";

/** `cascade status --github`: the status, and whether somebody holds the runbook on GitHub. */
export async function remoteStatus(context: CommandContext): Promise<number> {
  const { client, name } = await reachGitHub(context);
  const readHold = holdReader(client, name);
  const asking = {
    ...statusCommand,
    answer: (typing: Parameters<typeof statusCommand.answer>[0]) =>
      statusCommand.answer({
        ...typing,
        readHold: async (runbook) => holdOf(await onRemote(name, readHold(runbook))),
      }),
  };
  return typedHere(asking).run(context);
}
