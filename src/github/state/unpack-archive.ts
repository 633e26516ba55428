import { createWriteStream } from "node:fs";
import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { Fault } from "../../errors.ts";

/** Most files of an artifact, and most bytes that they unpack to. */
export const archiveLimits = { files: 2000, bytes: 4_000_000_000 };

/** A file of an archive, as the directory at its end tells. */
type Entry = {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly headerAt: number;
};

const endBytes = 22;
const longestComment = 65_535;
const entryBytes = 46;
const headerBytes = 30;
const [stored, deflated] = [0, 8];

/**
 * Unpacks a zip archive of plain files into a folder, counting what really comes out rather than what the archive says;
 * files that are there already give way, so that an artifact may be fetched again.
 * Layout: PKWARE's APPNOTE.TXT, 4.3; archives over 4 GB are of another. Fault: artifact-lost when it is no such archive
 * or over a limit.
 */
export async function unpackArchive(archive: string, folder: string, limits = archiveLimits): Promise<void> {
  await using file = await open(archive);
  const entries = await readEntries(file, limits.files);
  await mkdir(folder, { recursive: true });
  let left = limits.bytes;
  function count(): Transform {
    return new Transform({
      transform(chunk: Buffer, _, done) {
        left -= chunk.length;
        if (left < 0) done(refused(`it unpacks to more than ${limits.bytes} bytes`));
        else done(null, chunk);
      },
    });
  }
  for (const entry of entries) {
    const start = await findContent(file, entry);
    const path = join(folder, entry.name);
    await rm(path, { force: true });
    const target = createWriteStream(path, { flags: "wx" });
    const packed =
      entry.packedBytes === 0
        ? Readable.from([])
        : file.createReadStream({ start, end: start + entry.packedBytes - 1, autoClose: false });
    const unpacked = entry.method === stored ? [packed] : [packed, createInflateRaw()];
    await pipeline([...unpacked, count(), target]).catch(told);
  }
}

async function readEntries(file: FileHandle, mostFiles: number): Promise<readonly Entry[]> {
  const { size } = await file.stat();
  const tail = await readAt(
    file,
    Math.max(0, size - endBytes - longestComment),
    Math.min(size, endBytes + longestComment),
  );
  const end = tail.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  if (end < 0 || tail.length - end < endBytes) throw refused("it is no zip archive");
  const files = tail.readUInt16LE(end + 10);
  const [bytes, at] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (files > mostFiles) throw refused(`it holds ${files} files, over ${mostFiles}`);
  if (at + bytes > size) throw refused("its directory is cut off");
  const directory = await readAt(file, at, bytes);
  const entries: Entry[] = [];
  for (let offset = 0; entries.length < files;) {
    const { entry, next } = parseEntry(directory, offset);
    entries.push(entry);
    offset = next;
  }
  if (new Set(entries.map(({ name }) => name)).size < files) throw refused("it holds a file twice");
  return entries;
}

function parseEntry(directory: Buffer, offset: number): { readonly entry: Entry; readonly next: number } {
  const isWhole = offset + entryBytes <= directory.length && directory.readUInt32LE(offset) === 0x02014b50;
  if (!isWhole) throw refused("its directory is cut off");
  const [name, extra, comment] = [28, 30, 32].map((at) => directory.readUInt16LE(offset + at));
  const nameEnd = offset + entryBytes + (name ?? 0);
  const entry = {
    name: directory.toString("utf8", offset + entryBytes, nameEnd),
    method: directory.readUInt16LE(offset + 10),
    packedBytes: directory.readUInt32LE(offset + 20),
    headerAt: directory.readUInt32LE(offset + 42),
  };
  if (!/^\w[\w.-]{0,250}$/.test(entry.name)) throw refused("it holds a file that is not named plainly");
  if (entry.method !== stored && entry.method !== deflated) throw refused("it is packed in an unknown way");
  return { entry, next: nameEnd + (extra ?? 0) + (comment ?? 0) };
}

/** Where a file's bytes begin, behind a header of its own. */
async function findContent(file: FileHandle, { headerAt }: Entry): Promise<number> {
  const header = await readAt(file, headerAt, headerBytes);
  if (header.length < headerBytes || header.readUInt32LE(0) !== 0x04034b50)
    throw refused("a file of it is cut off");
  return headerAt + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function told(cause: unknown): never {
  throw cause instanceof Fault ? cause : refused("a file of it is damaged", cause);
}

function refused(found: string, cause?: unknown): Fault {
  return new Fault("artifact-lost", `Cannot unpack an artifact: ${found}`, {
    hint: "Re-run all jobs, or dispatch again: the work of that artifact is done anew",
    cause,
  });
}
