import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** What becomes of a line; `number` counts all lines from 1, also empty ones, which are left out. */
export type RewriteLine = (line: string, number: number) => string;

/**
 * Writes each line of a file anew into another one; gives how many there were. A byte order mark and the returns before
 * line ends are no part of lines. Throws a TypeError for a file that is not UTF-8, and a RangeError for a line of more
 * than `longest` characters.
 */
export async function rewriteLines(
  from: string,
  to: string,
  {
    rewrite,
    longest = Number.POSITIVE_INFINITY,
  }: { readonly rewrite: RewriteLine; readonly longest?: number },
): Promise<number> {
  let [number, written] = [0, 0];
  async function* rewritten(): AsyncIterable<string> {
    for await (const line of linesOf(from, longest)) {
      number += 1;
      if (line.trim() === "") continue;
      written += 1;
      yield `${rewrite(line, number)}\n`;
    }
  }
  await pipeline(rewritten, createWriteStream(to, { flags: "wx" }));
  return written;
}

/** Not by `readline`, to which characters end a line that JSON allows inside of texts. Each piece is looked at once. */
async function* linesOf(path: string, longest: number): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path)) {
    const [first = "", ...others] = decoder.decode(chunk as Buffer, { stream: true }).split("\n");
    parts.push(first);
    length += first.length;
    if (length > longest) throw new RangeError(`A line has over ${longest} characters`);
    for (const next of others) {
      yield withoutReturn(parts);
      [parts, length] = [[next], next.length];
    }
  }
  parts.push(decoder.decode());
  yield withoutReturn(parts);
}

function withoutReturn(parts: readonly string[]): string {
  const line = parts.join("");
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
