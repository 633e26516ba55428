import type { ReportModel } from "../model.ts";
import { codeBlock, escapeMarkdown } from "../text/markdown-text.ts";

/** A longer command is not shown rather than cut: half a command must not be copied. */
const longestCommand = 1000;

/** What to do next, numbered, each with a command to copy; empty when nothing is to be done. */
export function renderCommands({ commands }: ReportModel): string {
  if (commands.length === 0) return "";
  const items = commands.map(({ command, why }, index) => {
    const isShort = command.length <= longestCommand;
    const block = isShort ? codeBlock(command).replaceAll("\n", "\n   ") : "The command is in `report.html`.";
    return `${index + 1}. ${escapeMarkdown(why, 240)}\n\n   ${block}`;
  });
  return ["### Next", ...items].join("\n\n");
}
