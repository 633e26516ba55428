import manifest from "../package.json" with { type: "json" };
import { typedHere, type Command } from "./cli/command.ts";
import type { ShellEffects } from "./process/effects.ts";
import { parseOptions, refuseUnused } from "./operations/typed/options.ts";
import { withDatesOfFile } from "./cli/dates-file.ts";
import { atHome } from "./cli/home-warehouse.ts";
import { openTerminal, paint } from "./cli/terminal.ts";
import { createRedact, secretsOf } from "./domain/redact.ts";
import { Fault } from "./errors.ts";
import { gateTraits } from "./runbook/gate-traits.ts";
import { nearestName } from "./runbook/nearest.ts";
import { gateKinds, type GateKind } from "./runbook/runbook.ts";

const bugExitCode = 70;
/** Words in place of a command that ask for help or the version. */
const aboutWords: ReadonlySet<string> = new Set(["help", "--help", "-h", "--version"]);

/** Commands of kinds of gates that show more than the verdict and what was found. */
const ownGateCommands: { readonly [Kind in GateKind]?: () => Promise<Command> } = {
  gaps: async () => (await import("./cli/gaps-command.ts")).gapsCommand,
  contamination: async () => (await import("./cli/contamination-command.ts")).contaminationCommand,
  coverage: async () => (await import("./cli/coverage-command.ts")).coverageCommand,
};

/** A kind is asked by the command of its name, or by that of another kind. */
const gateCommands: Readonly<Record<string, () => Promise<Command>>> = Object.fromEntries(
  gateKinds
    .filter((kind) => gateTraits[kind].command === kind)
    .map((kind) => [
      kind,
      ownGateCommands[kind] ?? (async () => (await import("./cli/gate-command.ts")).gateCommand(kind)),
    ]),
);

/** Each is loaded when it is typed, so that none waits for what only others need. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  ...gateCommands,
  start: async () => (await import("./cli/start-command.ts")).startCommand,
  demo: async () => (await import("./cli/demo-command.ts")).demoCommand,
  new: async () => (await import("./cli/new-command.ts")).newCommand,
  init: async () => (await import("./cli/init-command.ts")).initCommand,
  sample: async () => (await import("./cli/ingest-commands.ts")).sampleCommand,
  load: async () => (await import("./cli/ingest-commands.ts")).loadCommand,
  plan: async () => (await import("./cli/plan-command.ts")).localPlanCommand,
  run: async () => (await import("./cli/run-command.ts")).runCommand,
  triage: async () => (await import("./cli/triage-command.ts")).triageCommand,
  recover: async () => (await import("./cli/recover-command.ts")).recoverCommand,
  audit: async () => typedHere((await import("./operations/typed/audit-command.ts")).auditCommand),
  waive: async () => typedHere((await import("./operations/typed/waive-command.ts")).waiveCommand),
  calibrate: async () => (await import("./cli/calibrate-command.ts")).calibrateCommand,
  report: async () => (await import("./cli/report-command.ts")).reportCommand,
  status: async () => (await import("./cli/status-command.ts")).localStatusCommand,
  why: async () => typedHere((await import("./operations/typed/why-command.ts")).whyCommand),
  lint: async () => (await import("./cli/lint-command.ts")).lintCommand,
  explain: async () => (await import("./cli/explain-command.ts")).explainCommand,
  preview: async () => (await import("./cli/preview-command.ts")).previewCommand,
  test: async () => (await import("./cli/test-command.ts")).testCommand,
  schema: async () => (await import("./cli/schema-command.ts")).schemaCommand,
  dispatch: async () => (await import("./cli/dispatch-command.ts")).dispatchCommand,
  follow: async () => (await import("./cli/follow-command.ts")).followCommand,
  retry: async () => (await import("./cli/retry-command.ts")).retryCommand,
  runs: async () => (await import("./cli/runs-command.ts")).runsCommand,
  hold: async () => (await import("./cli/hold-commands.ts")).holdCommand,
  release: async () => (await import("./cli/hold-commands.ts")).releaseCommand,
  workflow: async () => (await import("./cli/workflow-command.ts")).workflowCommand,
};

/** The command line: runs what is typed and gives the exit code. Faults and bugs become notes. */
export async function main([name, ...rest]: readonly string[], effects: ShellEffects): Promise<number> {
  const terminal = openTerminal(effects);
  try {
    if (name === undefined || aboutWords.has(name)) {
      terminal.out(name === "--version" ? manifest.version : await helpText());
      return name === undefined ? 2 : 0;
    }
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load === undefined) throw unknownCommand(name);
    const command = await load();
    const typed = parseOptions(await withDatesOfFile(rest), effects.environment);
    const options = await atHome(typed, effects.environment);
    if (options.help) {
      terminal.out(`${command.usage}\n\n${command.summary}`);
      return 0;
    }
    refuseUnused(options, command.usage);
    return await command.run({ words: [name, ...rest], options, terminal, effects });
  } catch (error) {
    if (!(error instanceof Fault)) {
      terminal.note(`${paint("bad", "bug")} ${error instanceof Error ? error.stack : String(error)}`);
      return bugExitCode;
    }
    const redact = createRedact(secretsOf(process.env));
    terminal.note(`${paint("bad", error.code)} ${redact(`${error.message}\n  ${error.hint}`)}`);
    return error.exitCode;
  }
}

function unknownCommand(name: string): Fault {
  const nearest = nearestName(name, Object.keys(commands));
  return new Fault("usage", `Cannot run "${name}": there is no such command`, {
    hint: nearest === undefined ? "See `cascade --help`" : `Did you mean \`cascade ${nearest}\`?`,
  });
}

async function helpText(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(15)}${(await load()).summary}`),
  );
  return [
    "cascade <command> [runbook] [options]",
    "",
    ...lines,
    "",
    "Common options: --start-date D --end-date D (inclusive) or --dates D,D; --phase N; --processor A,B;",
    "  --warehouse duckdb:<file>; --json. More: cascade <command> --help; cascade --version",
  ].join("\n");
}
