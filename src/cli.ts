import manifest from "../package.json" with { type: "json" };
import type { CommandContext } from "./cli/command.ts";
import { commands, type ListedCommand } from "./cli/command-table.ts";
import { withDatesOfFile } from "./cli/dates-file.ts";
import { defaultRunbook } from "./cli/default-runbook.ts";
import { atHome } from "./cli/home-warehouse.ts";
import { openTerminal, paint } from "./cli/terminal.ts";
import { createRedact, secretsOf } from "./domain/redact.ts";
import { findWarehouse } from "./engines/engine-table.ts";
import { Fault } from "./errors.ts";
import { parseOptions, refuseUnused, type Options } from "./operations/typed/options.ts";
import type { ShellEffects } from "./process/effects.ts";
import { readRunbookFile } from "./run/find-runbook.ts";
import { nearestName } from "./runbook/nearest.ts";

const bugExitCode = 70;
/** Words in place of a command that ask for help or the version. */
const aboutWords: ReadonlySet<string> = new Set(["help", "--help", "-h", "--version"]);

/** The command line: runs what is typed and gives the exit code. Faults and bugs become notes. */
export async function main([name, ...rest]: readonly string[], effects: ShellEffects): Promise<number> {
  const terminal = openTerminal(effects);
  try {
    if (name === undefined || aboutWords.has(name)) {
      terminal.out(name === "--version" ? manifest.version : helpText());
      return name === undefined ? 2 : 0;
    }
    const listed = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (listed === undefined) throw unknownCommand(name);
    const typed = parseOptions(await withDatesOfFile(rest), effects.environment);
    if (typed.help) {
      terminal.out(`${listed.usage}\n\n${listed.summary}`);
      return 0;
    }
    refuseUnused(typed, listed.usage);
    const memory = typed.text("memory");
    const environment =
      memory === undefined ? effects.environment : { ...effects.environment, CASCADE_MEMORY: memory };
    const own = { ...effects, environment };
    return await carryOut(listed, { words: [name, ...rest], options: typed, terminal, effects: own });
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

/** Runs a command on the warehouse that is meant. Its faults have hints for whoever typed it. */
async function carryOut(listed: ListedCommand, typed: CommandContext): Promise<number> {
  let context = typed;
  try {
    context = { ...typed, options: await placed(typed.options, listed, typed.effects) };
    const command = await listed.load();
    return await command.run(context);
  } catch (error) {
    throw error instanceof Fault ? await asTypedHere(error, context) : error;
  }
}

/** The fault with a hint whose commands can be pasted by whoever typed this one. */
async function asTypedHere(fault: Fault, context: CommandContext): Promise<Fault> {
  const [{ completeHint }, { invocationOf }] = await Promise.all([
    import("./cli/complete-hint.ts"),
    import("./cli/invocation.ts"),
  ]);
  const runbook = context.options.positionals[0] ?? defaultRunbook;
  const reader = { invocation: invocationOf(context), runbook };
  const hint = completeHint(fault.hint, reader, (name) =>
    Object.hasOwn(commands, name) ? commands[name]?.usage : undefined,
  );
  const { code, message, cause, problems } = fault;
  return new Fault(code, message, { hint, cause, problems });
}

/**
 * The options on the warehouse of the command: the one where the named runbook is at home, unless another is given. Where
 * it has to be there and is not, that is told before anything is loaded and before the runbook is parsed. Fault: warehouse-missing.
 */
async function placed(
  options: Options,
  { readsWarehouse = false }: ListedCommand,
  { environment }: ShellEffects,
): Promise<Options> {
  const text = await readRunbookFile(options.positionals[0] ?? defaultRunbook);
  const home = await atHome(options, text, environment);
  if (home === undefined) return options;
  // The first word of some commands is no runbook, and a name that is none is told first.
  if (readsWarehouse && text !== undefined) findWarehouse(home.warehouse)?.place.refuseAbsent();
  return home;
}

function unknownCommand(name: string): Fault {
  const nearest = nearestName(name, Object.keys(commands));
  return new Fault("usage", `Cannot run "${name}": there is no such command`, {
    hint: nearest === undefined ? "See `cascade --help`" : `Did you mean \`cascade ${nearest}\`?`,
  });
}

function helpText(): string {
  return [
    "cascade <command> [runbook] [options]",
    "",
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(15)}${summary}`),
    "",
    "Common options: --start-date D --end-date D (inclusive) or --dates D,D; --phase N; --processor A,B;",
    "  --warehouse duckdb:<file>; --memory 4GB; --json. More: cascade <command> --help; cascade --version",
  ].join("\n");
}
