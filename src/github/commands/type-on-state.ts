import type { Runbook } from "../../runbook/runbook.ts";
import { addressOf } from "../job-folder.ts";
import { openState, type StateEffects } from "../state/open-state.ts";

/** What a command line printed, and how it ended. */
export type TypedLine = { readonly exitCode: number; readonly text: string };

/** What typing on a state needs. */
export type TypingEffects = StateEffects & {
  readonly runLine: (name: string, args: readonly string[]) => Promise<TypedLine>;
};

/**
 * Types a command line on the newest published state of a runbook, in a file of the job's own; undefined when no run has
 * published one. Faults: artifact-lost, github-failed, and those of the command.
 */
export async function typeOnState(
  runbook: Runbook,
  { name, args }: { readonly name: string; readonly args: readonly string[] },
  effects: TypingEffects,
): Promise<TypedLine | undefined> {
  const opened = await openState(runbook, effects);
  if (opened === undefined) return undefined;
  await opened.warehouse[Symbol.asyncDispose]();
  return effects.runLine(name, [...args, "--warehouse", addressOf("duckdb", effects)]);
}
