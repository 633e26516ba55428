import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
  timestamp '2024-01-01 08:00:00 UTC', concat('c', cast(nth as string)), cast(nth + day as numeric), if(nth = 0, 'SPRING', null)
from unnest([0, 1]) as day cross join unnest([0, 1, 2]) as nth`,
];

/** The sources of the project of dbt in `test/fixtures/dbt`. */
const shop = [
  "create schema if not exists `dbt_raw`",
  `create table dbt_raw.orders as
select nth + day * 20 as order_id, date_add(date '2024-01-01', interval day day) as ordered_on,
  concat('c', cast(mod(nth + day, 9) as string)) as customer_id, if(mod(nth + day, 3) = 0, 'open', 'paid') as status
from unnest(generate_array(0, 3)) as day cross join unnest(generate_array(0, 19)) as nth`,
  `create table dbt_raw.payments as
select nth + day * 20 as payment_id, nth + day * 20 as order_id, date_add(date '2024-01-01', interval day day) as paid_on,
  if(mod(nth, 2) = 0, 'card', 'cash') as method, cast(5 + nth + mod(day * day, 17) as numeric) as amount
from unnest(generate_array(0, 3)) as day cross join unnest(generate_array(0, 18)) as nth`,
];

/** The manifest of that project, as dbt writes one for BigQuery. */
async function manifestFor(project: string): Promise<string> {
  const manifest = await readFile(join(import.meta.dirname, "../fixtures/dbt/manifest.json"), "utf8");
  return manifest.replaceAll(
    /\\"shop\\"\.\\"(main|raw)\\"\.\\"(\w+)\\"/g,
    (_, dataset: string, name: string) => `\`${project}\`.\`dbt_${dataset}\`.\`${name}\``,
  );
}

const models = {
  "daily.sql": `select order_date, customer, sum(amount) as amount, count(case when coupon = "SPRING" then 1 end) as coupons
from \`shop_raw.orders\` group by order_date, customer`,
  "running.sql": `select today.order_date, today.customer, sum(earlier.amount) as amount
from daily as today join daily as earlier on earlier.customer = today.customer and earlier.order_date <= today.order_date
  and earlier.order_date >= date_sub(today.order_date, interval 1 month)
group by today.order_date, today.customer`,
  "broken.sql": "select order_date, nothing from shop_raw.orders",
  "strange.sql": "select order_date, customer from shop_raw.absent",
};

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
    for (const sql of [...orders, ...shop]) await warehouse.execute([{ sql, purpose: "make orders" }]);
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
    assert.match(written, /key: \[ order_id \] # guessed: unique in 6 rows/);
    assert.match(
      written,
      /coupon: \{ type: string, nullable: some rows have none \} # guessed: NULL in 4 of 6 rows/,
    );
  });

  it("lints clean and runs green", async () => {
    const lint = await cascade(["lint", "shop"], { environment });
    assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
    const created = await cascade(["init", "shop"], { environment });
    assert.equal(created.code, 0, created.stderr);
    const { code, stdout, stderr } = await cascade(["run", "shop"], { environment });
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /^Passed: shop 2024-01-01 to 2024-01-02/);
  });

  it("makes processors of statements without storing anything: the windows are those that they say", async () => {
    await mkdir("models");
    for (const [name, text] of Object.entries(models)) await writeFile(join("models", name), text);
    const from = ["--from", `bigquery:${emulatedProject}`, "--tables", "shop_raw.orders", "--sql", "models"];
    const { code, stderr } = await cascade(["new", "days", ...from], { environment });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Left out: broken: .*nothing/m);
    assert.match(stderr, /^Left out: strange: it reads "shop_raw\.absent", which is neither/m);
    const written = await readFile("runbooks/days/runbook.yml", "utf8");
    assert.match(
      written,
      /- id: DAILY\n {4}table: days_marts\.daily\n {4}date: order_date # guessed: that of shop_raw\.orders\n {4}key: \[ order_date, customer \] # guessed: unique in 6 rows\n {4}reads:\n {6}- \{ from: shop_raw\.orders, window: same-date \} # guessed: as the statement says\n {4}sql/,
    );
    assert.match(
      written,
      /- \{ from: DAILY, window: same-date \} # guessed: all history, since the statement does not say how far back it reads\n {6}- \{ from: DAILY, window: season-to-date \}\n/,
    );
    const lint = await cascade(["lint", "days"], { environment });
    assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
    const created = await cascade(["init", "days"], { environment });
    assert.equal(created.code, 0, created.stderr);
    const ran = await cascade(["run", "days"], { environment });
    assert.equal(ran.code, 0, ran.stderr + ran.stdout);
    assert.match(ran.stdout, /^Passed: days 2024-01-01 to 2024-01-02: 12 rows present/);
  });

  it("makes processors of models of dbt, with what is tested of them", async () => {
    await writeFile("manifest.json", await manifestFor(emulatedProject));
    const tables = ["--tables", "dbt_raw.orders,dbt_raw.payments", "--dbt", "manifest.json"];
    const from = ["--from", `bigquery:${emulatedProject}`, ...tables];
    const { code, stderr } = await cascade(["new", "models", ...from], { environment });
    assert.equal(code, 0, stderr);
    const written = await readFile("runbooks/models/runbook.yml", "utf8");
    assert.deepEqual(
      [...written.matchAll(/- id: (\w+)/g)].map(([, id]) => id),
      ["STG_ORDERS", "STG_PAYMENTS", "ORDERS_PAID", "CUSTOMER_DAYS", "CUSTOMER_WEEKS"],
    );
    assert.match(written, /- \{ from: CUSTOMER_DAYS, window: \{ previous-days: 6 \} \}/);
    assert.match(written, /key: \[ payment_id \] # guessed: it is tested to be, and unique in 76 rows/);
    assert.doesNotMatch(written, /all history/);
    const lint = await cascade(["lint", "models"], { environment });
    assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
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
