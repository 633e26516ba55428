import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade, copyShop } from "../cli/cascade.ts";
import { openShop } from "./shop.ts";

describe("datasets that are called as something of DuckDB is", () => {
  for (const dataset of ["main", "memory", "cascade"]) {
    it(`${dataset}: sources, tables and ledger`, async () => {
      const base = await mkdtemp(join(tmpdir(), "cascade-datasets-"));
      try {
        const shop = await copyShop(join(base, "shop"));
        for (const file of await readdir(shop, { recursive: true })) {
          if (!/\.(?:yml|sql)$/.test(file)) continue;
          const text = await readFile(join(shop, file), "utf8");
          await writeFile(
            join(shop, file),
            text
              .replaceAll(/\bshop_(?:raw|analytics|processing)\./g, `${dataset}.`)
              .replace("ledger: shop_processing", `ledger: ${dataset}`),
          );
        }
        const path = join(base, "w.duckdb");
        await (await openShop(path))[Symbol.asyncDispose]();
        await moveSales(path, dataset);
        const { code, stdout, stderr } = await cascade(["run", shop, "--warehouse", `duckdb:${path}`]);
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, /^Passed/m);
      } finally {
        await rm(base, { recursive: true });
      }
    });
  }
});

async function moveSales(path: string, dataset: string): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  await warehouse.execute(
    [
      `create schema if not exists "${dataset}"`,
      `create table "${dataset}".sales as select * from shop_raw.sales`,
      "drop schema shop_raw cascade",
      "drop schema shop_analytics cascade",
      "drop schema shop_processing cascade",
    ].map((sql) => ({ sql, purpose: "move the sales" })),
  );
}
