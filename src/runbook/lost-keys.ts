import { isScalar, visit, type Document, type Scalar } from "yaml";

/** A key that no JavaScript object holds as its own without being told to; what stands under it would be lost. */
export const lostKey = "__proto__";

/** Every such key of a document, in its order. */
export function findLostKeys(document: Document): readonly Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === lostKey) found.push(key);
    },
  });
  return found;
}

/** Every key that its mapping has already, in the order of the document; in one pass, where `yaml` compares each with each. */
export function findRepeatedKeys(document: Document): readonly Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(key);
        seen.add(key.value);
      }
    },
  });
  return found;
}
