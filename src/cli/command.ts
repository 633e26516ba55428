import { Fault } from "../errors.ts";
import type { Invocation } from "../domain/printed-command.ts";
import { usualAddress } from "../engines/engine-table.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import type { ShellEffects } from "../process/effects.ts";
import { defaultRunbook, type Options } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** What a command gets: parsed options, where to write, and what it takes from outside. */
export type CommandContext = {
  readonly options: Options;
  readonly terminal: Terminal;
  readonly effects: ShellEffects;
};

/** One command of the command line; `run` returns the exit code and throws faults. */
export type Command = {
  readonly summary: string;
  readonly usage: string;
  readonly run: (context: CommandContext) => Promise<number>;
};

/** `npx cascade`, `npm run cascade` and `npm start`. */
const npmEvents: ReadonlySet<string> = new Set(["npx", "cascade", "start"]);

/** How whoever typed this command types: through npm where it was, and on their warehouse unless it is the usual one. */
export function invocationOf({ options, effects }: CommandContext): Invocation {
  const isThroughNpm = npmEvents.has(effects.environment["npm_lifecycle_event"] ?? "");
  const warehouse = options.warehouse === usualAddress ? undefined : options.warehouse;
  return { prefix: isThroughNpm ? "npx cascade" : "cascade", warehouse };
}

/** The runbook that the only positional names, or the default. Faults: usage, unknown-name, runbook-invalid. */
export async function runbookOf({ options }: CommandContext): Promise<Runbook> {
  const [runbook = defaultRunbook, extra] = options.positionals;
  if (extra === undefined) return readRunbook(runbook);
  throw new Fault("usage", `Cannot read the command line: expected one runbook, found "${extra}" as well`, {
    hint: "Select with options, for example --processor A,B --start-date D --end-date D",
  });
}
