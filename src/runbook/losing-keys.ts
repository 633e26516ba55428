import { isMap, isScalar, isSeq, type Document, type Scalar } from "yaml";

/** A key that no JavaScript object holds as its own without being told to; what stands under it would be lost. */
export const lostKey = "__proto__";

/** Keys under which something would be lost, each in the order of the document. */
export type LosingKeys = {
  /** Those that their mapping has already. */
  readonly repeated: readonly Scalar[];
  /** Those that no object takes. */
  readonly lost: readonly Scalar[];
};

/** Every such key of a document; in one pass, where `yaml` compares each key with each, and without the paths that its `visit` makes. */
export function findLosingKeys(document: Document): LosingKeys {
  const repeated: Scalar[] = [];
  const lost: Scalar[] = [];
  function search(node: unknown): void {
    if (isSeq(node)) for (const item of node.items) search(item);
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key)) continue;
      if (seen.has(key.value)) repeated.push(key);
      if (key.value === lostKey) lost.push(key);
      seen.add(key.value);
    }
    for (const { key, value } of node.items) {
      search(key);
      search(value);
    }
  }
  search(document.contents);
  return { repeated, lost };
}
