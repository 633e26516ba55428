import type { Command } from "./command.ts";
import { parseOptions } from "./options.ts";
import { planCommand } from "./plan-command.ts";
import { statusCommand } from "./status-command.ts";
import { waiveCommand } from "./waive-command.ts";
import { whyCommand } from "./why-command.ts";

/** What a command printed, and how it ended. */
export type CapturedRun = { readonly exitCode: number; readonly out: string; readonly notes: string };

/** Commands that comments may have typed for them. */
const commands: Readonly<Record<string, Command>> = {
  plan: planCommand,
  status: statusCommand,
  waive: waiveCommand,
  why: whyCommand,
};

/** Runs one command of the command line for a comment. Faults: those of the command. */
export async function runLine(
  name: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const command = commands[name];
  if (command === undefined) throw new Error(`No command "${name}"`);
  const { exitCode, out } = await captureCommand(command, args);
  return { exitCode, text: out };
}

/** Runs a command where nobody watches, without what the environment says. Faults: those of the command. */
export async function captureCommand(command: Command, args: readonly string[]): Promise<CapturedRun> {
  const [out, notes]: [string[], string[]] = [[], []];
  const terminal = {
    out: (text: string) => void out.push(text),
    note: (text: string) => void notes.push(text),
    isInteractive: false,
    columns: 100,
  };
  const exitCode = await command.run({ options: parseOptions(args, {}), terminal });
  return { exitCode, out: out.join("\n"), notes: notes.join("\n") };
}
