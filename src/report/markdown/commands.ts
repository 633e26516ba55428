import type { ReportModel } from "../model.ts";
import { codeBlock, escapeMarkdown } from "../text/markdown-text.ts";

/** What to do next, numbered, each with a command to copy; empty when nothing is to be done. */
export function renderCommands({ commands }: ReportModel): string {
  if (commands.length === 0) return "";
  const items = commands.map(({ command, why }, index) => {
    const block = codeBlock(command).replaceAll("\n", "\n   ");
    return `${index + 1}. ${escapeMarkdown(why, 240)}\n\n   ${block}`;
  });
  return ["### Next", ...items].join("\n\n");
}
