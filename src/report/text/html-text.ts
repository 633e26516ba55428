import { cleanText } from "./clean-text.ts";

declare const htmlText: unique symbol;

/** HTML or SVG in which nothing but what is ours is mark-up. */
export type Html = string & { readonly [htmlText]: true };

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Mark-up of ours with pieces in it that are safe already; a raw text does not fit. */
export function htmlMarkup(texts: TemplateStringsArray, ...pieces: readonly (Html | number)[]): Html {
  return texts.map((text, index) => `${text}${pieces[index] ?? ""}`).join("") as Html;
}

/** Pieces in their order, with a separator of ours. */
export function joinHtml(pieces: readonly Html[], separator: "" | "\n" | " · " = ""): Html {
  return pieces.join(separator) as Html;
}

/** An element; its name and the names of attributes are ours, values of attributes are escaped. */
export function htmlElement(name: string, attributes: Readonly<Record<string, string>>, body: Html): Html {
  const text = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeHtml(value, Number.POSITIVE_INFINITY)}"`,
  );
  return (body === "" ? `<${name}${text.join("")}/>` : `<${name}${text.join("")}>${body}</${name}>`) as Html;
}

/** The style sheet or the script of the page, which are ours from the first letter to the last. */
export function ownText(text: string): Html {
  return text as Html;
}

/** Any text as HTML or SVG text or as a quoted attribute value. */
export function escapeHtml(text: string, limit?: number): Html {
  return cleanText(text, limit).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "") as Html;
}

/** An address as a link that tells its target nothing; anything but http and https stays text. */
export function htmlLink(title: string, url: string): Html {
  if (!/^https?:\/\//.test(url)) return escapeHtml(title, 60);
  return htmlMarkup`<a rel="noreferrer noopener" href="${escapeHtml(url, 2000)}">${escapeHtml(title, 60)}</a>`;
}

/** A value as JSON that can stand inside a script element of a type that is not run: ASCII only, and no mark-up. */
export function scriptJson(value: unknown): Html {
  return JSON.stringify(value).replaceAll(/[<>&]|[^ -~]/g, (unit) => {
    return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, "0");
  }) as Html;
}
