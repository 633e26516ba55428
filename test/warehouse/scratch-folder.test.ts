import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { openScratch, scratchFolder } from "../../src/warehouse/scratch-folder.ts";

const isPosix = process.platform !== "win32";

describe("openScratch()", () => {
  it("makes folders that only this user may look into, and removes them", async () => {
    const one = await openScratch("one");
    const other = await openScratch("other");
    assert.equal(dirname(one.folder), scratchFolder());
    assert.notEqual(one.folder, other.folder);
    assert.equal(statSync(scratchFolder()).mode & 0o077, 0);
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    assert.equal(existsSync(scratchFolder()), false);
  });

  it("is made and removed by many at once", async () => {
    async function useOften(times: number): Promise<void> {
      for (let time = 0; time < times; time += 1) {
        await using scratch = await openScratch("often");
        assert.ok(existsSync(scratch.folder));
      }
    }
    await Promise.all(Array.from({ length: 8 }, () => useOften(50)));
    assert.equal(existsSync(scratchFolder()), false);
  });

  it(
    "takes no folder that others may write to, and follows no link",
    { skip: isPosix ? false : "no modes" },
    async () => {
      using elsewhere = mkdtempDisposableSync(join(tmpdir(), "cascade-elsewhere-"));
      for (const lay of [
        () => symlinkSync(elsewhere.path, scratchFolder()),
        () => {
          mkdirSync(scratchFolder());
          chmodSync(scratchFolder(), 0o755);
        },
      ]) {
        lay();
        await assert.rejects(openScratch("step"), { code: "warehouse-unusable" });
        rmSync(scratchFolder(), { recursive: true });
      }
    },
  );

  it("is named so that nobody can guess it", () => {
    assert.match(scratchFolder(), /-[0-9a-f]{16}$/);
  });
});
