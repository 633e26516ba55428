import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { sampleStarter } from "../../src/starter/sample-starter.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();
const header = "order_id,day,customer,amount,is_refunded\n";

describe("cascade run on files", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-fill-"));
    process.chdir(folder);
    for (const [path, text] of sampleStarter("shop")) await write(join("runbooks/shop", path), text);
    const runbook = await readFile("runbooks/shop/runbook.yml", "utf8");
    await write(
      "runbooks/shop/runbook.yml",
      runbook
        .replace(/^sample:[^]*/m, loadSection)
        .replace("to: 2024-01-31", "to: 2024-01-03")
        .replace("minimum-rows: 30", "minimum-rows: 1"),
    );
    await write("runbooks/shop/sql/load.sql", "select * from file_orders");
    await write(
      "data/year=2024/a.csv",
      `${header}o-1,2024-01-01,ann,500,false\no-2,2024-01-02,ann,10,false\n`,
    );
    await write("data/year=2024/b.csv", `${header}o-3,2024-01-03,bob,7,false\n`);
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("loads what a pattern names before its first run, into the warehouse that the runbook names", async () => {
    const { code, stderr } = await cascade(["run", "shop"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Nothing was loaded yet: loading from data\n3 rows in 1 raw table /);
    assert.deepEqual(await revenues(), ["2024-01-01 ann 500", "2024-01-02 ann 10", "2024-01-03 bob 7"]);
  });

  it("loads nothing again while no file has changed", async () => {
    const { code, stderr } = await cascade(["run", "shop"]);
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /loading/);
    assert.match(stderr, /Nothing to do: all 3 dates are up to date/);
  });

  it("loads again when a file has changed, and computes what read it", async () => {
    await write("data/year=2024/b.csv", `${header}o-3,2024-01-03,bob,70,false\n`);
    const { code, stderr } = await cascade(["run", "shop"]);
    assert.equal(code, 0);
    assert.match(stderr, /^Files or the load have changed: loading from data\n/);
    assert.match(stderr, /1 date of 1 processor to do, 2 up to date/);
    assert.deepEqual((await revenues()).at(-1), "2024-01-03 bob 70");
  });

  it("prints commands without the warehouse that the runbook names, and takes another one", async () => {
    const own = await cascade(["status", "shop"]);
    assert.doesNotMatch(own.stdout + own.stderr, /--warehouse/);
    const other = await cascade(["status", "shop", "--warehouse", "duckdb:other.duckdb"]);
    assert.match(other.stderr, /^warehouse-missing .*other\.duckdb/);
  });

  it("reads and writes nothing out of the current folder because a runbook says so", async () => {
    const path = "runbooks/shop/runbook.yml";
    const own = await readFile(path, "utf8");
    for (const place of ["/etc", "~/data", "../data", "data/../../etc"]) {
      await write(path, own.replace("from: data", `from: ${place}`));
      assert.match(
        (await cascade(["run", "shop"])).stderr,
        /^runbook-invalid .*expected a folder inside/s,
        place,
      );
      await write(path, own.replace("duckdb:own.duckdb", `"duckdb:${place}"`));
      assert.match(
        (await cascade(["plan", "shop"])).stderr,
        /^runbook-invalid .*expected a file inside/s,
        place,
      );
    }
    await symlink(tmpdir(), "elsewhere");
    await write(path, own.replace("from: data", "from: elsewhere"));
    for (const command of ["run", "load"]) {
      assert.match(
        (await cascade([command, "shop"])).stderr,
        /^load-failed .*leads out of the current folder/,
      );
    }
    await write(path, own);
  });

  it("fetches before it looks whether files have changed, and loads nothing that is half there", async () => {
    const path = "runbooks/shop/runbook.yml";
    const own = await readFile(path, "utf8");
    const fetch = `  from: fetched\n  fetch: { command: [${process.execPath}, fetch.mjs], secrets: [SHOP_KEY] }`;
    await write(path, own.replace("  from: data", fetch));
    await write(
      "runbooks/shop/fetch.mjs",
      `import { writeFileSync } from "node:fs";
const { CASCADE_FETCH_DIR, SHOP_KEY } = process.env;
writeFileSync(CASCADE_FETCH_DIR + "/orders.csv", "${header.trim()}\\no-1,2024-01-01,ann,500,false\\no-2,2024-01-02,ann,10,false\\no-3,2024-01-03,bob,9,false\\n");
if (SHOP_KEY !== "open-sesame") { console.error(SHOP_KEY + " opens nothing"); process.exit(2); }
console.log("fetched");
`,
    );
    process.env["SHOP_KEY"] = "wrong-word";
    const refused = await cascade(["run", "shop"]);
    assert.match(
      refused.stderr,
      /load-failed Cannot fetch the files of shop: exit code 2: \*\*\* opens nothing/,
    );
    assert.equal((await revenues()).at(-1), "2024-01-03 bob 70");
    process.env["SHOP_KEY"] = "open-sesame";
    const { code, stderr, stdout } = await cascade(["run", "shop"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Rows of shop_raw\.orders \(3 rows\): load from fetched, 1 file, fetched by /);
    assert.match(
      stderr,
      /^Fetching into fetched\nfetched\nFiles or the load have changed: loading from fetched\n/,
    );
    assert.equal((await revenues()).at(-1), "2024-01-03 bob 9");
    delete process.env["SHOP_KEY"];
    await write(path, own);
  });

  it("loads NDJSON that begins with a byte order mark, also compressed", async () => {
    const csv = await readFile("runbooks/shop/runbook.yml", "utf8");
    await write(
      "runbooks/shop/runbook.yml",
      csv.replace('"**/*.csv" }', '"**/*.ndjson" }, more: { path: "**/*.ndjson.gz" }'),
    );
    await write("runbooks/shop/sql/load.sql", "select * from file_orders union all select * from file_more");
    const line = (day: string, amount: number) =>
      `\uFEFF{"order_id":"${day}","day":"${day}","customer":"eve","amount":${amount},"is_refunded":false}\r\n`;
    await write("data/year=2024/a.ndjson", line("2024-01-01", 5));
    await write("data/year=2024/b.ndjson", line("2024-01-02", 6).slice(1));
    await writeFile("data/year=2024/c.ndjson.gz", gzipSync(line("2024-01-03", 7)));
    const { code, stderr } = await cascade(["run", "shop"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await revenues(), ["2024-01-01 eve 5", "2024-01-02 eve 6", "2024-01-03 eve 7"]);
    await write("runbooks/shop/sql/load.sql", "select * from file_orders");
    await write("runbooks/shop/runbook.yml", csv);
  });

  it("says where it looked when there are no such files", async () => {
    await rm("data/year=2024", { recursive: true });
    const { code, stderr } = await cascade(["run", "shop"]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^load-failed Cannot load ".*data\/\*\*\/\*\.csv": no file has such a name\n {2}Name the folder/,
    );
  });
});

const loadSection = `warehouse: duckdb:own.duckdb
load:
  from: data
  files: { orders: { path: "**/*.csv" } }
  steps: [{ source: shop_raw.orders, sql: sql/load.sql }]
`;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function revenues(): Promise<readonly string[]> {
  await using warehouse = await openDuckDb({ path: "own.duckdb", readOnly: true });
  const statement = {
    sql: "select day || ' ' || customer || ' ' || revenue as line from shop_marts.revenue order by 1",
    purpose: "read revenues",
  };
  return (await queryRows(warehouse, statement, { line: typed.text })).map(({ line }) => line);
}
