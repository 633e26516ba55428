import { parseOptions } from "../../operations/typed/options.ts";
import { planCommand } from "../../operations/typed/plan-command.ts";
import { statusCommand } from "../../operations/typed/status-command.ts";
import { answerText, type TypedCommand } from "../../operations/typed/typed-command.ts";
import { waiveCommand } from "../../operations/typed/waive-command.ts";
import { whyCommand } from "../../operations/typed/why-command.ts";
import { escapeLines } from "../../report/text/terminal-text.ts";
import { holdOf, type ReadHold } from "../read-hold.ts";
import type { JobEffects } from "../job-effects.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { addressOf } from "../job-folder.ts";
import { openState, type StateEffects } from "../state/open-state.ts";

/** Commands that comments may have typed for them. */
const commands: Readonly<Record<string, TypedCommand>> = {
  plan: planCommand,
  status: statusCommand,
  waive: waiveCommand,
  why: whyCommand,
};

/** What typing on a state needs. */
export type TypingEffects = StateEffects & Pick<JobEffects, "now"> & { readonly readHold: ReadHold };

/** What a line printed, and how it ended. */
type TypedLine = { readonly exitCode: number; readonly text: string };

type Line = { readonly name: string; readonly args: readonly string[] };

/**
 * Types a command line on the newest published state of a runbook, in a file of the job's own; undefined when no run has
 * published one. Faults: artifact-lost, github-failed, and those of the command.
 */
export async function typeOnState(
  runbook: Runbook,
  line: Line,
  effects: TypingEffects,
): Promise<TypedLine | undefined> {
  const opened = await openState(runbook, effects);
  if (opened === undefined) return undefined;
  await opened.warehouse[Symbol.asyncDispose]();
  return typeLine(line, { address: addressOf("duckdb", effects), effects });
}

/** Types one line where nobody watches, and without what the environment says. */
async function typeLine(
  { name, args }: Line,
  {
    address,
    effects: { now, openWarehouse, readHold },
  }: { readonly address: string; readonly effects: TypingEffects },
): Promise<TypedLine> {
  const command = commands[name];
  if (command === undefined) throw new Error(`No command "${name}"`);
  const options = parseOptions([...args, "--warehouse", address], {});
  const answer = await command.answer({
    options,
    usualRunbook: "",
    invocation: { prefix: "cascade", warehouse: address },
    now,
    note: () => undefined,
    readHold: async (runbook) => holdOf(await readHold(runbook)),
    openWarehouse: (runbook, how) => openWarehouse(address, { runbook, mode: "read", ...how }),
  });
  return { exitCode: answer.exitCode, text: escapeLines(answerText(options, answer, (_tone, text) => text)) };
}
