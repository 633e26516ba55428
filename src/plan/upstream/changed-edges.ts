/**
 * Which edges of a partition read other content now than when it was built, by the labels of `upstreamsOf` in their
 * order; undefined when the fingerprints have another shape, so that any edge may have changed.
 */
export function changedEdges(
  recorded: string,
  current: string,
  labels: readonly string[],
): readonly string[] | undefined {
  if (recorded === current) return [];
  const [before, now] = [recorded.split("."), current.split(".")];
  if (before.length !== labels.length || now.length !== labels.length) return undefined;
  return labels.filter((_, index) => before[index] !== now[index]);
}
