import { joinHtml, type Html } from "../text/html-text.ts";
import { svgElement, svgPicture, svgText } from "../charts/svg.ts";
import { cleanText } from "../text/clean-text.ts";
import { trustText, type TableTrust } from "./summarise-trust.ts";
import { compareTrust, type TrustState } from "../../domain/trust.ts";

const [height, letter, gap] = [20, 7, 10];

const colours: Readonly<Record<TrustState, string>> = {
  settled: "#2e7d32",
  waived: "#8d6e00",
  held: "#b45309",
  tainted: "#b91c1c",
  missing: "#b91c1c",
};

/** A picture of one line: what it is about, and what readers may make of it. It loads nothing. */
export function renderBadge(subject: string, tables: readonly TableTrust[]): Html {
  const [label, message] = [cleanText(subject, 60), trustText(tables)];
  const [left, right] = [label, message].map((text) => Array.from(text).length * letter + 2 * gap);
  const [from = 0, wide = 0] = [left, right];
  const parts = [
    svgElement("rect", { width: from, height, fill: "#424242" }),
    svgElement("rect", { x: from, width: wide, height, fill: colourOf(tables) }),
    textAt(label, from / 2),
    textAt(message, from + wide / 2),
  ];
  const title = `${label}: ${message}`;
  return svgPicture({ width: from + wide, height }, { title, body: joinHtml(parts), className: "trust" });
}

function textAt(text: string, x: number): Html {
  const font = { "font-family": "monospace", "font-size": 11, fill: "#ffffff", "text-anchor": "middle" };
  return svgText(text, { x, y: 14, ...font });
}

/** That of the worst state of any table. */
function colourOf(tables: readonly TableTrust[]): string {
  const states = tables.flatMap(({ counts }) => counts.map(([state]) => state));
  const [worst] = states.toSorted(compareTrust);
  return worst === undefined ? "#616161" : colours[worst];
}
