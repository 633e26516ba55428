import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();

/** Forty days of flights without a column of dates, one file a month; the last one may have more rows. */
function flights(month: number, more = ""): string {
  return `copy (
  select 2024 as year, month(flown) as month, day(flown) as day, 'C' || flight as carrier,
    cast((flight * 31 + day(flown)) % 90 as double) as air_time
  from (select date '2024-01-12' + cast(number as integer) as flown from range(40) as days (number)),
    range(8) as flights (flight)
  where month(flown) = ${month}
  ${more}
) to 'flights/month-${month}.parquet'`;
}

/** Thirty days of payments with instants and decimals, and no date. */
const payments = `copy (
  select 'p-' || number as payment_id, timestamp '2024-01-01 00:30:00' + number * interval 2 hour as created_at,
    timestamp '2024-03-01' as updated_at, cast(number * 0.25 as decimal(12, 2)) as amount
  from range(360) as payments (number)
) to 'money/payments.parquet'`;

describe("cascade new --from <folder>", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-files-"));
    process.chdir(folder);
    await mkdir("flights");
    await mkdir("money");
    await execute([flights(1), flights(2), payments]);
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("makes one table of files that differ by a number, and its dates of year, month and day", async () => {
    const { code, stderr } = await cascade(["new", "air", "--from", "flights"]);
    assert.equal(code, 0, stderr);
    const written = await readFile("runbooks/air/runbook.yml", "utf8");
    assert.match(
      written,
      /- table: air_raw\.month\n {4}date: date # guessed: made of year, month, day\n {4}key: \[ date, carrier \] # guessed: unique in 320 rows/,
    );
    assert.match(written, /month: \{ path: month-\*\.parquet \}/);
    await passes("air", /^Passed: air 2024-01-12 to 2024-02-20/);
  });

  it("finds a row that a file has twice afterwards", async () => {
    await execute([flights(2, "union all select 2024, 2, 3, 'C1', 7.0e0")]);
    const { code, stdout, stderr } = await cascade(["run", "air"]);
    assert.equal(code, 1);
    assert.match(stderr, /^Files or the load have changed/);
    assert.match(stdout, /air_raw\.month 2024-02-03: the key stands more than once/);
  });

  it("takes the day of an instant, and holds money without a float", async () => {
    const { code, stderr } = await cascade(["new", "money", "--from", "money"]);
    assert.equal(code, 0, stderr);
    const written = await readFile("runbooks/money/runbook.yml", "utf8");
    assert.match(
      written,
      /date: created_date # guessed: the day of created_at, there is no column of dates; others are updated_at/,
    );
    assert.match(written, /amount: \{ type: "numeric\(12, 2\)", min: 0 \} # guessed: from 0\.00 to 89\.75/);
    await passes("money", /^Passed: money 2024-01-01 to 2024-01-30/);
  });

  it("finds an amount below 0 afterwards", async () => {
    await execute([
      payments.replace("number * 0.25", "case when number = 100 then -1 else number * 0.25 end"),
    ]);
    const { code, stdout } = await cascade(["run", "money"]);
    assert.equal(code, 1);
    assert.match(stdout, /money_raw\.payments 2024-01-09: amount is below 0/);
  });

  it("stops a load whose values have another type than was found", async () => {
    await writeFile("money/notes.csv", "day,visits\n2024-01-01,3\n2024-01-02,4\n");
    await cascade(["new", "notes", "--from", "money", "--tables", "notes"]);
    await writeFile("money/notes.csv", "day,visits\n2024-01-01,3\n2024-01-02,many\n");
    const { code, stderr } = await cascade(["run", "notes"]);
    assert.equal(code, 2);
    assert.match(stderr, /load-failed .*many/);
  });

  it("says how to load from a folder that a runbook may not name", async () => {
    const { stderr } = await cascade(["new", "elsewhere", "--from", join(folder, "..", "cascade-none")]);
    assert.match(stderr, /^usage Cannot begin from/);
    await mkdir("below");
    process.chdir("below");
    const { code, stderr: note } = await cascade([
      "new",
      "above",
      "--from",
      "../money",
      "--tables",
      "payments",
    ]);
    process.chdir(folder);
    assert.equal(code, 0);
    assert.match(note, /Next: cascade load above --from \.\.\/money && cascade run above\n$/);
    assert.doesNotMatch(await readFile("below/runbooks/above/runbook.yml", "utf8"), /from: \.\./);
  });
});

async function passes(name: string, expected: RegExp): Promise<void> {
  const lint = await cascade(["lint", name]);
  assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
  const { code, stdout, stderr } = await cascade(["run", name]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, expected);
}

async function execute(statements: readonly string[]): Promise<void> {
  await using warehouse = await openDuckDb({ path: ":memory:" });
  for (const sql of statements) await warehouse.query({ sql, purpose: "write files" });
}
