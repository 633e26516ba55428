import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";

/** What becomes of a line; `number` counts all lines from 1, also empty ones, which are left out. */
export type RewriteLine = (line: string, number: number) => string;

/**
 * Writes each line of a file anew into another one; gives how many there were. A byte order mark and the returns before
 * line ends are no part of lines. Throws a TypeError for a file that is not UTF-8.
 */
export async function rewriteLines(from: string, to: string, rewrite: RewriteLine): Promise<number> {
  const output = createWriteStream(to);
  let [number, written] = [0, 0];
  for await (const line of linesOf(from)) {
    number += 1;
    if (line.trim() === "") continue;
    written += 1;
    if (!output.write(`${rewrite(line, number)}\n`)) await once(output, "drain");
  }
  output.end();
  await once(output, "close");
  return written;
}

/** Not by `readline`, to which characters end a line that JSON allows inside of texts. */
async function* linesOf(path: string): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const chunk of createReadStream(path)) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest + decoder.decode();
}
