import { stripVTControlCharacters, styleText } from "node:util";
import { markdownTable } from "markdown-table";
import type { Output, ShellEffects } from "../process/effects.ts";

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
  return {
    out: (text) => stdout.write(`${visible(text, stdout)}\n`),
    note: (text) => stderr.write(`${visible(text, stderr)}\n`),
    redraw: (text) => isRedrawn && stderr.write(`\r\u001B[K${visible(text, stderr)}`),
    columns: stdout.columns ?? 200,
  };
}

function visible(text: string, { hasColours }: Output): string {
  return hasColours ? text : stripVTControlCharacters(text);
}

/** How a text is meant, whatever colour that gets. */
export type Tone = "good" | "bad" | "careful" | "quiet" | "strong";

const formats = { good: "green", bad: "red", careful: "yellow", quiet: "dim", strong: "bold" } as const;

/** Text in a tone; a terminal shows it plain where its stream takes no colours. */
export function paint(tone: Tone, text: string): string {
  return styleText(formats[tone], text, { validateStream: false });
}

/** A table with aligned columns under its first row, the head; columns of numbers stand to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const align = head.map((_, column) => {
    const cells = body.map((row) => row[column] ?? "");
    return cells.every((cell) => /^([\d,.]+( %)?|none|)$/.test(cell)) && cells.some((cell) => cell !== "")
      ? "r"
      : "l";
  });
  return markdownTable(
    rows.map((row) => [...row]),
    { align },
  );
}
