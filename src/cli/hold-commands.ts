import { Fault } from "../errors.ts";
import { holdReader } from "../github/ask-github.ts";
import { createHold, deleteHold } from "../github/commands/ref-api.ts";
import { onRemote } from "../github/remote/remote-fault.ts";
import { runbookOf, type Command } from "./command.ts";
import { shellWord } from "../domain/printed-command.ts";
import { reachGitHub, remoteCommand } from "./remote.ts";

/** `cascade hold`: nothing of a runbook starts on GitHub until it is released. */
export const holdCommand: Command = {
  async run(context) {
    const { options, terminal, effects } = context;
    const runbook = (await runbookOf(context)).name;
    const why = options.text("reason")?.trim() ?? "";
    if (why === "") {
      throw new Fault("usage", "Cannot hold: expected --reason, found none", {
        hint: "Say why nothing may run",
      });
    }
    const { remote, client, name } = await reachGitHub(context);
    const [who = "", since] = [await remote.login(), effects.now().toISOString()];
    if (await onRemote(name, createHold(client, name, { runbook, who, why, since }))) {
      terminal.out(
        `${runbook} is held since ${since}: no plan and no cell of it starts on GitHub until it is released`,
      );
      return 0;
    }
    const held = await onRemote(name, holdReader(client, name)(runbook));
    throw new Fault(
      "on-hold",
      `Cannot hold ${runbook}: ${held?.who || "somebody"} holds it since ${held?.since || "before"}: ${held?.why ?? ""}`,
      {
        hint: `Release it first: ${remoteCommand(context, `release ${shellWord(runbook)}`)}`,
      },
    );
  },
};

/** `cascade release`: takes the hold of a runbook away. */
export const releaseCommand: Command = {
  async run(context) {
    const { terminal } = context;
    const runbook = (await runbookOf(context)).name;
    const { client, name } = await reachGitHub(context);
    const held = await onRemote(name, holdReader(client, name)(runbook));
    const isReleased = await onRemote(name, deleteHold(client, name, runbook));
    terminal.out(
      isReleased
        ? `${runbook} is released; ${held?.who || "somebody"} had held it since ${held?.since || "before"}`
        : `Nobody holds ${runbook}`,
    );
    return 0;
  },
};
