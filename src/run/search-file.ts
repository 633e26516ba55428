import { open } from "node:fs/promises";
import { findKey } from "../runbook/find-keys.ts";
import type { Place } from "../runbook/runbook.ts";

const chunkBytes = 1_000_000;
/** Longer than what tells a key. */
const overlapBytes = 1000;

/** Where a file of any size first holds a key; undefined when it holds none or is no text, which a zero byte at its start tells. */
export async function searchFile(path: string): Promise<Omit<Place, "file"> | undefined> {
  await using file = await open(path);
  const buffer = Buffer.alloc(overlapBytes + chunkBytes);
  let [kept, line] = [0, 1];
  for (let isFirst = true; ; isFirst = false) {
    const { bytesRead } = await file.read(buffer, kept, chunkBytes);
    if (bytesRead === 0) return undefined;
    const bytes = buffer.subarray(0, kept + bytesRead);
    if (isFirst && bytes.subarray(0, 8000).includes(0)) return undefined;
    const found = findKey(bytes.toString("latin1"));
    if (found !== undefined) return { line: line + found.line - 1, column: found.column };
    kept = Math.min(overlapBytes, bytes.length);
    line +=
      bytes
        .subarray(0, bytes.length - kept)
        .toString("latin1")
        .split("\n").length - 1;
    bytes.copyWithin(0, bytes.length - kept);
  }
}
