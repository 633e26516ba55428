#!/usr/bin/env node
import type { Command } from "./cli/command.ts";
import { contaminationCommand } from "./cli/contamination-command.ts";
import { coverageCommand } from "./cli/coverage-command.ts";
import { gapsCommand } from "./cli/gaps-command.ts";
import { initCommand } from "./cli/init-command.ts";
import { lintCommand } from "./cli/lint-command.ts";
import { loadCommand, sampleCommand } from "./cli/ingest-commands.ts";
import { demoCommand } from "./cli/demo-command.ts";
import { parseOptions } from "./cli/options.ts";
import { reportCommand } from "./cli/report-command.ts";
import { planCommand } from "./cli/plan-command.ts";
import { previewCommand } from "./cli/preview-command.ts";
import { recoverCommand } from "./cli/recover-command.ts";
import { runCommand } from "./cli/run-command.ts";
import { schemaCommand } from "./cli/schema-command.ts";
import { startCommand } from "./cli/start-command.ts";
import { statusCommand } from "./cli/status-command.ts";
import { openTerminal, paint } from "./cli/terminal.ts";
import { triageCommand } from "./cli/triage-command.ts";
import { waiveCommand } from "./cli/waive-command.ts";
import { whyCommand } from "./cli/why-command.ts";
import { workflowCommand } from "./cli/workflow-command.ts";
import { Fault } from "./errors.ts";
import { nearestName } from "./runbook/nearest.ts";

const bugExitCode = 70;

const commands: Readonly<Record<string, Command>> = {
  start: startCommand,
  demo: demoCommand,
  init: initCommand,
  sample: sampleCommand,
  load: loadCommand,
  plan: planCommand,
  run: runCommand,
  gaps: gapsCommand,
  contamination: contaminationCommand,
  coverage: coverageCommand,
  triage: triageCommand,
  recover: recoverCommand,
  waive: waiveCommand,
  report: reportCommand,
  status: statusCommand,
  why: whyCommand,
  lint: lintCommand,
  preview: previewCommand,
  schema: schemaCommand,
  workflow: workflowCommand,
};

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...rest]: readonly string[]): Promise<number> {
  const terminal = openTerminal(process);
  try {
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      terminal.out(helpText());
      return name === undefined ? 2 : 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw unknownCommand(name);
    const options = parseOptions(rest, process.env);
    if (options.help) {
      terminal.out(`${command.usage}\n\n${command.summary}`);
      return 0;
    }
    return await command.run({ options, terminal });
  } catch (error) {
    if (!(error instanceof Fault)) {
      terminal.note(`${paint("bad", "bug")} ${error instanceof Error ? error.stack : String(error)}`);
      return bugExitCode;
    }
    terminal.note(`${paint("bad", error.code)} ${error.message}\n  ${error.hint}`);
    return error.exitCode;
  }
}

function unknownCommand(name: string): Fault {
  const nearest = nearestName(name, Object.keys(commands));
  return new Fault("usage", `Cannot run "${name}": there is no such command`, {
    hint: nearest === undefined ? "See `cascade --help`" : `Did you mean \`cascade ${nearest}\`?`,
  });
}

function helpText(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(15)}${summary}`);
  return [
    "cascade <command> [runbook] [options]",
    "",
    ...lines,
    "",
    "Common options: --start-date D --end-date D (inclusive) or --dates D,D; --phase N; --processor A,B;",
    "  --warehouse duckdb:<file>; --json. More: cascade <command> --help",
  ].join("\n");
}
