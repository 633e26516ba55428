import { cleanText } from "./clean-text.ts";

declare const mermaidText: unique symbol;

/** A diagram, or a piece of one, in which nothing but what is ours is mark-up. */
export type Mermaid = string & { readonly [mermaidText]: true };

/** Lines of a diagram with pieces in them that are safe already; a raw text does not fit. */
export function mermaid(texts: TemplateStringsArray, ...pieces: readonly (Mermaid | number)[]): Mermaid {
  return texts.map((text, index) => `${text}${pieces[index] ?? ""}`).join("") as Mermaid;
}

/** Pieces in their order, with a separator of ours. */
export function joinMermaid(pieces: readonly Mermaid[], separator: "\n" | ", "): Mermaid {
  return pieces.join(separator) as Mermaid;
}

/** Any text inside a quoted label of a Mermaid diagram: what is no letter, digit or plain mark becomes a dot. */
export function escapeMermaid(text: string): Mermaid {
  return cleanText(text, 40).replaceAll(/[^\p{L}\p{N} .,%()+/_-]/gu, "·") as Mermaid;
}
