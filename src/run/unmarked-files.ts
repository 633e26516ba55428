import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import type { FileKind } from "../sql/file-rows.ts";

const mark = Buffer.from("\uFEFF");

/** Bytes of a compressed file in which its first text is. */
const head = 4096;

/**
 * Files as DuckDB reads them, which takes no byte order mark before JSON: in place of one that begins with it a copy in
 * `folder` without it, under the same path, whose folders may be columns.
 */
export async function unmarkedFiles(
  paths: readonly string[],
  { kind, folder }: { readonly kind: FileKind; readonly folder: string },
): Promise<readonly string[]> {
  if (kind !== "ndjson") return paths;
  const unmarked: string[] = [];
  for (const path of paths) unmarked.push((await isMarked(path)) ? await copyUnmarked(path, folder) : path);
  return unmarked;
}

/** False for what cannot be read: its reader says why. */
async function isMarked(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(head), 0, head, 0);
    const read = buffer.subarray(0, bytesRead);
    const text = isCompressed(path) ? gunzipSync(read, { finishFlush: constants.Z_SYNC_FLUSH }) : read;
    return text.subarray(0, mark.length).equals(mark);
  } catch {
    return false;
  }
}

async function copyUnmarked(path: string, folder: string): Promise<string> {
  const copy = join(folder, resolve(path).replace(/\.gz$/i, ""));
  await mkdir(dirname(copy), { recursive: true });
  const target = createWriteStream(copy, { flags: "wx" });
  await (isCompressed(path)
    ? pipeline(createReadStream(path), createGunzip(), withoutMark, target)
    : pipeline(createReadStream(path), withoutMark, target));
  return copy;
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let left = mark.length;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

function isCompressed(path: string): boolean {
  return /\.gz$/i.test(path);
}
