import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { openShop } from "../run/shop.ts";
import { copyShop, typeLine } from "./cascade.ts";

describe("cascade diff", () => {
  let folder: string;
  let path: string;
  let shop: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-diff-"));
    path = join(folder, "shop.duckdb");
    shop = await copyShop(join(folder, "shop"));
    await git("init", "--quiet");
    await git("add", "shop");
    await git("commit", "--quiet", "--message", "Add the runbook");
    await (await openShop(path))[Symbol.asyncDispose]();
    await typeLine(`cascade run ${shop} --no-audit`, path);
    const file = join(shop, "sql/day.sql");
    await writeFile(file, (await readFile(file, "utf8")).replace("sum(amount)", "sum(amount + 1)"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function git(...args: readonly string[]): Promise<unknown> {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    return promisify(execFile)("git", ["-C", folder, ...who, ...args]);
  }

  it("shows what the files as they are would change, by column and date", async () => {
    const { code, stdout, stderr } = await typeLine(`cascade diff ${shop} DAY --dates 2024-01-08`, path);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^DAY as it is defined now: 1 of 1 date would change\n/);
    assert.match(stdout, /\| total +\| +3 \| +3 \| +3 \| east: \d+ to \d+ \|/);
    assert.match(stdout, /\| 2024-01-08 \| +0 \| +0 \| +3 \| +0 \|/);
  });

  it("compares all processors, each with what stands upstream of it", async () => {
    const { code, stdout } = await typeLine(`cascade diff ${shop} --all --json`, path);
    assert.equal(code, 0);
    const diffs = JSON.parse(stdout) as readonly {
      readonly processor: string;
      readonly dates: readonly { readonly changed: number }[];
    }[];
    assert.deepEqual(
      diffs.map(({ processor, dates }) => [processor, dates.some(({ changed }) => changed > 0)]),
      [
        ["DAY", true],
        ["TREND", false],
        ["SCORE", false],
      ],
    );
  });

  it("compares with what a commit defines", async () => {
    const { code, stdout } = await typeLine(`cascade diff ${shop} DAY --against HEAD`, path);
    assert.deepEqual([code, stdout], [0, "DAY as HEAD defines it: 0 of 29 dates would change\n"]);
  });

  for (const [typed, code, told] of [
    ["DYA", 2, /unknown-name .*Did you mean "DAY"/s],
    ["DAY --against nowhere", 2, /unknown-name .*git knows no such commit/s],
    ["DAY SCORE", 2, /usage /],
    ["DAY --all", 2, /usage /],
    ["", 2, /unknown-name /],
    ["DAY --dates 2024-01-13", 2, /date-outside-calendar /],
  ] as const) {
    it(`refuses "diff ${typed}"`, async () => {
      const ending = await typeLine(`cascade diff ${shop} ${typed}`, path);
      assert.equal(ending.code, code, ending.stdout);
      assert.match(ending.stderr, told);
    });
  }
});
