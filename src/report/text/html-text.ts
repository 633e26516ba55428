import { cleanText } from "./clean-text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text as HTML or SVG text or as a quoted attribute value. */
export function escapeHtml(text: string, limit?: number): string {
  return cleanText(text, limit).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** A value as JSON that can stand inside a script element of a type that is not run. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, "0");
  });
}
