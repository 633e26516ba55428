import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop } from "../run/shop.ts";
import { cascade, copyShop, shopFolder, type Ending } from "./cascade.ts";

let folder = "";
let raw = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-bad-input-"));
  raw = join(folder, "raw.duckdb");
  await (await openShop(raw))[Symbol.asyncDispose]();
});
after(() => rm(folder, { recursive: true, force: true }));

async function newShop(name: string): Promise<string> {
  const path = join(folder, `${name}.duckdb`);
  await copyFile(raw, path);
  return path;
}

function assertFault(ending: Ending, expected: { readonly code: number; readonly stderr: RegExp }): void {
  assert.equal(ending.code, expected.code, ending.stderr);
  assert.match(ending.stderr, expected.stderr);
  assert.equal(ending.stdout, "");
  assert.doesNotMatch(ending.stderr, /\n {4}at /, "a stack");
}

type BadLine = { readonly args: readonly string[]; readonly code?: number; readonly stderr: RegExp };

const badLines: Readonly<Record<string, BadLine>> = {
  "an unknown command": {
    args: ["rnu"],
    stderr: /^usage Cannot run "rnu": there is no such command\n {2}Did you mean `cascade run`\?/,
  },
  "a command that every object has": { args: ["toString"], stderr: /^usage Cannot run "toString"/ },
  "an unknown option": {
    args: ["run", "--procesor", "DAY"],
    stderr: /^usage .*there is no option "--procesor"\n {2}Did you mean "--processor"\?/,
  },
  "an option without its value": { args: ["run", "--end-date"], stderr: /^usage .*--end-date/ },
  "a number that is none": {
    args: ["run", shopFolder, "--concurrency", "0"],
    stderr: /^usage Cannot read --concurrency: expected a whole number of at least 1, found "0"/,
  },
  "one argument too many": {
    args: ["run", shopFolder, "DAY"],
    stderr: /^usage .*expected one runbook, found "DAY" as well\n {2}Select with options/,
  },
  "an unknown runbook": {
    args: ["plan", "nba-cascad"],
    stderr: /^unknown-name Cannot read the runbook "nba-cascad".*\n {2}Write "nba-cascade"/,
  },
  "an unknown processor": {
    args: ["run", shopFolder, "--processor", "DAYS"],
    stderr: /^unknown-name Cannot select processor "DAYS".*\n {2}Did you mean "DAY"\?/,
  },
  "an unknown phase": {
    args: ["run", shopFolder, "--phase", "9"],
    stderr: /^unknown-name Cannot select phase "9"/,
  },
  "an unknown processor to explain": {
    args: ["why", shopFolder, "TREDN", "2024-01-05"],
    stderr: /^unknown-name .*has no processor "TREDN"\n {2}Did you mean "TREND"\?/,
  },
  "reversed dates": {
    args: ["run", shopFolder, "--start-date", "2024-01-20", "--end-date", "2024-01-02"],
    stderr: /^invalid-date .*2024-01-20 to 2024-01-02 ends before it starts\n {2}Exchange/,
  },
  "an impossible date": {
    args: ["run", shopFolder, "--start-date", "2024-02-30"],
    stderr: /^invalid-date Cannot read --start-date: expected a date as YYYY-MM-DD, found "2024-02-30"/,
  },
  "a date that the calendar does not have": {
    args: ["run", shopFolder, "--dates", "2024-01-13"],
    stderr: /^date-outside-calendar Cannot select "2024-01-13".*\n {2}.*2024-01-01 to 2024-01-31/,
  },
  "a range outside the calendar": {
    args: ["run", shopFolder, "--start-date", "2030-01-01", "--end-date", "2030-02-01"],
    stderr: /^date-outside-calendar Cannot select "2030-01-01" to "2030-02-01"/,
  },
  "a plan that nobody approved": {
    args: ["run", shopFolder, "--digest", "0123"],
    code: 1,
    stderr: /^digest-mismatch Cannot run: expected the plan "0123"/,
  },
  "a runbook without what is asked for": {
    args: ["sample", shopFolder],
    stderr: /^usage Cannot sample: the runbook "shop" declares no "sample"/,
  },
};

describe("cascade, asked for what cannot be", { concurrency: 2 }, () => {
  for (const [name, { args, code = 2, stderr }] of Object.entries(badLines)) {
    it(`refuses ${name} and writes nothing`, async () => {
      const path = await newShop(name.replaceAll(" ", "-"));
      const before = await readFile(path);
      assertFault(await cascade(args, { environment: { CASCADE_WAREHOUSE: `duckdb:${path}` } }), {
        code,
        stderr,
      });
      assert.ok(before.equals(await readFile(path)), "the file is as it was");
    });
  }
});

const tenMistakes: readonly (readonly [string, string])[] = [
  ["title: Shops, their", "titel: Shops, their"],
  ["ledger: shop_processing", "ledger: shop processing"],
  ["type: int64, value: 2", "type: int64, value: two"],
  ["date: sale_date\n  season: season", "date: sale_day\n  season: season"],
  ["from: 2024-01-08, to: 2024-12-31", "from: 2024-01-08, to: 2023-12-31"],
  ["population: SHOPS\n    lead-in", "population: SHOP\n    lead-in"],
  ["{ from: DAY, window: { last-games: 3 } }", "{ from: DAYS, window: { last-games: 3 } }"],
  ["step: { sql: sql/score.sql }", "step: { sql: sql/scores.sql }"],
  [
    "allowed: [TOO_FEW_DAYS, NO_TREND]\n    exceeded: { action: document",
    "allowed: [TOO_FEW_DAY]\n    exceeded: { action: document",
  ],
  ["maximum: 0.3", "maximum: 3"],
];

describe("cascade with a bad runbook", () => {
  it("lists ten mistakes by file, line and column with hints", async () => {
    const copy = await copyShop(join(folder, "ten", "shop"), {
      "runbook.yml": (text) =>
        tenMistakes.reduce((changed, [right, wrong]) => {
          assert.ok(changed.includes(right), right);
          return changed.replace(right, wrong);
        }, text),
    });
    const path = join(folder, "ten.duckdb");
    const ending = await cascade(["run", copy, "--warehouse", `duckdb:${path}`]);
    assertFault(ending, { code: 2, stderr: /^runbook-invalid Cannot read the runbook ".*": \d+ problems\n/ });
    const places = ending.stderr.split("\n").filter((line) => /runbook\.yml:\d+:\d+ /.test(line));
    assert.ok(places.length >= tenMistakes.length, ending.stderr);
    for (const found of [
      "titel",
      "shop processing",
      "sale_day",
      "SHOP",
      "DAYS",
      "sql/scores.sql",
      "TOO_FEW_DAY",
    ]) {
      assert.ok(
        places.some((line) => line.includes(`"${found}"`)),
        `${found} in\n${ending.stderr}`,
      );
    }
    assert.equal(existsSync(path), false, "no database");
  });

  it("names the processors of a cycle", async () => {
    const copy = await copyShop(join(folder, "cycle", "shop"), {
      "runbook.yml": (text) =>
        text.replace(
          "{ from: shop_raw.sales, window: same-date }\n    step",
          "{ from: shop_raw.sales, window: same-date }\n      - { from: SCORE, window: same-date }\n    step",
        ),
      "sql/day.sql": (text) =>
        text.replace("where", "left join shop_analytics.shop_score as score using (shop, sale_date)\nwhere"),
    });
    const ending = await cascade(["plan", copy, "--warehouse", `duckdb:${raw}`]);
    assertFault(ending, {
      code: 2,
      stderr: /runbook\.yml:\d+:\d+ .*DAY.*SCORE|runbook\.yml:\d+:\d+ .*SCORE.*DAY/,
    });
  });
});

/** What a step returns, but with one date for each way to break the contract. */
function broken(sql: string): string {
  return `with step as (
${sql}
)
select
  shop,
  sale_date,
  case when sale_date = date '2024-01-15' then null else total end as total,
  sales,
  case when sale_date = date '2024-01-18' then 'ODD' else failure_category end as failure_category,
  case when sale_date = date '2024-01-18' then 'it is odd' else failure_reason end as failure_reason
from step
union all
select shop, sale_date, total, sales, failure_category, failure_reason
from step
where sale_date = date '2024-01-05'
union all
select 'ghost', sale_date, total, sales, failure_category, failure_reason
from step
where sale_date = date '2024-01-09' and shop = 'north'`;
}

describe("cascade run with SQL that breaks the contract", () => {
  it("fails the dates, says why, writes nothing of them and goes on with the others", async () => {
    const copy = await copyShop(join(folder, "broken", "shop"), { "sql/day.sql": broken });
    const path = await newShop("broken");
    const warehouse = ["--warehouse", `duckdb:${path}`];
    const ending = await cascade(["run", copy, ...warehouse, "--json"]);
    assert.equal(ending.code, 1, ending.stderr);
    assert.match(ending.stderr, /DAY .*25 of 29 dates.*4 failed/);

    const status = await cascade(["status", copy, ...warehouse, "--json"]);
    const partitions: readonly Record<string, string>[] = JSON.parse(status.stdout).partitions;
    const failed = partitions.filter(({ state }) => state === "failed").map(({ date }) => date);
    assert.deepEqual(failed, ["2024-01-05", "2024-01-09", "2024-01-15", "2024-01-18"]);
    for (const [date, reason] of [
      ["2024-01-05", /the key stands more than once \(3 of them, first "east"\)/],
      ["2024-01-09", /the entity is not in the population \(1 of them, first "ghost"\)/],
      ["2024-01-15", /total is NULL but required \(3 of them, first "east"\)/],
      ["2024-01-18", /the failure category is not declared: ODD/],
    ] as const) {
      const why = await cascade(["why", copy, "DAY", date, ...warehouse]);
      assert.equal(why.code, 0);
      assert.match(why.stdout, reason);
    }
    await using opened = await openDuckDb({ path });
    const rows = await opened.query({
      sql: `select count(*) as n from shop_analytics.shop_day where list_contains(['2024-01-05', '2024-01-09', '2024-01-15', '2024-01-18'], cast(sale_date as varchar))`,
      purpose: "read",
    });
    assert.deepEqual(rows, [{ n: 0 }]);
    const kept = await opened.query({
      sql: "select count(distinct sale_date) as n from shop_analytics.shop_day",
      purpose: "read",
    });
    assert.deepEqual(kept, [{ n: 25 }]);
  });
});

describe("cascade load with bad files", () => {
  const bad: Readonly<
    Record<string, { readonly write: (path: string) => Promise<void>; readonly found: RegExp }>
  > = {
    "a missing file": {
      write: () => Promise.resolve(),
      found: /schedule\.parquet": the file does not exist\n/,
    },
    "a malformed file": {
      write: (path) => writeFile(path, "PAR1 and then nothing that a reader could use"),
      found: /schedule\.parquet": it is not a Parquet file\n/,
    },
    "a file that lacks columns": {
      async write(path) {
        await using warehouse = await openDuckDb({ path: ":memory:" });
        const sql = `copy (select 1 as gid, '2021-10-19' as etdate) to '${path}' (format parquet)`;
        await warehouse.execute([{ sql, purpose: "write a file" }]);
      },
      found: /schedule\.parquet": it lacks the columns ettime, st, h\.ta, v\.ta, h\.s, v\.s\n/,
    },
  };
  for (const [name, { write, found }] of Object.entries(bad)) {
    it(`names ${name} and leaves the tables as they were`, async () => {
      const path = join(folder, `${name.replaceAll(" ", "-")}.duckdb`);
      const files = join(folder, name);
      await mkdir(files);
      await cascade(["load", "--from", files, "--warehouse", `duckdb:${path}`]);
      await addGame(path);
      await write(join(files, "schedule.parquet"));
      const ending = await cascade(["load", "--from", files, "--warehouse", `duckdb:${path}`]);
      assertFault(ending, { code: 2, stderr: /^load-failed Cannot load / });
      assert.match(ending.stderr, found);
      await using warehouse = await openDuckDb({ path });
      const sql = "select game_id from nba_raw.nbac_schedule";
      assert.deepEqual(await warehouse.query({ sql, purpose: "read" }), [{ game_id: "before" }]);
    });
  }

  async function addGame(path: string): Promise<void> {
    await using warehouse = await openDuckDb({ path });
    const sql = "insert into nba_raw.nbac_schedule (game_id, game_date) values ('before', date '2021-10-19')";
    await warehouse.execute([{ sql, purpose: "add a game" }]);
  }
});

describe("cascade with a bad database", () => {
  it("calls a file that is no database unusable and leaves it", async () => {
    const path = join(folder, "text.duckdb");
    const text = "This is a text. ".repeat(1000);
    await writeFile(path, text);
    for (const command of ["run", "plan", "status"]) {
      const ending = await cascade([command, shopFolder, "--warehouse", `duckdb:${path}`]);
      assertFault(ending, {
        code: 3,
        stderr: /^warehouse-unusable .*not a valid DuckDB database.*\n {2}Check that the path/,
      });
    }
    assert.equal(await readFile(path, "utf8"), text);
  });

  it("calls a database that is not there missing, and creates none to read it", async () => {
    const path = join(folder, "absent.duckdb");
    for (const command of ["plan", "status", "coverage"]) {
      const ending = await cascade([command, shopFolder, "--warehouse", `duckdb:${path}`]);
      assertFault(ending, {
        code: 3,
        stderr: /^warehouse-missing .*there is no database yet\n {2}Create it with/,
      });
    }
    assert.equal(existsSync(path), false);
  });

  it("says that a database without raw tables has no calendar", async () => {
    const path = join(folder, "empty.duckdb");
    const ending = await cascade(["run", shopFolder, "--warehouse", `duckdb:${path}`]);
    assertFault(ending, {
      code: 3,
      stderr: /^missing-table Cannot read what others own: shop_raw\.sales does not exist\n {2}Name/,
    });
  });

  it("calls an address of another kind a mistake", async () => {
    const ending = await cascade(["plan", shopFolder, "--warehouse", "postgres:shop"]);
    assertFault(ending, { code: 2, stderr: /^usage Cannot open the warehouse: expected "duckdb:<file>"/ });
  });
});
