import type { Command } from "./command.ts";
import { openProcess, type ShellEffects } from "../process/effects.ts";
import { parseOptions } from "./options.ts";
import { planCommand } from "./plan-command.ts";
import { plainText } from "./terminal.ts";
import { statusCommand } from "./status-command.ts";
import { waiveCommand } from "./waive-command.ts";
import { whyCommand } from "./why-command.ts";

/** Commands that comments may have typed for them. */
const commands: Readonly<Record<string, Command>> = {
  plan: planCommand,
  status: statusCommand,
  waive: waiveCommand,
  why: whyCommand,
};

/**
 * Runs one command of the command line for a comment, where nobody watches and without what the environment says. Faults:
 * those of the command.
 */
export async function runLine(
  name: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const command = commands[name];
  if (command === undefined) throw new Error(`No command "${name}"`);
  const [lines, effects]: [string[], ShellEffects] = [[], openProcess(process)];
  const terminal = {
    out: (text: string) => void lines.push(plainText(text)),
    note: () => undefined,
    redraw: () => undefined,
    columns: 100,
  };
  const exitCode = await command.run({ options: parseOptions(args, {}), terminal, effects });
  return { exitCode, text: lines.join("\n") };
}
