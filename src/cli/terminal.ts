import { styleText } from "node:util";
import { markdownTable } from "markdown-table";

/** Where a command writes: data for programs and people on `out`, progress and notes on `note`. */
export type Terminal = {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  /** Whether notes may redraw their last line. */
  readonly isInteractive: boolean;
  readonly columns: number;
};

/** The process's terminal. */
export function openTerminal(process: NodeJS.Process): Terminal {
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    isInteractive: process.stderr.isTTY && process.env["CI"] === undefined,
    columns: process.stdout.columns ?? 200,
  };
}

/** How a text is meant, whatever colour that gets. */
export type Tone = "good" | "bad" | "careful" | "quiet" | "strong";

const formats = { good: "green", bad: "red", careful: "yellow", quiet: "dim", strong: "bold" } as const;

/** Text in a tone; plain where the stream is no terminal or NO_COLOR is set. */
export function paint(tone: Tone, text: string): string {
  return styleText(formats[tone], text, { stream: process.stderr });
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
