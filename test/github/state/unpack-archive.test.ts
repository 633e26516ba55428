import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdir, mkdtempDisposable, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { deflateRawSync } from "node:zlib";
import { archiveLimits, unpackArchive } from "../../../src/github/state/unpack-archive.ts";

type Packed = { readonly name: string; readonly content: Buffer; readonly isStored?: boolean };

describe("unpackArchive()", () => {
  it("gives the files, deflated or stored", async () => {
    const files = [
      { name: "manifest.json", content: Buffer.from("{}"), isStored: true },
      { name: "nothing", content: Buffer.alloc(0), isStored: true },
      { name: "part.a1/manifest.json", content: Buffer.from("[]") },
      { name: "web_analytics.sessions.parquet", content: Buffer.from("rows ".repeat(10_000)) },
    ];
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-unpack-"));
    const target = await unpack(folder.path, zipOf(files));
    assert.deepEqual(
      (await readdir(target, { recursive: true })).filter((name) => name !== "part.a1").toSorted(),
      files.map(({ name }) => name),
    );
    for (const { name, content } of files) assert.deepEqual(await readFile(join(target, name)), content);
  });

  it("puts files in the place of those that are there, and follows no link", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-unpack-"));
    const outside = join(folder.path, "outside");
    await writeFile(outside, "kept");
    await mkdir(join(folder.path, "out"));
    await symlink(outside, join(folder.path, "out/rows"));
    for (const size of [2000, 10]) {
      const target = await unpack(folder.path, zipOf([file("rows", size)]));
      assert.equal((await readFile(join(target, "rows"))).length, size);
    }
    assert.equal(await readFile(outside, "utf8"), "kept");
  });

  it("stops at the bytes that come out, whatever the archive says of them", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-unpack-"));
    const rows = { name: "rows.parquet", content: Buffer.alloc(50_000_000) };
    for (const { said, message } of [
      { said: {}, message: /more than 1000000 bytes/ },
      { said: { saidBytes: 10 }, message: /expected 10\. got at least/ },
    ]) {
      const bomb = zipOf([rows], said);
      assert.ok(bomb.length < 100_000);
      const unpacking = unpack(folder.path, bomb, { files: 10, bytes: 1_000_000 });
      await assert.rejects(unpacking, { code: "artifact-lost", message });
      assert.ok((await readFile(join(folder.path, "out/rows.parquet"))).length <= 1_000_000);
    }
    const many = zipOf(Array.from({ length: 3 }, (_, index) => file(`${index}`, 400_000)));
    await assert.rejects(unpack(folder.path, many, { files: 10, bytes: 1_000_000 }), /more than 1000000/);
    await assert.rejects(unpack(folder.path, many, { files: 2, bytes: 2_000_000 }), /3 files, over 2/);
  });

  it("refuses what is no archive of plain files", async () => {
    const whole = zipOf([file("rows", 1000)]);
    const archives: readonly Buffer[] = [
      Buffer.from("not a zip"),
      whole.subarray(0, whole.length - 30),
      Buffer.concat([Buffer.alloc(7), whole]),
      ...["../rows", "/etc/rows", "a/../b", "a/b/c", "a/.b", "a//b", "a/", ".npmrc", "a\\..\\b", ""].map(
        (name) => zipOf([file(name, 10)]),
      ),
      zipOf([file("rows", 10), file("rows", 10)]),
    ];
    for (const archive of archives) {
      await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-unpack-"));
      await assert.rejects(unpack(folder.path, archive), { code: "artifact-lost" });
      assert.deepEqual(
        (await readdir(folder.path)).filter((name) => !["a.zip", "out"].includes(name)),
        [],
      );
    }
  });
});

function file(name: string, size: number): Packed {
  return { name, content: Buffer.alloc(size, 1) };
}

async function unpack(folder: string, archive: Buffer, limits = archiveLimits): Promise<string> {
  await writeFile(join(folder, "a.zip"), archive);
  await unpackArchive(join(folder, "a.zip"), join(folder, "out"), limits);
  return join(folder, "out");
}

/** A zip archive; `saidBytes` is what it says that a file unpacks to, in place of the truth. */
function zipOf(files: readonly Packed[], { saidBytes }: { readonly saidBytes?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, isStored = false } of files) {
    const packed = isStored ? content : deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(isStored ? 0 : 8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(saidBytes ?? content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name, "latin1"), packed);
    directory.push(entry, Buffer.from(name, "latin1"));
    at += 30 + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
