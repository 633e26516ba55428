import { statusCommand } from "../operations/typed/status-command.ts";
import { typedHere, type Command } from "./command.ts";

/** `cascade status`: with `--github` also whether somebody holds the runbook there. */
export const localStatusCommand: Command = {
  async run(context) {
    if (context.options.flag("github") !== true) return typedHere(statusCommand).run(context);
    return (await import("./remote-status.ts")).remoteStatus(context);
  },
};
