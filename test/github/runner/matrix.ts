import { dictionaryOf, type Dictionary, type Value } from "./expression.ts";

/** At most this many jobs come of one matrix. */
export const mostLegs = 256;

/**
 * The combinations of an evaluated matrix in GitHub's order: the product of the vectors, less `exclude`, then
 * `include`, which extends combinations it does not contradict and otherwise adds one. Throws what GitHub answers.
 */
export function expandMatrix(matrix: Dictionary): readonly Dictionary[] {
  const { include, exclude, ...vectors } = matrix;
  const product = Object.entries(vectors).reduce<Dictionary[]>(multiply, [{}]);
  const original = Object.keys(vectors).length === 0 ? [] : product;
  const kept = original.filter((leg) => !listOf(exclude).some((each) => fits(leg, each)));
  const legs: Record<string, Value>[] = kept.map((leg) => ({ ...leg }));
  const added: Record<string, Value>[] = [];
  for (const each of listOf(include)) {
    const extended = legs.filter((_leg, index) => agrees(kept[index] ?? {}, each));
    for (const leg of extended) Object.assign(leg, each);
    if (extended.length === 0) added.push({ ...each });
  }
  const all = [...legs, ...added];
  if (all.length === 0) throw new Error("Matrix must define at least one vector");
  if (all.length > mostLegs) throw new Error(`The strategy.matrix produced more than ${mostLegs} jobs`);
  return all;
}

/** What GitHub puts behind the name of a matrix job: every scalar of the combination, in order. */
export function legSuffix(matrix: Dictionary): string {
  const scalars = Object.values(matrix).flatMap(scalarsOf);
  return scalars.length === 0 ? "" : ` (${scalars.join(", ")})`;
}

function multiply(legs: readonly Dictionary[], [name, values]: [string, Value]): Dictionary[] {
  if (!Array.isArray(values)) throw new Error(`Matrix vector '${name}' must be an array`);
  if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values`);
  return legs.flatMap((leg) => values.map((value: Value) => ({ ...leg, [name]: value })));
}

function listOf(value: Value | undefined): readonly Dictionary[] {
  return Array.isArray(value) ? value.map((each: Value) => dictionaryOf(each)) : [];
}

function fits(leg: Dictionary, filter: Dictionary): boolean {
  return Object.entries(filter).every(([key, value]) => contains(leg[key], value));
}

/** An entry of `include` extends a combination when it overwrites none of its original values. */
function agrees(original: Dictionary, added: Dictionary): boolean {
  return Object.entries(added).every(([key, value]) => !(key in original) || contains(original[key], value));
}

/** Objects need to agree only in the keys that the filter names. */
function contains(value: Value | undefined, filter: Value): boolean {
  if (typeof filter !== "object" || filter === null) return value === filter;
  if (Array.isArray(filter)) return JSON.stringify(value) === JSON.stringify(filter);
  return Object.entries(filter).every(([key, each]) => contains(dictionaryOf(value)[key], each));
}

function scalarsOf(value: Value): string[] {
  if (value === null) return [];
  if (typeof value === "object") return Object.values(value).flatMap(scalarsOf);
  return [String(value)];
}
