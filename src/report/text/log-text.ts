import { visibleLines } from "./clean-text.ts";

declare const logText: unique symbol;

/** Lines of a job's log in which GitHub's runner finds no command. */
export type LogText = string & { readonly [logText]: true };

/**
 * Any text as lines of a log. The runner takes `::` where a line starts, white space aside, and `##[` anywhere for a
 * command, and its comparison skips characters without width: those are written out, and the marks are broken.
 */
export function escapeLog(text: string): LogText {
  return visibleLines(text).map(breakCommands).join("\n") as LogText;
}

/** A line of visible characters in which the marks of the runner's commands are broken. */
export function breakCommands(line: string): string {
  return line.replaceAll("##[", "# #[").replace(/^(\s*)(?=::)/, "$1'");
}
