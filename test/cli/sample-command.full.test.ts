import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade, copyShop, type Ending } from "./cascade.ts";

const sections = `
load:
  files: { sales: { path: sales.parquet, columns: [sale_id, sale_date, shop, amount] } }
  steps: [{ source: shop_raw.sales, sql: sql/load.sql }]
sample:
  parameters: { seed: 1 }
  steps: [{ source: shop_raw.sales, sql: sql/sample.sql }]
`;
const columns = "sale_id, sale_date, shop, amount";

type Filled = { readonly tables: readonly { readonly replaced?: object }[] };

describe("cascade sample and load on a source that holds rows", () => {
  let folder = "";
  let shop = "";
  let path = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-sample-"));
    shop = await copyShop(join(folder, "shop"), { "runbook.yml": (text) => text + sections });
    await writeFile(join(shop, "sql/load.sql"), `select ${columns} from file_sales\n`);
    await writeFile(
      join(shop, "sql/sample.sql"),
      "select 's' || nth as sale_id, date '2024-01-01' as sale_date, 'north' as shop, nth + @seed as amount from range(3) as t(nth)\n",
    );
    await change(
      `copy (select 'l' as sale_id, date '2024-01-02' as sale_date, 'south' as shop, 7 as amount) to '${join(folder, "sales.parquet")}' (format parquet)`,
    );
  });
  beforeEach(({ name }) => {
    path = join(folder, `${name.replaceAll(/\W/g, "-")}.duckdb`);
  });
  after(() => rm(folder, { recursive: true }));

  it("replaces a sample that nobody has touched, and says so", async () => {
    assert.equal((await sample()).code, 0);
    const again = await sample("--seed", "2", "--json");
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /Replaced 3 rows of shop_raw\.sales that sample made/);
    const { tables } = JSON.parse(again.stdout) as Filled;
    assert.deepEqual(tables[0]?.replaced, { rows: 3, madeBy: "sample" });
    assert.equal((await sample()).code, 0);
  });

  it("keeps a sample in which others have changed a row, unless told to replace it", async () => {
    await sample();
    await change("update shop_raw.sales set amount = 99 where sale_id = 's1'");
    const refused = await sample();
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /^rows-of-others Cannot sample over rows that no sample has made: shop_raw\.sales holds 3 rows\n {2}.*--replace/,
    );
    assert.deepEqual(await amounts(), [1, 3, 99]);
    const replaced = await sample("--replace");
    assert.equal(replaced.code, 0, replaced.stderr);
    assert.match(replaced.stderr, /Replaced 3 rows of shop_raw\.sales that neither sample nor load has made/);
    assert.deepEqual(await amounts(), [1, 2, 3]);
  });

  it("keeps rows that were there before the runbook, without creating anything beside them", async () => {
    await change(
      "create schema shop_raw; create table shop_raw.sales (sale_id varchar, sale_date date, shop varchar, amount bigint); insert into shop_raw.sales values ('x', date '2024-01-01', 'north', 5)",
    );
    assert.match((await sample()).stderr, /^rows-of-others .*holds 1 row/);
    assert.deepEqual(await amounts(), [5]);
  });

  it("keeps what load brought in, and load tells whose rows it replaces", async () => {
    await sample();
    const loaded = await load();
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.match(loaded.stderr, /Replaced 3 rows of shop_raw\.sales that sample made/);
    assert.match((await sample()).stderr, /^rows-of-others .*holds 1 row that `load` made/);
    assert.match((await load()).stderr, /Replaced 1 row of shop_raw\.sales that load made/);
    assert.deepEqual(await amounts(), [7]);
  });

  it("leaves runs as the newest thing that a report is about", async () => {
    await sample();
    const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];
    await cascade(["run", shop, "--warehouse", `duckdb:${path}`, ...january]);
    await sample("--seed", "2");
    const report = await cascade(["report", shop, "--warehouse", `duckdb:${path}`, "--json", ...january]);
    const { footer } = JSON.parse(report.stdout) as { readonly footer: { readonly runId: string } };
    assert.doesNotMatch(footer.runId, /^sample/);
  });

  function sample(...args: readonly string[]): Promise<Ending> {
    return cascade(["sample", shop, "--warehouse", `duckdb:${path}`, ...args]);
  }

  function load(): Promise<Ending> {
    return cascade(["load", shop, "--from", folder, "--warehouse", `duckdb:${path}`]);
  }

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path: path === "" ? join(folder, "any.duckdb") : path });
    for (const statement of sql.split("; ")) await warehouse.query({ sql: statement, purpose: "change" });
  }

  async function amounts(): Promise<readonly unknown[]> {
    await using warehouse = await openDuckDb({ path });
    const rows = await warehouse.query({
      sql: "select amount from shop_raw.sales order by amount",
      purpose: "read",
    });
    return rows.map(({ amount }) => amount);
  }
});
