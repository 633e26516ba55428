import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop } from "../run/shop.ts";
import { cascade, shopFolder, type Ending } from "./cascade.ts";

const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];

describe("run and report", () => {
  let folder = "";
  let path = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-verdict-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async (test) => {
    path = join(folder, `${test.name.replaceAll(/\W/g, "-")}.duckdb`);
    await (await openShop(path))[Symbol.asyncDispose]();
    await type("run");
  });

  it("say the same of a date that fails and of what waits for it", async () => {
    const sql =
      "update shop_raw.sales set amount = 600000 where shop = 'north' and sale_date = date '2024-01-10'";
    await change(sql);
    const ran = await type("run");
    assert.match(
      headline(ran),
      /^Failed: .*: DAY 2024-01-10: total is above 1000000 .*; \d+ partitions wait for it;/,
    );
    const reported = await type("report");
    assert.deepEqual([headline(reported), reported.code], [headline(ran), ran.code]);
    assert.equal((await type("run", [...january, "--fail-on", "budget"])).code, 0);
    assert.equal((await type("run", [...january, "--fail-on", "bugdet"])).code, 2);
    const again = await type("run");
    assert.deepEqual([headline(again), again.code], [headline(ran), ran.code]);
    assert.match(ran.stderr, /2024-01-10.*total/);
  });

  it("say what stands when there is nothing to run", async () => {
    await change(
      "insert into shop_analytics.shop_day select shop, date '2024-01-13', total, sales from shop_analytics.shop_day where sale_date = date '2024-01-12'",
    );
    const ran = await type("run");
    assert.equal(ran.code, 1);
    assert.match(ran.stdout, /off the calendar|Unaccounted|Contaminated/);
    const reported = await type("report");
    assert.deepEqual([headline(reported), reported.code], [headline(ran), ran.code]);
    assert.equal((await type("coverage")).code, 1);
  });

  it("judge the range that was asked for, and no budget of which it leaves dates out", async () => {
    const partly = ["--start-date", "2024-01-03", "--end-date", "2024-01-09"];
    await change("delete from shop_raw.sales where sale_date = date '2024-01-20'");
    const ran = await type("run", partly);
    assert.match(
      headline(ran),
      /^Passed\b.*: shop 2024-01-03 to 2024-01-09: all \d+ expected rows accounted for;/,
    );
    const reported = await type("report", partly);
    assert.deepEqual([headline(reported), reported.code], [headline(ran), 0]);
    const whole = await type("report");
    assert.notEqual(whole.code, 0);
  });

  it("name rows that have vanished from a source, until a run takes what is left for right", async () => {
    await change(
      "delete from shop_raw.sales where sale_date = date '2024-01-20' and right(sale_id, 1) <> '0'",
    );
    const ran = await type("run");
    const told =
      /^Passed with warnings: .*shop_raw\.sales on 2024-01-20: rows have vanished: 12 before, 4 now; 1 warning to read\.$/;
    assert.match(headline(ran), told);
    assert.match(headline(await type("report")), told);
    assert.match((await type("gaps")).stdout, /suspect.*2024-01-20 \(4 rows, 12 before\)/);
    await type("run", [...january, "--allow-empty"]);
    assert.match(headline(await type("report")), /^Passed: /);
  });

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path });
    await warehouse.execute([{ sql, purpose: "change what a test says" }]);
  }

  function type(command: string, range = january): Promise<Ending> {
    const out = command === "report" ? ["--out", join(folder, "out")] : [];
    return cascade([command, shopFolder, "--warehouse", `duckdb:${path}`, ...range, ...out]);
  }
});

/** The first line of what a command says at its end. */
function headline({ stdout }: Ending): string {
  return stdout.split("\n")[0] ?? "";
}
