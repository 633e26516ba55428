import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { vetRunbook } from "../../src/run/vet-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { cascade, shopFolder } from "./cascade.ts";

const folder = mkdtempSync(join(tmpdir(), "cascade-hostile-"));
const address = `duckdb:${join(folder, "shop.duckdb")}`;
const written = join(folder, "written.csv");
let runbooks = 0;

before(async () => {
  await using warehouse = await openDuckDb({ path: join(folder, "shop.duckdb") });
  await warehouse.query({ sql: "create schema shop_raw", purpose: "make a warehouse" });
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the shop in which each file has `to` in place of `from`, or of all that it holds. */
function changed(edits: Readonly<Record<string, { readonly from?: string; readonly to: string }>>): string {
  runbooks += 1;
  const copy = join(folder, String(runbooks), "shop");
  cpSync(shopFolder, copy, { recursive: true });
  for (const [file, { from, to }] of Object.entries(edits)) {
    const path = join(copy, file);
    const text = readFileSync(path, "utf8");
    if (from !== undefined) assert.ok(text.includes(from), `${file} holds "${from}"`);
    writeFileSync(path, from === undefined ? to : text.replace(from, to));
  }
  return copy;
}

const calendar = "select sale_date, extract(year from sale_date) as season from shop_raw.sales";

const hostileCalendars: Readonly<Record<string, string>> = {
  "several statements": `${calendar};\ncopy (select 1 as one) to '${written}'`,
  "a statement that closes ours": `${calendar}) as origin; copy (select 1 as one) to '${written}'; select * from (${calendar}`,
  "a text file": `${calendar}\nunion all select null, content from read_text('/etc/hostname')`,
  "a table in a file": `${calendar}\nunion all select * from '/etc/passwd.csv'`,
  "a query by name": `${calendar}\nunion all select * from query('select 1, 2')`,
  "a table by name": `${calendar}\nunion all select * from query_table('shop_raw.sales')`,
  "a list of files": `${calendar}\nunion all select * from glob('/etc/*')`,
  "the catalog": `${calendar}\nunion all select * from duckdb_secrets()`,
  "an undeclared table": `${calendar}\nunion all select * from information_schema.tables`,
  "the clock": `${calendar}\nwhere sale_date < current_date`,
  chance: `${calendar}\nwhere random() < 0.5`,
  "a sample": `${calendar}\nusing sample 1 rows`,
  "an export": `copy (select 1 as one) to '${written}'`,
  "another database": `attach '${join(folder, "other.duckdb")}' as other`,
  "an extension": "install httpfs",
  "a setting": "set threads = 1",
  "a pragma": "pragma database_list",
};

describe("a hostile calendar", () => {
  for (const [what, sql] of Object.entries(hostileCalendars)) {
    it(`with ${what} is refused at its line, by plan and by status, before anything of it runs`, async () => {
      const runbook = changed({ "sql/calendar.sql": { to: sql } });
      for (const command of ["plan", "status"]) {
        const { code, stdout, stderr } = await cascade([command, runbook, "--warehouse", address]);
        assert.equal(code, 2, stderr);
        assert.match(`${stdout}${stderr}`, /\/shop\/(?:sql\/calendar\.sql|runbook\.yml):\d+:\d+ /);
      }
      assert.equal(existsSync(written), false);
      assert.equal(existsSync(join(folder, "other.duckdb")), false);
    });
  }
});

describe("vetRunbook()", () => {
  const places = {
    "a step": ["sql/day.sql", undefined],
    "a population": ["sql/population/shops.sql", undefined],
  } as const;
  for (const [what, [file]] of Object.entries(places)) {
    it(`refuses ${what} that reads a file`, async () => {
      const text = readFileSync(join(shopFolder, file), "utf8").trimEnd();
      const runbook = changed({ [file]: { to: `${text}\nlimit (select count(*) from glob('/*'))` } });
      const { code, stderr } = await cascade(["plan", runbook, "--warehouse", address]);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`${file}:${text.split("\n").length + 1}:\\d+ .*"glob"`));
    });
  }

  it("refuses an expression that is more than one value, at its line", async () => {
    for (const expression of [
      "1, (select 1)",
      "1) as x from shop_raw.sales, (select 1",
      "(select count(*) from glob('/*'))",
      "1 -- and",
      "1 # and",
    ]) {
      const runbook = changed({
        "runbook.yml": { from: "minimum-rows: 1", to: `minimum-rows: "${expression}"` },
      });
      const line = readFileSync(join(runbook, "runbook.yml"), "utf8")
        .split("\n")
        .findIndex((text) => text.includes("minimum-rows"));
      const { code, stderr } = await cascade(["plan", runbook, "--warehouse", address]);
      assert.equal(code, 2, expression);
      assert.match(stderr, new RegExp(`runbook\\.yml:${line + 1}:`));
    }
  });

  it("places what it refuses of a commit, whose folder is not there, at the table", async () => {
    const folderOf = changed({ "runbook.yml": { from: "minimum-rows: 1", to: 'minimum-rows: "1, 2"' } });
    const runbook = await readRunbook(folderOf);
    await using warehouse = await openDuckDb({ path: inMemory });
    await assert.rejects(vetRunbook(warehouse, { ...runbook, folder: "shop at main" }), {
      code: "runbook-invalid",
      message: /shop at main\/runbook\.yml:\d+:\d+ It is more than one value/,
    });
  });

  it("takes the fixtures and the runbooks of the repository as they are", async () => {
    for (const runbook of [shopFolder, "test/fixtures/relay", "nba-cascade", "web-events"]) {
      const { stderr } = await cascade(["plan", runbook, "--warehouse", address]);
      assert.doesNotMatch(stderr, /runbook-invalid/, runbook);
    }
  });
});
