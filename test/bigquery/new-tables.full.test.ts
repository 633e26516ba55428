import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cascade } from "../cli/cascade.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { openEmulated } from "./emulated-shop.ts";
import { mendEmulator, type MendedEmulator } from "./emulator-gaps.ts";
import { emulatedProject, startEmulator, withoutEmulator } from "./emulator.ts";

const { after, before, describe, it } = testsThatNeed(withoutEmulator);
const home = process.cwd();

const orders = [
  "create schema if not exists `shop_raw`",
  `create table shop_raw.orders (order_id string, order_date date, created_at timestamp, customer string, amount numeric(10, 2), coupon string)
partition by order_date`,
  `insert into shop_raw.orders (order_id, order_date, created_at, customer, amount, coupon)
select concat('o-', cast(day as string), '-', cast(nth as string)), date_add(date '2024-01-01', interval day day),
  timestamp '2024-01-01 08:00:00 UTC', concat('c', cast(nth as string)), cast(nth as numeric), if(nth = 0, 'SPRING', null)
from unnest([0, 1, 2, 3]) as day cross join unnest([0, 1, 2]) as nth`,
];

describe("cascade new --from bigquery:<project>", () => {
  const opened = new AsyncDisposableStack();
  let emulator: MendedEmulator;
  let folder = "";
  let environment: Readonly<Record<string, string>> = {};
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-bigquery-"));
    process.chdir(folder);
    const started = opened.use(await startEmulator());
    emulator = opened.use(await mendEmulator(started.endpoint));
    environment = { CASCADE_BIGQUERY_ENDPOINT: emulator.endpoint };
    await using warehouse = await openEmulated(emulator.endpoint);
    for (const sql of orders) await warehouse.execute([{ sql, purpose: "make orders" }]);
  });
  after(async () => {
    process.chdir(home);
    await opened.disposeAsync();
    await rm(folder, { recursive: true, force: true });
  });

  it("makes a source of what the catalog has, and the rows hold", async () => {
    const from = ["--from", `bigquery:${emulatedProject}`, "--tables", "shop_raw.orders"];
    const { code, stderr } = await cascade(["new", "shop", ...from], { environment });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Next: cascade init shop && cascade run shop\n$/);
    const written = await readFile("runbooks/shop/runbook.yml", "utf8");
    assert.match(written, /^warehouse: bigquery:test #/m);
    assert.match(written, /date: order_date # guessed: a date/);
    assert.match(written, /key: \[ order_id \] # guessed: unique in 12 rows/);
    assert.match(
      written,
      /coupon: \{ type: string, nullable: some rows have none \} # guessed: NULL in 8 of 12 rows/,
    );
  });

  it("lints clean and runs green", async () => {
    const lint = await cascade(["lint", "shop"], { environment });
    assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
    const created = await cascade(["init", "shop"], { environment });
    assert.equal(created.code, 0, created.stderr);
    const { code, stdout, stderr } = await cascade(["run", "shop"], { environment });
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /^Passed: shop 2024-01-01 to 2024-01-04/);
  });

  it("asks for tables, since a project has a catalog for each dataset", async () => {
    const { code, stderr } = await cascade(["new", "all", "--from", `bigquery:${emulatedProject}`], {
      environment,
    });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^usage Cannot begin from bigquery:test: expected --tables, found none\n {2}Name the tables/,
    );
  });
});
