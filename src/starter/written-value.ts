import { Document, isCollection, isScalar, YAMLMap, YAMLSeq, type Node } from "yaml";

/** A mapping as it is to be written. */
export type YamlMapping = { readonly [key: string]: unknown };

const note: unique symbol = Symbol("note");
const oneLine: unique symbol = Symbol("one line");

/** A value with a comment behind it. */
export type Noted = { readonly [note]: string; readonly value: unknown };
/** A mapping on one line. */
type Inline = { readonly [oneLine]: true; readonly value: YamlMapping };

/** A value that was guessed, and from what: the comment says both. */
export function guessed(value: unknown, why: string): Noted {
  return noted(value, `guessed: ${why}`);
}

/** A value with a comment. */
export function noted(value: unknown, text: string): Noted {
  return { [note]: text, value };
}

/** A mapping that is written on one line. */
export function inline(value: YamlMapping): Inline {
  return { [oneLine]: true, value };
}

/** Wide enough that no text is broken into lines. */
const lineWidth = 0;

/** The YAML of a mapping: lists of plain values on one line, what is guessed with its comment. */
export function writeYaml(value: YamlMapping): string {
  const document = new Document();
  document.contents = nodeOf(document, value) as typeof document.contents;
  return document.toString({ lineWidth, flowCollectionPadding: true });
}

function nodeOf(document: Document, value: unknown): Node {
  if (isNoted(value)) return commented(nodeOf(document, value.value), value[note]);
  if (isInline(value)) return inFlow(nodeOf(document, value.value));
  if (Array.isArray(value)) {
    const node = new YAMLSeq();
    node.items.push(...value.map((item) => nodeOf(document, item)));
    const isPlain = node.items.length > 0 && node.items.every((item) => isScalar(item));
    return isPlain ? inFlow(node) : node;
  }
  if (typeof value === "object" && value !== null) {
    const node = new YAMLMap();
    for (const [key, item] of Object.entries(value)) node.set(key, nodeOf(document, item));
    return node;
  }
  return document.createNode(value);
}

function commented(node: Node, text: string): Node {
  node.comment = ` ${text}`;
  return node;
}

function inFlow(node: Node): Node {
  if (isCollection(node)) node.flow = true;
  return node;
}

function isNoted(value: unknown): value is Noted {
  return typeof value === "object" && value !== null && note in value;
}

function isInline(value: unknown): value is Inline {
  return typeof value === "object" && value !== null && oneLine in value;
}
