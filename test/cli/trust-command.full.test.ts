import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { renderBadge } from "../../src/report/trust/render-badge.ts";
import { renderTrustPage } from "../../src/report/trust/render-trust-page.ts";
import { trustByTable } from "../../src/report/trust/summarise-trust.ts";
import type { Trust } from "../../src/domain/trust.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop } from "../run/shop.ts";
import { day } from "../plan/small-runbook.ts";
import { tableOf } from "../gates/toy-shop.ts";
import { shopFolder as shop, typeLine } from "./cascade.ts";

const lost = "delete from shop_analytics.shop_day where sale_date = date '2024-01-20'";

describe("cascade trust", () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-trust-"));
    await (await openShop(join(folder, "good.duckdb")))[Symbol.asyncDispose]();
    await typeLine(`cascade run ${shop} --no-audit`, join(folder, "good.duckdb"));
  });
  beforeEach(async () => {
    path = join(folder, "case.duckdb");
    await cp(join(folder, "good.duckdb"), path);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path });
    await warehouse.execute([{ sql, purpose: "change the shop" }]);
  }

  async function askView(): Promise<readonly unknown[]> {
    await using warehouse = await openDuckDb({ path });
    const sql =
      "select state, count(*) as dates from shop_processing.trust where table_name = 'shop_analytics.shop_day' group by 1";
    return await warehouse.query({ sql, purpose: "ask as a reader" });
  }

  it("ends with 0 where all is as required, and with 1 and the reasons where it is not", async () => {
    const line = `cascade trust ${shop} shop_analytics.shop_day --require settled`;
    const good = await typeLine(line, path);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /^shop_analytics\.shop_day: settled to 2024-01-31, of 29 dates/);
    await change(lost);
    const bad = await typeLine(line, path);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /shop_day 2024-01-20 missing since \S+, run \S+: /);
    const other = await typeLine(`${line} --dates 2024-01-19`, path);
    assert.equal(other.code, 0, other.stdout);
    const lenient = await typeLine(`cascade trust ${shop} DAY --require settled,missing`, path);
    assert.equal(lenient.code, 0);
    assert.equal((await typeLine(`cascade trust ${shop} --all`, path)).code, 0, "nothing was required");
  });

  it("is in the view once a run has ended, and again once it was mended", async () => {
    assert.deepEqual(await askView(), [{ state: "settled", dates: 29 }]);
    await change(lost);
    await typeLine(`cascade recover ${shop}`, path);
    await typeLine(`cascade run ${shop} --no-audit`, path);
    assert.deepEqual(await askView(), [{ state: "settled", dates: 29 }]);
  });

  it("writes a badge and a page", async () => {
    const [badge, page] = [join(folder, "made", "trust.svg"), join(folder, "made", "trust.html")];
    await change(lost);
    await typeLine(`cascade trust ${shop} DAY --badge ${badge} --page ${page}`, path);
    assert.match(await readFile(badge, "utf8"), /^<svg .*>1 missing</);
    assert.match(await readFile(page, "utf8"), /<td>2024-01-20<\/td><td>missing<\/td>/);
  });

  for (const [typed, code, told] of [
    ["shop_analytics.shop_dya", 2, /unknown-name .*Did you mean "shop_analytics\.shop_day"/s],
    ["", 2, /unknown-name .*no such table/s],
    ["DAY --require fine", 2, /usage .*no state "fine".*settled, waived/s],
    ["DAY --dates 2031-01-01", 2, /date-outside-calendar /],
    ["DAY --dates 2024-01-13", 2, /date-outside-calendar /],
    ["DAY SCORE", 2, /usage /],
    ["DAY --all", 2, /usage /],
  ] as const) {
    it(`refuses "trust ${typed}"`, async () => {
      const line = typed === "" ? "cascade trust SCOER" : `cascade trust ${shop} ${typed}`;
      const ending = await typeLine(line, path);
      assert.equal(ending.code, code, ending.stdout);
      assert.match(ending.stderr, told);
    });
  }
});

describe("the badge and the page of trust", () => {
  it("show hostile texts and run none of them", () => {
    const hostile = `</text></svg><script>alert(1)</script>"' onload="x`;
    const trust: Trust = {
      table: tableOf("shop.sales"),
      processor: "SALES",
      date: day("2024-01-01"),
      state: "held",
      why: hostile,
      run: hostile,
      since: "2024-01-02T00:00:00.000Z",
    };
    const badge = renderBadge(hostile, trustByTable([trust]));
    const page = renderTrustPage({ runbook: hostile, lookedAt: new Date(0), trust: [trust] });
    for (const text of [badge, page]) {
      assert.doesNotMatch(text, /<script|" onload="/);
      assert.match(text, /&lt;script&gt;/);
    }
    assert.match(renderBadge("shop", []), />not looked at</);
  });
});
