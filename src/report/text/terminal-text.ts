import { visibleLines } from "./clean-text.ts";
import { breakCommands } from "./log-text.ts";

declare const terminalText: unique symbol;

/** Text that shows itself on a terminal and steers nothing but colours of ours. */
export type TerminalText = string & { readonly [terminalText]: true };

/** Any text for a terminal, without colours: lines as they are, all else visible. */
export function escapeLines(text: string): TerminalText {
  return visibleLines(text).join("\n") as TerminalText;
}

/**
 * JSON text that shows itself on a terminal and means the same: what is not visible in it is written as `\uXXXX`, and so is
 * what begins a command of GitHub's runner.
 */
export function escapeJson(json: string): string {
  return json
    .replaceAll("##[", String.raw`#\u0023[`)
    .replaceAll(/(?!\n)[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu, (character) => {
      if (character === " ") return character;
      const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
      return units.map((unit) => String.raw`\u` + unit.toString(16).padStart(4, "0")).join("");
    });
}

/** The same where the terminal is the log of a job: GitHub's runner finds no command in it. */
export function withoutCommands(text: TerminalText): TerminalText {
  return text.split("\n").map(breakCommands).join("\n") as TerminalText;
}

/** Colours of one process: `mark` puts a number in a form that no text of others can guess, `show` makes it a colour. */
export type Colours = {
  readonly mark: (format: number) => string;
  /** Any text for a terminal: lines as they are, colours of ours or none of them, all else visible. */
  readonly show: (text: string, hasColours: boolean) => TerminalText;
};

/** Colours whose marks carry a secret; whoever does not know it writes text. */
export function openColours(secret: string): Colours {
  const marks = new RegExp(String.raw`\u001B\[(\d+);${secret}m`, "g");
  return {
    mark: (format) => `\u001B[${format};${secret}m`,
    show(text, hasColours) {
      const parts = text.split(marks);
      return parts
        .map((part, index) => {
          if (index % 2 === 0) return visibleLines(part).join("\n");
          return hasColours ? `\u001B[${part}m` : "";
        })
        .join("") as TerminalText;
    },
  };
}
