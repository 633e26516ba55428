import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { z } from "zod";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { runWholeGates } from "../gates/whole-gates.ts";
import { openShop, shopRange } from "../run/shop.ts";
import { cascade, copyShop, type Ending } from "./cascade.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";

const range = ["--start-date", shopRange.from, "--end-date", shopRange.to];
const commands = ["gaps", "contamination", "coverage"] as const;

/** 40 more sales a day in one shop, so that one bad value among them is less than 5 %. */
const bulk = `insert into shop_raw.sales
select 'bulk-' || day || '-' || nth, date '2024-01-01' + cast(day as integer), 'north', (day * 7 + nth) % 50 + 1
from range(31) as days(day), range(40) as sales(nth) where day not in (12, 13)`;

const date = z.iso.date();
const statusOfCoverage = z.enum(["ok", "partial", "not-eligible", "blocked", "untracked", "check-failed"]);
const counts = {
  expected: z.int(),
  present: z.int(),
  explained: z.int(),
  waived: z.int(),
  untracked: z.int(),
  status: statusOfCoverage,
  categories: z.record(z.string(), z.int()),
  phantom: z.int(),
  unexpected: z.int(),
};
const datesWithRows = z.array(z.strictObject({ date, rows: z.int() }));

/** The shapes of the command line's contract, and beside them only what explains a finding. */
const shapes = {
  gaps: z.strictObject({
    expectedDates: z.int(),
    tables: z.array(
      z.strictObject({
        table: z.string(),
        phase: z.int(),
        status: z.enum([
          "ok",
          "accepted",
          "suspect",
          "thin",
          "missing",
          "low",
          "not-expected",
          "check-failed",
        ]),
        missing: z.array(date),
        low: datesWithRows,
        thin: z.array(z.strictObject({ date, rows: z.int(), usual: z.int() })),
        accepted: z.array(z.strictObject({ date, because: z.string() })),
        notExpected: z.array(date),
        offCalendar: datesWithRows,
        message: z.string().optional(),
      }),
    ),
  }),
  contamination: z.strictObject({
    tables: z.array(
      z.strictObject({
        table: z.string(),
        phase: z.int(),
        status: z.enum([
          "clean",
          "accepted",
          "suspect",
          "partial",
          "contaminated",
          "no-data",
          "check-failed",
        ]),
        fields: z.array(
          z.strictObject({
            field: z.string(),
            date: date.optional(),
            rows: z.int(),
            invalid: z.int(),
            status: z.enum(["clean", "accepted", "suspect", "partial", "contaminated", "no-data"]),
            detector: z.enum(["valid", "constant", "distribution", "duplicate", "relation", "rows"]),
            detail: z.string().optional(),
          }),
        ),
        messages: z.array(z.string()).optional(),
      }),
    ),
    tainted: z.array(
      z.strictObject({
        processor: z.string(),
        date,
        because: z.string(),
        mayDepend: z.boolean().exactOptional(),
      }),
    ),
  }),
  coverage: z.strictObject({
    rows: z.array(z.strictObject({ processor: z.string(), date, ...counts })),
    totals: z.array(z.strictObject({ processor: z.string(), period: z.string(), dates: z.int(), ...counts })),
    budgets: z.array(
      z.strictObject({
        processor: z.string(),
        period: z.string(),
        expected: z.int(),
        explained: z.int(),
        rate: z.number(),
        maximum: z.number().nullable(),
        verdict: z.enum([
          "within",
          "exceeded",
          "exceeded (waived)",
          "suspiciously-good",
          "unexpected-category",
          "provisional",
          "no-expectation",
        ]),
      }),
    ),
    strays: z.array(z.strictObject({ processor: z.string(), date, entities: z.int(), example: z.string() })),
    failed: z.array(z.strictObject({ processor: z.string(), message: z.string() })),
  }),
};

let folder = "";
let shop = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-gates-"));
  shop = await copyShop(join(folder, "shop"), {
    "runbook.yml": (text) =>
      text.replace(
        "      amount: { type: int64, min: 0, max: 1000000 }",
        "      amount: { type: int64, min: 0, max: 1000000 }\n    critical:\n      - { field: amount, valid: amount > 0 }",
      ),
  });
  await makeShop("clean", bulk);
  await makeShop("partial", `${bulk}; update shop_raw.sales set amount = 0 where sale_id = 'bulk-9-3'`);
});
after(() => rm(folder, { recursive: true, force: true }));

async function makeShop(name: string, sql: string): Promise<void> {
  const path = join(folder, `${name}.duckdb`);
  const warehouse = await openShop(path);
  await change(warehouse, sql);
  await warehouse[Symbol.asyncDispose]();
  const { code, stderr } = await cascade(["run", shop, ...range, "--warehouse", `duckdb:${path}`]);
  assert.equal(code, 0, stderr);
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute(
    splitStatements(sql).map(({ text }) => ({ sql: text, purpose: "change the warehouse" })),
  );
}

/** Address of a copy of the clean shop with a change behind the engine's back. */
async function changed(name: string, sql: string): Promise<string> {
  const path = join(folder, `${name}.duckdb`);
  await copyFile(join(folder, "clean.duckdb"), path);
  await using warehouse = await openDuckDb({ path });
  await change(warehouse, sql);
  return `duckdb:${path}`;
}

async function ask(command: string, address: string, ...more: readonly string[]): Promise<Ending> {
  return cascade([command, shop, ...range, "--warehouse", address, ...more]);
}

function clean(): string {
  return `duckdb:${join(folder, "clean.duckdb")}`;
}

describe("cascade gaps, contamination and coverage", () => {
  it("end with 0 on a clean warehouse, strictly, and say so", async () => {
    const gaps = await ask("gaps", clean());
    assert.equal(gaps.code, 0, gaps.stderr);
    assert.match(gaps.stdout, /OK: Full coverage of 29 dates/);
    const contamination = await ask("contamination", clean(), "--strict");
    assert.equal(contamination.code, 0, contamination.stdout);
    assert.match(contamination.stdout, /Clean: every checked field and partition can be trusted/);
    const coverage = await ask("coverage", clean());
    assert.equal(coverage.code, 0, coverage.stdout);
    assert.match(coverage.stdout, /\d+ expected = \d+ present \+ \d+ explained \+ 0 waived \+ 0 untracked/);
  });

  it("end with 1 on findings, with the same data as JSON on stdout", async () => {
    const address = await changed(
      "lost",
      "delete from shop_analytics.shop_trend where sale_date = '2024-01-10'",
    );
    for (const command of commands) {
      const { code, stdout } = await ask(command, address, "--json");
      assert.equal(code, 1, command);
      assert.ok(shapes[command].parse(JSON.parse(stdout)));
    }
    const gaps = shapes.gaps.parse(JSON.parse((await ask("gaps", address, "--json")).stdout));
    const trend = gaps.tables.find(({ table }) => table === "shop_analytics.shop_trend");
    assert.partialDeepStrictEqual(trend, { status: "missing", missing: ["2024-01-10"], low: [] });
    const { tainted } = shapes.contamination.parse(
      JSON.parse((await ask("contamination", address, "--json")).stdout),
    );
    assert.deepEqual(
      tainted.map(({ processor, date: day }) => `${processor} ${day}`),
      ["TREND 2024-01-10", "SCORE 2024-01-10"],
    );
    const reconciled = await ask("coverage", address, "--reconcile");
    assert.match(reconciled.stdout, /untracked TREND 2024-01-10 east/);
  });

  it("fail on partial values only with --strict", async () => {
    const address = `duckdb:${join(folder, "partial.duckdb")}`;
    const lenient = await ask("contamination", address, "--json");
    assert.equal(lenient.code, 0, lenient.stdout);
    const [sales] = shapes.contamination.parse(JSON.parse(lenient.stdout)).tables;
    assert.equal(sales?.status, "partial");
    assert.equal((await ask("contamination", address, "--strict")).code, 1);
  });

  it("print the shapes that the contract promises, with nothing else on stdout", async () => {
    for (const command of commands) {
      const { code, stdout } = await ask(command, clean(), "--json");
      assert.equal(code, 0, command);
      assert.ok(shapes[command].parse(JSON.parse(stdout)));
    }
  });

  it("look only at the phases, processors and dates that are asked for", async () => {
    const address = await changed(
      "narrow",
      "delete from shop_analytics.shop_trend where sale_date = '2024-01-10'",
    );
    const phase = shapes.gaps.parse(
      JSON.parse((await ask("gaps", address, "--json", "--phase", "3")).stdout),
    );
    assert.deepEqual(
      phase.tables.map(({ table }) => table),
      ["shop_analytics.shop_day"],
    );
    assert.equal((await ask("gaps", address, "--phase", "2,3")).code, 0);
    assert.equal((await ask("gaps", address, "--processor", "DAY,SCORE")).code, 0);
    assert.equal((await ask("gaps", address, "--processor", "TREND")).code, 1);
    assert.equal((await ask("coverage", address, "--processor", "DAY")).code, 0);
    assert.equal((await ask("contamination", address, "--processor", "DAY")).code, 0);
    const days = ["--warehouse", address, "--processor", "TREND"];
    assert.equal((await cascade(["gaps", shop, ...days, "--dates", "2024-01-09,2024-01-11"])).code, 0);
    assert.equal((await cascade(["gaps", shop, ...days, "--dates", "2024-01-09,2024-01-10"])).code, 1);
  });
});

describe("exit codes of the gate commands", () => {
  it("are 2 when the question cannot be understood", async () => {
    const questions = [
      ["--start-date", "2024-02-31"],
      ["--nothing"],
      ["--processor", "NOBODY"],
      ["--phase", "9"],
      ["--start-date", "2030-01-01", "--end-date", "2030-01-31"],
      ["--phase", "x"],
    ];
    for (const question of questions) {
      const { code, stdout, stderr } = await ask("gaps", clean(), "--json", ...question);
      assert.equal(code, 2, `${question.join(" ")}: ${stderr}`);
      assert.equal(stdout, "");
    }
    for (const command of commands) {
      assert.equal((await ask(command, clean(), "--processor", "NOBODY")).code, 2);
    }
  });

  it("are 2 when the tables are not what the runbook declares", async () => {
    const drifts = {
      missing: "alter table shop_analytics.shop_trend drop column days",
      renamed: "alter table shop_raw.sales rename column amount to price",
      retyped: "alter table shop_analytics.shop_day alter column total type varchar",
    };
    for (const [name, sql] of Object.entries(drifts)) {
      const address = await changed(name, sql);
      for (const command of commands) {
        const { code, stderr } = await ask(command, address);
        assert.equal(code, 2, stderr);
        assert.match(stderr, /^schema-drift /);
      }
    }
  });

  it("are 3 when the warehouse is absent, is none, or has no calendar", async () => {
    const none = join(folder, "none.duckdb");
    await writeFile(none, "this is no database");
    const dropped = await changed("dropped", "drop table shop_raw.sales");
    for (const address of [`duckdb:${join(folder, "absent.duckdb")}`, `duckdb:${none}`, dropped]) {
      for (const command of commands) {
        const { code, stdout, stderr } = await ask(command, address, "--json");
        assert.equal(code, 3, `${command} ${address}: ${stderr}`);
        assert.equal(stdout, "");
      }
    }
  });

  it("are 3 when a check could not run, even beside findings, and the check is named", async () => {
    const address = await changed(
      "broken",
      `create or replace view shop_processing.precompute_failures as
select processor_name, run_id, analysis_date, cast(cast('not a number' || entity_id as integer) as varchar) as entity_id,
  failure_category, failure_reason, can_retry, created_at from shop_processing.cascade_failures;
delete from shop_analytics.shop_day where sale_date = '2024-01-10'`,
    );
    for (const command of commands) {
      const { code, stdout } = await ask(command, address, "--json");
      assert.equal(code, 3, command);
      assert.match(JSON.stringify(shapes[command].parse(JSON.parse(stdout))), /not a number/);
    }
  });
});

describe("the queries of the gates", () => {
  it("are as many for three dates as for a month", async () => {
    const runbook = await readRunbook(shop);
    await using warehouse = await openDuckDb({ path: join(folder, "clean.duckdb"), readOnly: true });
    const month = await countQueries(warehouse, (counted) =>
      runWholeGates(counted, runbook, { range: shopRange }),
    );
    const few = { from: shopRange.from, to: "2024-01-03" as typeof shopRange.to };
    const days = await countQueries(warehouse, (counted) => runWholeGates(counted, runbook, { range: few }));
    assert.ok(month > 0);
    assert.equal(days, month);
  });
});

/** How many statements the work asks. */
async function countQueries(
  warehouse: Warehouse,
  work: (counted: Warehouse) => Promise<unknown>,
): Promise<number> {
  let queries = 0;
  function query(statement: Statement): ReturnType<Warehouse["query"]> {
    queries += 1;
    return warehouse.query(statement);
  }
  await work({ ...warehouse, query });
  return queries;
}
