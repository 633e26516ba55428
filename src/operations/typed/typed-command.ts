import type { Hold } from "../../domain/locks.ts";
import type { Invocation } from "../../domain/printed-command.ts";
import { Fault } from "../../errors.ts";
import type { WarehouseState } from "../../plan/plan.ts";
import type { Tone } from "../../report/terminal/fit-table.ts";
import { escapeJson } from "../../report/text/terminal-text.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { RunEffects } from "../../run/run-event.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { Options } from "./options.ts";

/** What a command that was typed, on a terminal or in a comment, has to go by. */
export type Typing = {
  readonly options: Options;
  /** The runbook where none is named. */
  readonly usualRunbook: string;
  /** How whoever typed it types the next one. */
  readonly invocation: Invocation;
  readonly now: () => Date;
  /** Opens the warehouse of the options, to read. */
  readonly openWarehouse: (runbook: Runbook, how?: { readonly asksEngine: boolean }) => Promise<Warehouse>;
  /** Asks whether somebody holds a runbook on GitHub; absent where GitHub is not asked. */
  readonly readHold?: (runbook: string) => Promise<Hold>;
  /** What programs of steps are started with; undefined where none may be. */
  readonly startPrograms?: () => RunEffects & Disposable;
  /** Takes what whoever watches should know and the answer does not say. */
  readonly note: (text: string) => void;
};

/** What it answers: the same for programs and for people. */
export type TypedAnswer = {
  readonly exitCode: number;
  readonly json: object;
  readonly text: (paint: Paint) => string;
};

/** Puts text in a tone, where whoever reads it sees tones. */
export type Paint = (tone: Tone, text: string) => string;

/** A command that people type on a terminal and in comments alike. It writes nothing into the warehouse. */
export type TypedCommand = {
  readonly answer: (typing: Typing) => Promise<TypedAnswer>;
};

/** The answer in the form that the options ask for. */
export function answerText({ json }: Pick<Options, "json">, answer: TypedAnswer, paint: Paint): string {
  return json ? escapeJson(JSON.stringify(answer.json, undefined, 2)) : answer.text(paint);
}

/** The runbook that the only positional names, or the usual one. Faults: usage, unknown-name, runbook-invalid. */
export async function namedRunbook({
  options,
  usualRunbook,
}: Pick<Typing, "options" | "usualRunbook">): Promise<Runbook> {
  const [runbook = usualRunbook, extra] = options.positionals;
  if (extra === undefined) return readRunbook(runbook);
  throw new Fault("usage", `Cannot read the command line: expected one runbook, found "${extra}" as well`, {
    hint: "Select with options, for example --processor A,B --start-date D --end-date D",
  });
}

/** Notes which sources do not exist and which tables are not as declared: what is shown rests on what can be read. */
export function tellDrift(
  { note }: Pick<Typing, "note">,
  { drift = [] }: Pick<WarehouseState, "drift">,
): void {
  for (const line of drift) note(`Not as declared: ${line}`);
}
