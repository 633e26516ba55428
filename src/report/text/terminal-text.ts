import { cleanText } from "./clean-text.ts";

/** Any text for a terminal: no control sequence is left in it. */
export function escapeTerminal(text: string, limit?: number): string {
  return cleanText(text, limit);
}
