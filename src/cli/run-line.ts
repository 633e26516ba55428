import type { Command } from "./command.ts";
import { parseOptions } from "./options.ts";
import { planCommand } from "./plan-command.ts";
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

/** Runs one command of the command line and gives what it printed. Faults: those of the command. */
export async function runLine(
  name: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const command = commands[name];
  if (command === undefined) throw new Error(`No command "${name}"`);
  const out: string[] = [];
  const terminal = {
    out: (text: string) => void out.push(text),
    note: () => undefined,
    isInteractive: false,
    columns: 120,
  };
  const exitCode = await command.run({ options: parseOptions(args, {}), terminal });
  return { exitCode, text: out.join("\n") };
}
