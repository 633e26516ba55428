import { invocationOf } from "./invocation.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { dayOf } from "../domain/calendar-date.ts";
import type { ComparisonRequest } from "../operations/compare-policies.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { rangeOf, type Options } from "../operations/typed/options.ts";
import { answerText, namedRunbook, type TypedCommand } from "../operations/typed/typed-command.ts";
import { openEffects, type ShellEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { paint, type Terminal } from "./terminal.ts";

/** What a command gets: parsed options, where to write, and what it takes from outside. */
export type CommandContext = {
  /** The command's name and what follows it, as typed. */
  readonly words: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  readonly effects: ShellEffects;
};

/** One command of the command line; `run` returns the exit code and throws faults. */
export type Command = {
  readonly run: (context: CommandContext) => Promise<number>;
};

/** The runbook that the only positional names, or the default. Faults: usage, unknown-name, runbook-invalid. */
export function runbookOf({ options }: Pick<CommandContext, "options">): Promise<Runbook> {
  return namedRunbook({ options, usualRunbook: defaultRunbook });
}

/** The warehouse of the options, for a command that writes nothing. Faults: those of opening it. */
export function openToRead(
  { options, effects }: Pick<CommandContext, "options" | "effects">,
  runbook: Runbook,
): Promise<Warehouse> {
  return openWarehouse(effects, { address: options.warehouse, mode: "read", runbook });
}

/** A command that is typed here and in comments, as one of the command line. */
export function typedHere(command: TypedCommand): Command {
  return {
    async run(context) {
      const { options, terminal, effects } = context;
      const answer = await command.answer({
        options,
        usualRunbook: defaultRunbook,
        invocation: invocationOf(context),
        now: effects.now,
        note: terminal.note,
        startPrograms: () => openEffects(effects, () => undefined),
        openWarehouse: (runbook, how) =>
          openWarehouse(effects, { address: options.warehouse, mode: "read", runbook, ...how }),
      });
      terminal.out(answerText(options, answer, paint));
      return answer.exitCode;
    },
  };
}

/** The comparison of a runbook with itself at a ref, judged on the warehouse and dates of the options. */
export function comparisonOf(
  compared: Pick<ComparisonRequest, "text" | "against">,
  { options, effects }: Pick<CommandContext, "options" | "effects">,
): ComparisonRequest {
  return {
    ...compared,
    rangeOf: (runbook) => rangeOf(runbook, options),
    today: dayOf(effects.now()),
    openWarehouse: (runbook) => openWarehouse(effects, { address: options.warehouse, mode: "read", runbook }),
  };
}
