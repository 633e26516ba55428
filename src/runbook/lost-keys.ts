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
