/** A set of timeline indexes that answers in constant time which member is the first inside a range. */
export type DateFlags = {
  has(index: number): boolean;
  set(index: number, value: boolean): void;
  /** The smallest member in `[from, to)`, or undefined. */
  firstIn(from: number, to: number): number | undefined;
};

/** An empty set over the indexes below `length`. The index of next members is rebuilt on the first query after a `set`. */
export function createDateFlags(length: number): DateFlags {
  const members = new Uint8Array(length);
  const next = new Int32Array(length + 1).fill(length);
  let isCurrent = true;
  function rebuild(): void {
    for (let index = length - 1; index >= 0; index -= 1) {
      next[index] = members[index] === 1 ? index : (next[index + 1] ?? length);
    }
    isCurrent = true;
  }
  return {
    has: (index) => members[index] === 1,
    set(index, value) {
      isCurrent &&= members[index] === Number(value);
      members[index] = Number(value);
    },
    firstIn(from, to) {
      if (!isCurrent) rebuild();
      const first = next[from] ?? length;
      return first < to ? first : undefined;
    },
  };
}
