import { escapeHtml, htmlMarkup, htmlElement, type Html } from "../text/html-text.ts";

/** Attributes by name; numbers are rounded to a hundredth. */
export type Attributes = Readonly<Record<string, string | number>>;

/** An SVG element. */
export function svgElement(name: string, attributes: Attributes, body: Html = htmlMarkup``): Html {
  const texts = Object.entries(attributes).map(([key, value]): [string, string] => [
    key,
    typeof value === "number" ? round(value) : value,
  ]);
  return htmlElement(name, Object.fromEntries(texts), body);
}

/** A text element; its content is escaped. */
export function svgText(text: string, attributes: Attributes): Html {
  const shown = escapeHtml(text, 170);
  return svgElement("text", attributes, shown === "" ? htmlMarkup` ` : shown);
}

/** A picture with a title for those who do not see it. */
export function svgPicture(
  size: { readonly width: number; readonly height: number },
  { title, body, className }: { readonly title: string; readonly body: Html; readonly className: string },
): Html {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    class: className,
    viewBox: `0 0 ${round(size.width)} ${round(size.height)}`,
    width: size.width,
    height: size.height,
    role: "img",
    "aria-label": title,
  };
  return svgElement("svg", attributes, body);
}

/** A number with at most two decimals. */
export function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The path of many equal rectangles. */
export function rectanglesPath(
  corners: readonly (readonly [number, number])[],
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const box = `h${round(width)}v${round(height)}h${round(-width)}z`;
  return corners.map(([x, y]) => `M${round(x)} ${round(y)}${box}`).join("");
}
