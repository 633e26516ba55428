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

/** An address as a link that tells its target nothing; anything but http and https stays text. */
export function htmlLink(title: string, url: string): string {
  if (!/^https?:\/\//.test(url)) return escapeHtml(title, 60);
  return `<a rel="noreferrer noopener" href="${escapeHtml(url, 2000)}">${escapeHtml(title, 60)}</a>`;
}

/** A value as JSON that can stand inside a script element of a type that is not run: ASCII only, and no mark-up. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&]|[^ -~]/g, (unit) => {
    return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, "0");
  });
}
