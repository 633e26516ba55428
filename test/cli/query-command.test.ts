import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { changeTables, openShop } from "../run/shop.ts";
import { cascade, shopFolder } from "./cascade.ts";

describe("cascade query", () => {
  let folder = "";
  let path = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-query-"));
    path = join(folder, "shop.duckdb");
    await using warehouse = await openShop(path);
    await changeTables(
      warehouse,
      "insert into shop_raw.sales values ('evil', date '2024-02-01', 'a' || chr(27) || '[31m' || chr(10) || 'b', 1)",
    );
  });
  after(() => rm(folder, { recursive: true }));

  function ask(sql: string, ...options: readonly string[]) {
    return cascade(["query", shopFolder, sql, "--warehouse", `duckdb:${path}`, ...options]);
  }

  it("answers a query with texts in double quotes and names in backticks, as BigQuery reads it", async () => {
    const sql =
      'SELECT shop, COUNT(*) AS sales FROM `shop_raw.sales` WHERE sale_date BETWEEN "2024-01-01" AND "2024-01-03" GROUP BY 1 ORDER BY 1';
    const { code, stdout, stderr } = await ask(sql);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "shop   sales\neast       9\nnorth      9\nsouth      9\n");
    const { stdout: json } = await ask(`select "it's" as text, null as nothing, [1, 2] as list`, "--json");
    assert.deepEqual(JSON.parse(json), {
      columns: ["text", "nothing", "list"],
      rows: [{ text: "it's", nothing: null, list: [1, 2] }],
    });
    const none = await ask("select shop from shop_raw.sales where false");
    assert.equal(none.stdout, "shop\n");
  });

  it("shows what steers a terminal as text", async () => {
    const { stdout } = await ask("select shop, amount from shop_raw.sales where sale_id = 'evil'");
    assert.equal(stdout.includes("\u001B"), false);
    assert.match(stdout, /a.*\[31m.*b +1\n$/);
    assert.equal(stdout.split("\n").length, 3);
  });

  it("refuses what is not one query, and writes nothing", async () => {
    const before = await stat(path);
    for (const sql of [
      "delete from shop_raw.sales",
      "with gone as (select 1 as one) insert into shop_raw.sales select null, null, null, one from gone",
      "select 1 as one; drop table shop_raw.sales",
      "create table shop_raw.other as select 1 as one",
      `copy shop_raw.sales to '${folder}/sales.csv'`,
      "pragma database_list",
      "",
    ]) {
      const { code, stderr, stdout } = await ask(sql);
      assert.deepEqual([code, stdout], [2, ""], sql);
      assert.match(stderr, /^usage Cannot answer the query: /, sql);
    }
    const { code, stderr } = await ask("select * from read_text('/etc/hostname')");
    assert.deepEqual([code, stderr.split(" ")[0]], [3, "statement-failed"]);
    assert.equal((await ask("select nothing from shop_raw.sales")).code, 3);
    assert.equal((await stat(path)).mtimeMs, before.mtimeMs);
    assert.equal((await cascade(["query", "--warehouse", `duckdb:${path}`])).code, 2);
  });
});
