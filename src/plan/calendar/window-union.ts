import type { Span } from "./timeline.ts";

/** The timeline indexes inside the window of any reader, ascending. Costs the timeline's length, whatever the windows. */
export function windowUnion(span: Span, readers: Iterable<number>): readonly number[] {
  const length = span.from.length;
  const edges = new Int32Array(length + 2);
  for (const index of readers) {
    const from = span.from[index] ?? 0;
    edges[from] = (edges[from] ?? 0) + 1;
    edges[index + span.reach] = (edges[index + span.reach] ?? 0) - 1;
  }
  const inside: number[] = [];
  let depth = 0;
  for (let index = 0; index < length; index += 1) {
    depth += edges[index] ?? 0;
    if (depth > 0) inside.push(index);
  }
  return inside;
}
