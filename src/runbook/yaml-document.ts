import {
  isScalar,
  visit,
  type Document,
  type Scalar,
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  parseDocument,
  type Node,
} from "yaml";
import type { Problem } from "./problem.ts";
import type { Place } from "./runbook.ts";
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

/** Reads YAML 1.2 text with the place of every node; never throws. */
export function parseYaml(file: string, text: string): YamlDocument {
  try {
    return readYaml(file, text);
  } catch (cause) {
    // The parser calls itself for each level, and runs out of stack.
    if (!(cause instanceof RangeError)) throw cause;
    const problem = {
      place: { file, line: 1, column: 1 },
      message: "It is nested too deep to be read",
      hint: "write less",
    };
    return { ...readYaml(file, ""), value: undefined, problems: [problem] };
  }
}

function readYaml(file: string, text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, intAsBigInt: true });
  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  }
  const problems = document.errors.map(({ code, message, pos }) => ({
    place: placeAt(pos[0]),
    message: code === "DUPLICATE_KEY" ? "A key occurs twice in one mapping" : `Not YAML: ${message}`,
    hint: code === "DUPLICATE_KEY" ? "keep one of them" : "mend the syntax here",
  }));
  const content = readYamlContent(document);
  if (content.kind === "refused") {
    const place = placeAt(startOf(content.alias) ?? 0);
    problems.push({ place, message: content.message, hint: "write less, without aliases" });
  }
  for (const key of findLostKeys(document)) {
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

/** A key that no JavaScript object holds as its own without being told to; what stands under it would be lost. */
const lostKey = "__proto__";

/** Every such key of a document, in its order. */
function findLostKeys(document: Document): readonly Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === lostKey) found.push(key);
    },
  });
  return found;
}
