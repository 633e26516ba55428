import { cleanText } from "./clean-text.ts";

/** Any text inside a quoted label of a Mermaid diagram: what is no letter, digit or plain mark becomes a dot. */
export function escapeMermaid(text: string): string {
  return cleanText(text, 40).replaceAll(/[^\p{L}\p{N} .,%()+/_-]/gu, "·");
}
