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

/** A value as JSON that can stand inside a script element of a type that is not run: ASCII only, and no mark-up. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&]|[^ -~]/g, (unit) => {
    return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, "0");
  });
}
