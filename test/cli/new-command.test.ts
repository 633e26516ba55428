import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();

describe("cascade new", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-"));
    process.chdir(folder);
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("writes a runbook that lints clean and runs as it is", async () => {
    const written = await cascade(["new", "corner-shop", "--json"]);
    assert.deepEqual(
      (JSON.parse(written.stdout) as { files: readonly string[] }).files.map((file) => file.slice(21)),
      ["runbook.yml", "sql/revenue.sql", "sql/customers.sql", "sql/sample/orders.sql", "README.md"],
    );
    assert.match(
      await readFile("runbooks/corner-shop/runbook.yml", "utf8"),
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/node_modules\/cascade-backfill\/runbooks\/schemas\/runbook\.schema\.json\n/,
    );
    assert.deepEqual(await cascade(["lint", "corner-shop"]), {
      code: 0,
      stdout: "",
      stderr: "No contradiction in runbooks/corner-shop\n",
    });
    const run = await cascade(["run", "corner-shop"]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /620 expected = 551 present \+ 69 explained \+ 0 waived \+ 0 untracked/);
  });

  it("makes the sample once: a wrong row put in afterwards stays and is found", async () => {
    await execute(`insert into corner_shop_raw.orders
      select order_id || '-again', day, customer, -amount, false
      from corner_shop_raw.orders where day = date '2024-01-05' limit 1`);
    const run = await cascade(["run", "corner-shop"]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /amount/);
  });

  it("writes over nothing", async () => {
    const runbook = await readFile("runbooks/corner-shop/runbook.yml", "utf8");
    await mkdir("runbooks/notes");
    await writeFile("runbooks/file", "");
    for (const name of ["corner-shop", "notes", "file"]) {
      const { code, stderr } = await cascade(["new", name]);
      assert.deepEqual([code, stderr.split(" ")[0]], [2, "runbook-exists"]);
    }
    assert.equal(await readFile("runbooks/corner-shop/runbook.yml", "utf8"), runbook);
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /expected one name, found none\n {2}Name it, for example `cascade new shop`/],
    [["one", "two"], /expected one name, found "two" as well/],
    [["My Shop"], /lower-case letters.*\n {2}Name it "my-shop"/],
    [["../shop"], /\n {2}Name it "shop"/],
    [["2024"], /\n {2}Name it as a table would be named/],
  ];
  for (const [words, expected] of refused) {
    it(`refuses ${JSON.stringify(words)} and says what to type`, async () => {
      const { code, stderr } = await cascade(["new", ...words]);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    });
  }
});

async function execute(sql: string): Promise<void> {
  await using warehouse = await openDuckDb({ path: ".cascade/warehouse.duckdb" });
  await warehouse.execute([{ sql, purpose: "put in a row" }]);
}
