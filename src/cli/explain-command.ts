import { readRunbookText, invalidRunbook } from "../run/read-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { explainRunbook } from "../runbook/explain-runbook.ts";
import { describeText } from "./describe-text.ts";
import type { Command } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";

/** `cascade explain`: the runbook with its defaults written out. Exit 2 when it breaks the format. */
export const explainCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const written = await readRunbookText(options.positionals[0] ?? defaultRunbook);
    const { text, note } = await describeText(context, written);
    if (note !== undefined) terminal.note(note);
    const explained = explainRunbook(text);
    if (explained.kind === "invalid") throw invalidRunbook(text.folder, explained.problems);
    terminal.out(escapeJson(explained.yaml.trimEnd()));
    return 0;
  },
};
