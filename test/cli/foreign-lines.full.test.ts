import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop } from "../run/shop.ts";
import { cascade, copyShop } from "./cascade.ts";

/** What a table would like to say as a line of its own. */
const forged = "OK: Full coverage, ##[error]and nothing to do";
const breaks = ["\n", "\r", "\r\n", "\u2028", "\u0085", "\v"];
const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];

/** Puts the break and the forged line behind a value, in SQL. */
function withLine(value: string, index: number): string {
  const characters = Array.from(
    breaks[index % breaks.length] ?? "\n",
    (text) => `chr(${text.codePointAt(0)})`,
  );
  return `${value} || ${characters.join(" || ")} || '${forged}' || ${characters.join(" || ")} || 'x'`;
}

describe("line breaks in values of tables", () => {
  let base = "";
  let shop = "";
  let address = "";
  const said: string[] = [];

  async function type(...args: readonly string[]): Promise<void> {
    const [name = "", ...rest] = args;
    const { stdout, stderr } = await cascade([name, shop, ...rest, "--warehouse", address]);
    said.push(...[stdout, stderr].filter((text) => text !== ""));
  }

  before(async () => {
    base = await mkdtemp(join(tmpdir(), "cascade-lines-"));
    const path = join(base, "w.duckdb");
    address = `duckdb:${path}`;
    shop = await copyShop(join(base, "shop"), {
      "sql/trend.sql": (text) => text.replace("' earlier days'", withLine("' earlier days'", 0)),
      "sql/day.sql": (text) =>
        text.replace(
          "as total,",
          `+ case when shop like 'north%' and extract(day from sale_date) = 12 then error(${withLine("'no sum'", 1)}) else 0 end as total,`,
        ),
    });
    await (await openShop(path))[Symbol.asyncDispose]();
    await change(
      ...["north", "south", "east", "new"].map(
        (name, index) => `update shop_raw.sales set shop = ${withLine("shop", index)} where shop = '${name}'`,
      ),
    );
    await type("run");
    await change(
      "delete from shop_analytics.shop_day where sale_date = date '2024-01-09'",
      "update shop_analytics.shop_trend set mean_total = 3 where sale_date = date '2024-01-10'",
      "update shop_raw.sales set amount = -5 where sale_date = date '2024-01-11'",
      "insert into shop_analytics.shop_score select shop || 'z', sale_date, ratio from shop_analytics.shop_score where sale_date = date '2024-01-15'",
    );

    async function change(...statements: readonly string[]): Promise<void> {
      await using warehouse = await openDuckDb({ path });
      await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the tables" })));
    }
  });
  after(() => rm(base, { recursive: true }));

  it("end no line of what commands print, and none of the log", async () => {
    for (const name of [
      "plan",
      "status",
      "gaps",
      "contamination",
      "contract",
      "coverage",
      "freshness",
      "triage",
    ]) {
      await type(name, ...january);
    }
    await type("coverage", "--reconcile", ...january);
    for (const date of ["2024-01-02", "2024-01-09", "2024-01-10", "2024-01-11", "2024-01-12", "2024-01-15"]) {
      for (const processor of ["DAY", "TREND", "SCORE"]) await type("why", processor, date);
    }
    await type("run");
    await type("recover");
    await type("report", "--out", join(base, "out"));
    const logs = join(".cascade", "logs");
    const own = (await readdir(logs)).toSorted().slice(-2);
    for (const name of own) said.push(await readFile(join(logs, name), "utf8"));
    const lines = said.flatMap((text) => text.split(/[\n\r\u2028\u2029\u0085\v\f]/));
    assert.ok(lines.some((line) => line.includes(forged)));
    assert.deepEqual(
      lines.flatMap((line, index) => (line.startsWith(forged) ? [lines[index - 1]] : [])),
      [],
    );
  });
});
