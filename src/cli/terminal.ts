import { randomInt } from "node:crypto";
import type { Output, ShellEffects } from "../process/effects.ts";
import type { StateTone } from "../report/processor-state.ts";
import type { Tone } from "../report/terminal/fit-table.ts";
import { escapeJson, openColours, withoutCommands, type TerminalText } from "../report/text/terminal-text.ts";

/** Where a command writes: data for programs and people on `out`, progress and notes on `note`. */
export type Terminal = {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  /** Puts a text in the place of the last line of notes, where there is one that can be redrawn. */
  readonly redraw: (text: string) => void;
  readonly columns: number;
};

/** The terminal of the command line. */
export function openTerminal({ stdout, stderr, environment }: ShellEffects): Terminal {
  const isRedrawn = stderr.isTerminal && environment["CI"] === undefined;
  const isJob = environment["GITHUB_ACTIONS"] === "true";
  function show(text: string, { hasColours }: Pick<Output, "hasColours">): TerminalText {
    const shown = colours.show(text, hasColours);
    return isJob ? withoutCommands(shown) : shown;
  }
  return {
    out: (text) => stdout.line(show(text, stdout)),
    note: (text) => stderr.line(show(text, stderr)),
    redraw: (text) => isRedrawn && stderr.redraw(show(text, stderr)),
    columns: stdout.columns ?? 200,
  };
}

/** The codes by which terminals begin and end a tone. */
const formats = {
  good: [32, 39],
  bad: [31, 39],
  careful: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
} as const;

const colours = openColours(String(randomInt(2 ** 47)));

/** Text in a tone; a terminal shows it plain where its stream takes no colours. */
export function paint(tone: Tone, text: string): string {
  const [begin, end] = formats[tone];
  return `${colours.mark(begin)}${text}${colours.mark(end)}`;
}

const stateTones = { good: "good", careful: "careful", bad: "bad", idle: "quiet" } as const;

/** A state's word in its tone. */
export function paintState(tone: StateTone, text: string): string {
  return paint(stateTones[tone], text);
}

/** A JSON value for stdout; what is undefined is told as null. */
export function jsonText(value: object): string {
  return escapeJson(JSON.stringify(value, (_, part: unknown) => part ?? null, 2));
}
