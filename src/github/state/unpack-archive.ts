import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { Fault } from "../../errors.ts";

/** Most files of an artifact, and most bytes that they unpack to. */
export const archiveLimits = { files: 2000, bytes: 4_000_000_000 };

/**
 * Unpacks a zip archive of plain files, at most one folder deep, into a folder, counting what really comes out rather than what the archive says;
 * files that are there already give way, so that an artifact may be fetched again. Fault: artifact-lost when it is no
 * such archive or over a limit.
 */
export async function unpackArchive(archive: string, folder: string, limits = archiveLimits): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false }).catch(refuse);
  try {
    const entries = await readEntries(zip, limits.files);
    await mkdir(folder, { recursive: true });
    const count = byteCounter(limits.bytes);
    for (const entry of entries) {
      const path = join(folder, entry.fileName);
      await mkdir(dirname(path), { recursive: true });
      await rm(path, { force: true });
      const unpacked = await zip.openReadStreamPromise(entry);
      await pipeline(unpacked, count(), createWriteStream(path, { flags: "wx" }));
    }
  } catch (cause) {
    refuse(cause);
  } finally {
    zip.close();
  }
}

/** Every entry, before any of them is unpacked. */
async function readEntries(zip: ZipFile, mostFiles: number): Promise<readonly Entry[]> {
  if (zip.entryCount > mostFiles) throw refused(`it holds ${zip.entryCount} files, over ${mostFiles}`);
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (!/^\w[\w.-]{0,250}(?:\/\w[\w.-]{0,250})?$/.test(entry.fileName)) {
      throw refused("it holds a file that is not named plainly");
    }
    entries.push(entry);
  }
  const isTwice = new Set(entries.map(({ fileName }) => fileName)).size < entries.length;
  if (isTwice) throw refused("it holds a file twice");
  return entries;
}

/** Streams that let through so many bytes together. */
function byteCounter(mostBytes: number): () => Transform {
  let left = mostBytes;
  return () =>
    new Transform({
      transform(chunk: Buffer, _, done) {
        left -= chunk.length;
        if (left < 0) done(refused(`it unpacks to more than ${mostBytes} bytes`));
        else done(null, chunk);
      },
    });
}

/** What the archive, or the disk, has against it. */
function refuse(cause: unknown): never {
  if (cause instanceof Fault) throw cause;
  throw refused(cause instanceof Error ? cause.message : String(cause), cause);
}

function refused(found: string, cause?: unknown): Fault {
  return new Fault("artifact-lost", `Cannot unpack an artifact: ${found}`, {
    hint: "Re-run all jobs, or dispatch again: the work of that artifact is done anew",
    cause,
  });
}
