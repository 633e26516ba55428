import type { Runbook } from "../runbook/runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import { defaultRunbook, type Options } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** What a command gets: parsed options and where to write. */
export type CommandContext = { readonly options: Options; readonly terminal: Terminal };

/** One command of the command line; `run` returns the exit code and throws faults. */
export type Command = {
  readonly summary: string;
  readonly usage: string;
  readonly run: (context: CommandContext) => Promise<number>;
};

/** The runbook that the first positional names, or the default. */
export async function runbookOf({ options }: CommandContext): Promise<Runbook> {
  return readRunbook(options.positionals[0] ?? defaultRunbook);
}
