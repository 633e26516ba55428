import type { Command } from "../../src/cli/command.ts";
import { contaminationCommand } from "../../src/cli/contamination-command.ts";
import { coverageCommand } from "../../src/cli/coverage-command.ts";
import { gapsCommand } from "../../src/cli/gaps-command.ts";
import { planCommand } from "../../src/cli/plan-command.ts";
import { recoverCommand } from "../../src/cli/recover-command.ts";
import { runCommand } from "../../src/cli/run-command.ts";
import { captureCommand, type CapturedRun } from "../../src/cli/run-line.ts";
import { triageCommand } from "../../src/cli/triage-command.ts";
import { waiveCommand } from "../../src/cli/waive-command.ts";
import { whyCommand } from "../../src/cli/why-command.ts";

const commands: Readonly<Record<string, Command>> = {
  contamination: contaminationCommand,
  coverage: coverageCommand,
  gaps: gapsCommand,
  plan: planCommand,
  recover: recoverCommand,
  run: runCommand,
  triage: triageCommand,
  waive: waiveCommand,
  why: whyCommand,
};

/** Runs a command line as it is printed, on the database of the path; words with spaces may be given as `extra`. */
export async function type(line: string, path: string, extra: readonly string[] = []): Promise<CapturedRun> {
  const [cascade, name = "", ...args] = line.split(" ");
  const command = commands[name];
  if (cascade !== "cascade" || command === undefined) throw new Error(`No such command: ${line}`);
  return captureCommand(command, [...args, ...extra, "--warehouse", `duckdb:${path}`]);
}
