import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { contentOfShop, ledgerFaults, openShop, readShop } from "../run/shop.ts";
import { cascade, shopFolder, start, type Ending } from "./cascade.ts";

/** Room on the full disk beside the raw tables: enough for the first processor's rows, not for the second's. */
const roomKb = 24;

const root = join(import.meta.dirname, "..", "..");

let folder = "";
let raw = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-small-disk-"));
  raw = join(folder, "raw.duckdb");
  await (await openShop(raw))[Symbol.asyncDispose]();
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs a shell script on a small disk of its own in a mount namespace; undefined where that is not permitted. */
async function onSmallDisk(size: string, script: string): Promise<Ending | undefined> {
  const disk = join(folder, `disk-${size}`);
  await mkdir(disk, { recursive: true });
  const probe = await onDisk(disk, size, "true").catch(() => undefined);
  return probe?.code === 0 ? onDisk(disk, size, script) : undefined;
}

async function onDisk(disk: string, size: string, script: string): Promise<Ending> {
  const mounted = `set -u; disk="$1"; node="$2"; raw="$3"; kept="$4"
mount -t tmpfs -o size=${size} tmpfs "$disk" || exit 99
cli="$5"; cascade() { "$node" "$cli" "$@"; }
${script}`;
  const cli = join(root, "src", "cli", "start-cli.ts");
  const args = [disk, process.execPath, raw, join(folder, "kept.duckdb"), cli];
  return start("unshare", ["-rm", "sh", "-c", mounted, "sh", ...args], { cwd: root }).ended;
}

describe("cascade on a disk that takes nothing", () => {
  it("calls a read-only database unusable, and still reads it", async (test) => {
    const ending = await onSmallDisk(
      "20m",
      `cp "$raw" "$disk/shop.duckdb" && mount -o remount,ro "$disk"
cascade plan ${shopFolder} --warehouse "duckdb:$disk/shop.duckdb" >/dev/null; echo "plan $?"
cascade run ${shopFolder} --warehouse "duckdb:$disk/shop.duckdb" >/dev/null; echo "run $?"
cmp "$raw" "$disk/shop.duckdb" && echo same`,
    );
    if (ending === undefined) return test.skip("mounts are not permitted here");
    assert.equal(ending.stdout, "plan 0\nrun 3\nsame\n", ending.stderr);
    assert.match(
      ending.stderr,
      /^warehouse-unusable Cannot open ".*shop\.duckdb": .*[Rr]ead-only.*\n {2}Check that the path/,
    );
  });

  it("calls a full disk unusable, keeps what was whole, and goes on once there is room", async (test) => {
    const ending = await onSmallDisk(
      `${Math.ceil((await stat(raw)).size / 1024) + roomKb}k`,
      `cp "$raw" "$disk/shop.duckdb"
cascade run ${shopFolder} --warehouse "duckdb:$disk/shop.duckdb" >/dev/null; echo "full $?"
mount -o remount,size=50m "$disk"
cascade run ${shopFolder} --warehouse "duckdb:$disk/shop.duckdb" >/dev/null; echo "again $?"
cp "$disk/shop.duckdb" "$kept"`,
    );
    if (ending === undefined) return test.skip("mounts are not permitted here");
    assert.equal(ending.stdout, "full 3\nagain 0\n", ending.stderr);
    assert.match(ending.stderr, /^warehouse-unusable Cannot .*No space left.*\n {2}Free or grant the space/m);
    assert.match(ending.stderr, /58 dates of 2 processors to do, 29 up to date/);
    const uninterrupted = join(folder, "uninterrupted.duckdb");
    await copyFile(raw, uninterrupted);
    await cascade(["run", shopFolder, "--warehouse", `duckdb:${uninterrupted}`]);
    const runbook = await readShop();
    await using kept = await openDuckDb({ path: join(folder, "kept.duckdb") });
    await using expected = await openDuckDb({ path: uninterrupted });
    assert.deepEqual(await ledgerFaults(kept, runbook), []);
    assert.deepEqual(await contentOfShop(kept, runbook), await contentOfShop(expected, runbook));
  });
});
