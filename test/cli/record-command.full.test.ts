import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop, readShop, runShop } from "../run/shop.ts";
import { cascade, copyShop } from "./cascade.ts";

describe("cascade test --record", () => {
  let folder = "";
  let shop = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-record-"));
    shop = await copyShop(join(folder, "shop"));
    await using warehouse = await openShop(join(folder, "shop.duckdb"));
    await runShop(warehouse, { runbook: await readShop() });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function record(...words: readonly string[]) {
    const warehouse = `duckdb:${join(folder, "shop.duckdb")}`;
    return cascade(["test", shop, "--record", ...words, "--warehouse", warehouse]);
  }

  it("writes the few rows that give what stands, and no text of the source", async () => {
    const { code, stdout, stderr } = await record("TREND", "2024-01-22", "north");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^Recorded TREND 2024-01-22 from 4 rows in \S+trend\.test\.yml\. Give it a name/);
    const text = await readFile(join(shop, "sql/trend.test.yml"), "utf8");
    assert.doesNotMatch(text, /north|south|east|new/);
    assert.deepEqual(
      text.split("\n").filter((line) => /^ {8}- /.test(line)).length,
      5,
      "a row a line, with the one that is expected",
    );
    assert.match(text, /- \{ sale_id: sale-id-1, sale_date: 2024-01-22, shop: shop-1 \}/);
  });

  it("adds cases of failures to those that are there", async () => {
    assert.equal((await record("TREND", "2024-01-20", "new")).code, 0);
    const text = await readFile(join(shop, "sql/trend.test.yml"), "utf8");
    assert.equal(text.match(/^ {2}- name: recorded/gm)?.length, 2);
    assert.match(text, /- \{ entity: shop-1, category: TOO_FEW_DAYS, reason: has 0 earlier days \}/);
    const { code, stdout } = await cascade(["test", shop]);
    assert.equal(code, 0, stdout);
  });

  it("records a whole date, and what is carried of failures", async () => {
    assert.equal((await record("SCORE", "2024-01-20")).code, 0);
    const text = await readFile(join(shop, "sql/score.test.yml"), "utf8");
    assert.equal(text.match(/ratio: /g)?.length, 3);
    assert.match(text, /category: TOO_FEW_DAYS/);
    const { code, stdout } = await cascade(["test", shop]);
    assert.equal(code, 0, stdout);
  });

  it("keeps texts where it is told to", async () => {
    assert.equal((await record("DAY", "2024-01-22", "south", "--keep-texts")).code, 0);
    assert.match(await readFile(join(shop, "sql/day.test.yml"), "utf8"), /shop: south/);
  });

  it("writes what fails once the step is changed in one constant", async () => {
    const path = join(shop, "sql/trend.sql");
    const text = await readFile(path, "utf8");
    for (const [from, to] of [
      ["age <= 3", "age <= 2"],
      ["9), 2)", "9), 0)"],
      ["@min_days", "@min_days - 2"],
    ] as const) {
      assert.ok(text.includes(from));
      await writeFile(path, text.replaceAll(from, to));
      assert.equal((await cascade(["test", shop, "--processor", "TREND"])).code, 1, to);
    }
    await writeFile(path, text);
  });

  it("refuses what is too much to be read by a person, or to be tried", async () => {
    const path = join(folder, "shop.duckdb");
    async function put(sql: string): Promise<void> {
      await using warehouse = await openDuckDb({ path });
      await warehouse.execute([{ sql, purpose: "make it too much" }]);
    }
    const many = "from range(501) as made(n)";
    await put(`insert into shop_analytics.shop_day (shop, sale_date, total, sales)
      select 'many-' || n, date '2024-01-23', 1, 1 ${many}`);
    const wide = await record("DAY", "2024-01-23");
    await put(`insert into shop_raw.sales (sale_id, sale_date, shop, amount)
      select 'many-' || n, date '2024-01-24', 'many', 1 from range(20001) as made(n)`);
    const deep = await record("DAY", "2024-01-24", "south");
    assert.deepEqual([wide.code, deep.code], [2, 2]);
    assert.match(wide.stderr, /^usage Cannot record DAY 2024-01-23: it has more than 500 rows\n/);
    assert.match(deep.stderr, /^usage Cannot record DAY 2024-01-24: it reads more than 20000 rows\n/);
  });

  it("refuses what does not stand, a processor that is not there, and what the step no longer gives", async () => {
    const absent = await record("TREND", "2024-01-13");
    assert.match(absent.stderr, /^usage Cannot record TREND 2024-01-13: nothing stands there\n/);
    const unknown = await record("TRENDS", "2024-01-22");
    assert.match(unknown.stderr, /has no processor "TRENDS"\n.*the processors are DAY, TREND, SCORE/);
    const path = join(shop, "sql/day.sql");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("sum(amount)", "sum(amount) + 1"));
    const changed = await record("DAY", "2024-01-22", "east");
    await writeFile(path, text);
    assert.match(
      changed.stderr,
      /the step gives something else: east, 2024-01-22: total is \d+, expected \d+/,
    );
    assert.deepEqual([absent.code, unknown.code, changed.code], [2, 2, 2]);
  });
});
