import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { Problem } from "./problem.ts";
import type { Place } from "./runbook.ts";
import { findLosingKeys, lostKey } from "./losing-keys.ts";
import { readYamlContent } from "./yaml-content.ts";

/** Keys and list positions from the root of a document to a node. */
export type NodePath = readonly PropertyKey[];

/** The data of a YAML file, and where in the file each piece of it stands. */
export type YamlDocument = {
  readonly file: string;
  readonly value: unknown;
  /** What breaks YAML itself. */
  readonly problems: readonly Problem[];
  /** The node at the path; of a node that is absent, the nearest one around it. */
  placeOf(path: NodePath): Place;
  /** The key at the end of the path, rather than its value. */
  placeOfKey(path: NodePath): Place;
};

/** A piece of the runbook as it stands in a file: under `name` (its key or position), not yet checked. */
export type RawEntry = {
  readonly name: string;
  readonly raw: unknown;
  readonly document: YamlDocument;
  readonly path: NodePath;
};

/** Most characters of a file; each may become a node. */
const mostCharacters = 500_000;

/** Reads YAML 1.2 text with the place of every node, in bounded time and memory; never throws. */
export function parseYaml(file: string, text: string): YamlDocument {
  if (text.length > mostCharacters) {
    return unread(file, `It has ${text.length} characters, over ${mostCharacters}`);
  }
  try {
    return readYaml(file, text);
  } catch (cause) {
    // The parser calls itself for each level, and runs out of stack.
    if (!(cause instanceof RangeError)) throw cause;
    return unread(file, "It is nested too deep to be read");
  }
}

/** What stands for a file that has more than can be read. */
function unread(file: string, message: string): YamlDocument {
  const problem = { place: { file, line: 1, column: 1 }, message, hint: "write less" };
  return { ...readYaml(file, ""), value: undefined, problems: [problem] };
}

/** Spaces of Unicode where YAML wants its own: before a line's text, and after what begins a value. */
const oddSpaces = /(?<=^\uFEFF?[ \t\p{Zs}]*|[:,?[{-][ \t\p{Zs}]*)(?! )\p{Zs}/gmu;

function readYaml(file: string, text: string): YamlDocument {
  const lines = new LineCounter();
  const options = { prettyErrors: false, intAsBigInt: true, uniqueKeys: false };
  const document = parseDocument(text, { ...options, lineCounter: lines });
  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  }
  const odd = document.errors.length === 0 ? [] : [...text.matchAll(oddSpaces)];
  const problems =
    odd.length > 0
      ? odd.map(({ index }) => ({
          place: placeAt(index),
          message: "Not YAML: a space stands here that YAML does not take for one, as a non-breaking one",
          hint: "write an ordinary space",
        }))
      : document.errors.map(({ message, pos }) => ({
          place: placeAt(pos[0]),
          message: `Not YAML: ${message}`,
          hint: "mend the syntax here",
        }));
  const content = readYamlContent(document, text);
  if (content.kind === "refused") {
    const place = placeAt(startOf(content.alias) ?? 0);
    problems.push({ place, message: content.message, hint: "write less, without aliases" });
  }
  const { repeated, lost } = findLosingKeys(document);
  for (const key of repeated) {
    const message = "A key occurs twice in one mapping";
    problems.push({ place: placeAt(startOf(key) ?? 0), message, hint: "keep one of them" });
  }
  for (const key of lost) {
    const message = `"${lostKey}" is no name: every JavaScript object has it`;
    problems.push({ place: placeAt(startOf(key) ?? 0), message, hint: "choose another name" });
  }
  return {
    file,
    value: content.kind === "data" ? content.value : undefined,
    problems,
    placeOf: (path) => placeAt(offsetsAlong(document, path).at(-1)?.value ?? 0),
    placeOfKey: (path) => placeAt(offsetsAlong(document, path).at(-1)?.key ?? 0),
  };
}

type Offsets = { readonly key: number; readonly value: number };

/** Offsets of the nodes on the way to the end of `path`, as far as they exist. */
function offsetsAlong(document: Document, path: NodePath): readonly Offsets[] {
  let node = resolve(document, document.contents);
  const offsets: Offsets[] = [{ key: startOf(node) ?? 0, value: startOf(node) ?? 0 }];
  for (const segment of path) {
    const child = childOf(node, segment);
    if (child === undefined) return offsets;
    const key = startOf(child.key) ?? startOf(child.value) ?? 0;
    offsets.push({ key, value: startOf(child.value) ?? key });
    node = resolve(document, child.value);
  }
  return offsets;
}

function childOf(
  node: unknown,
  segment: PropertyKey,
): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isMap(node)) {
    return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
  }
  if (isSeq(node) && typeof segment === "number" && segment < node.items.length) {
    return { key: undefined, value: node.items[segment] };
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  return (node as Partial<Node> | null | undefined)?.range?.[0];
}

function resolve(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}
