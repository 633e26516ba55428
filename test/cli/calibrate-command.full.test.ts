import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openShop, readShop, runShop } from "../run/shop.ts";
import { typeLine, type Ending } from "./cascade.ts";

const bounds = `    distributions:
      # Guessed when the shop was new.
      - { name: mean total,   value: avg(total), per: date, min: 1, max: 2 }   # EUR
      - { name: rare, value: avg(total), per: date, max: 9, only-if: count(*) > 3 }
`;

describe("cascade calibrate", () => {
  let folder = "";
  let book = "";
  let path = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-calibrate-"));
    book = join(folder, "shop");
    path = join(folder, "shop.duckdb");
    await cp("test/fixtures/shop", book, { recursive: true });
    const file = join(book, "runbook.yml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("  - id: TREND\n", `${bounds}  - id: TREND\n`));
    await using warehouse = await openShop(path);
    await runShop(warehouse, { runbook: await readShop() });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("refuses too few dates", async () => {
    const refused = await calibrate("--start-date 2024-01-01 --end-date 2024-01-09 --write");
    assert.deepEqual([refused.code, refused.stderr.split(" ")[0]], [2, "too-little-history"]);
    assert.match(refused.stderr, /at least 20 settled dates, found 9/);
  });

  it("proposes what the dates say, with their number, as a patch that applies, and writes nothing", async () => {
    const before = await readFile(join(book, "runbook.yml"), "utf8");
    const { code, stdout } = await calibrate("--json");
    assert.equal(code, 0);
    const found = JSON.parse(stdout);
    assert.equal(found.dates, 29);
    const keys = found.proposals.map((one: { subject: string; key: string; dates: number }) => {
      return `${one.subject} ${one.key} ${one.dates}`;
    });
    assert.ok(keys.includes("mean total of shop_analytics.shop_day max 29"), keys.join("\\n"));
    assert.ok(keys.includes("expected rows of DAY in early DAY 7"));
    assert.deepEqual(found.leftOut, [{ subject: "rare of shop_analytics.shop_day", dates: 12 }]);
    assert.equal(await readFile(join(book, "runbook.yml"), "utf8"), before);
    execFileSync("git", ["apply", "--check", "-"], { cwd: book, input: `${found.patch}\n` });
  });

  it("writes it, keeps comments and spacing, and has nothing more to say; the bounds then hold", async () => {
    const checked = `cascade contamination ${book} --processor DAY --strict`;
    assert.equal((await typeLine(checked, path)).code, 1);
    const before = await readFile(join(book, "runbook.yml"), "utf8");
    assert.match((await calibrate("--write")).stdout, /^Changed \d+ numbers in 1 file/);
    const text = await readFile(join(book, "runbook.yml"), "utf8");
    assert.equal(text.replaceAll(/[\d.]+/g, "#"), before.replaceAll(/[\d.]+/g, "#"));
    assert.match((await calibrate("")).stdout, /^Every bound is as 29 dates would have it/);
    const held = await typeLine(checked, path);
    assert.doesNotMatch(held.stdout, /mean total/);
  });

  function calibrate(flags: string): Promise<Ending> {
    return typeLine(`cascade calibrate ${book} ${flags}`.trim(), path);
  }
});
