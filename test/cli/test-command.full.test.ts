import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade, copyShop } from "./cascade.ts";

const sales = `shop_raw.sales:
        - { sale_id: a, sale_date: 2024-01-02, shop: north, amount: 3 }
        - { sale_id: b, sale_date: 2024-01-02, shop: north, amount: 4 }
        - { sale_id: c, sale_date: 2024-01-02, shop: south, amount: 5 }`;

const casesOfDay = `cases:
  - name: sales of a day are added up
    dates: [2024-01-02]
    given:
      ${sales}
    expect:
      rows:
        - { shop: north, sale_date: 2024-01-02, total: 7, sales: 2 }
        - { shop: south, sale_date: 2024-01-02, total: 5 }
`;

const casesOfTrend = `cases:
  - name: one day is no trend
    dates: [2024-01-02]
    calendar: [2024-01-01, 2024-01-02]
    given:
      ${sales}
      DAY:
        - { shop: south, sale_date: 2024-01-01, total: 8, sales: 1 }
    expect:
      failures:
        - { entity: north, category: TOO_FEW_DAYS }
        - { entity: south, category: TOO_FEW_DAYS, reason: has 1 earlier days }
  - name: it is one where one day is enough
    dates: [2024-01-02]
    calendar: [2024-01-01, 2024-01-02]
    parameters: { min_days: 1 }
    given:
      ${sales}
      DAY:
        - { shop: south, sale_date: 2024-01-01, total: 8, sales: 1 }
    expect:
      rows:
        - { shop: south, sale_date: 2024-01-02, mean_total: 8, days: 1 }
      failures:
        - { entity: north, category: TOO_FEW_DAYS }
`;

const casesOfScore = `cases:
  - name: a failure of the trend is carried
    dates: [2024-01-02]
    given:
      ${sales}
      DAY:
        - { shop: north, sale_date: 2024-01-02, total: 7, sales: 2 }
        - { shop: south, sale_date: 2024-01-02, total: 5, sales: 1 }
      TREND:
        - { shop: south, sale_date: 2024-01-02, mean_total: 4, days: 2 }
    failures:
      TREND:
        - { entity: north, category: TOO_FEW_DAYS }
    expect:
      rows:
        - { shop: south, sale_date: 2024-01-02, ratio: 1.25 }
      failures:
        - { entity: north, category: TOO_FEW_DAYS, reason: TREND has no row }
`;

const cases = { day: casesOfDay, trend: casesOfTrend, score: casesOfScore };

type Change = readonly [file: string, from: string, to: string];

async function fillSales(path: string): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  const columns = "sale_id varchar, sale_date date, shop varchar, amount bigint";
  for (const sql of ["create schema shop_raw", `create table shop_raw.sales (${columns})`])
    await warehouse.query({ sql, purpose: "make the raw table" });
}

describe("cascade test", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  let shops = 0;
  /** A shop with cases, some of its files changed. */
  async function open(...changes: readonly Change[]): Promise<string> {
    shops += 1;
    const shop = await copyShop(join(folder, String(shops), "shop"));
    for (const [name, text] of Object.entries(cases))
      await writeFile(join(shop, `sql/${name}.test.yml`), text);
    for (const [file, from, to] of changes) {
      const text = await readFile(join(shop, file), "utf8");
      assert.ok(text.includes(from), `${file} holds ${from}`);
      await writeFile(join(shop, file), text.replace(from, to));
    }
    return shop;
  }

  async function test(shop: string, ...words: readonly string[]) {
    const { code, stdout, stderr } = await cascade(["test", shop, ...words]);
    return { code, lines: stdout.trimEnd().split("\n"), stderr };
  }

  it("computes each case as a run would, and passes what comes as expected", async () => {
    const { code, lines, stderr } = await test(await open());
    assert.deepEqual(lines, [
      "✓ DAY: sales of a day are added up",
      "✓ TREND: one day is no trend",
      "✓ TREND: it is one where one day is enough",
      "✓ SCORE: a failure of the trend is carried",
      "4 cases passed",
    ]);
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("takes the calendar of each case from its own rows, and leaves of it what the step may see", async () => {
    const shop = await open();
    const sale = (date: string, shopName: string) =>
      `        - { sale_id: ${date}${shopName}, sale_date: ${date}, shop: ${shopName}, amount: 1 }\n`;
    const caseOf = (name: string, dates: readonly string[], expected: string) => `  - name: ${name}
    dates: [2024-01-03]
    parameters: { min_days: 1 }
    given:
      shop_raw.sales:
${dates.map((date) => sale(date, "north")).join("")}      DAY:
        - { shop: north, sale_date: 2024-01-01, total: 8, sales: 1 }
        - { shop: north, sale_date: 2024-01-02, total: 4, sales: 1 }
    expect:
      ${expected}
`;
    const few = "failures: [{ entity: north, category: TOO_FEW_DAYS, reason: has 0 earlier days }]";
    const mean = (total: number, days: number) =>
      `rows: [{ shop: north, sale_date: 2024-01-03, mean_total: ${total}, days: ${days} }]`;
    const far = ["2024-01-03", "2024-01-04"];
    const texts = [
      caseOf("alone", far, few),
      caseOf("with one", ["2024-01-01", ...far], mean(8, 1)),
      caseOf("without the date", ["2024-01-01"], few),
      caseOf("alone again", far, few),
      caseOf("with both", ["2024-01-01", "2024-01-02", ...far], mean(6, 2)),
      caseOf("with one again", ["2024-01-01", ...far], mean(8, 1)),
    ];
    await writeFile(join(shop, "sql/trend.test.yml"), `cases:\n${texts.join("")}`);
    const { lines } = await test(shop, "--processor", "TREND");
    assert.deepEqual(lines, [
      "✓ TREND: alone",
      "✓ TREND: with one",
      "✗ TREND: without the date (sql/trend.test.yml)",
      "    the calendar has no 2024-01-03: name it under `calendar`",
      "    no failure of 2024-01-03 north",
      "✓ TREND: alone again",
      "✓ TREND: with both",
      "✓ TREND: with one again",
      "1 of 6 cases failed",
    ]);
  });

  it("tells a case that names days while its step reads other columns of the calendar", async () => {
    const ordered = "order by day_calendar.day_number, day.sale_date desc";
    const shop = await open(
      [
        "runbook.yml",
        "{ sale_date: date, season: int64 }",
        "{ sale_date: date, season: int64, day_number: int64 }",
      ],
      ["sql/calendar.sql", "season", "season, cast(extract(day from sale_date) as int64) as day_number"],
      ["sql/trend.sql", "order by day.sale_date desc", ordered],
    );
    const { stderr } = await test(shop, "--processor", "TREND");
    const told = (name: string) =>
      `sql/trend.test.yml: "${name}" names the days of the calendar, which leaves NULL what TREND reads of it: day_number (give rows of shop_raw.sales)\n`;
    assert.equal(stderr, told("one day is no trend") + told("it is one where one day is enough"));
    const rows = await open(["sql/trend.sql", "order by day.sale_date desc", "order by day.sale_date"]);
    assert.equal((await test(rows, "--processor", "TREND")).stderr, "");
  });

  it("asks the warehouse for columns that the runbook leaves to it", async () => {
    const shop = await open([
      "runbook.yml",
      "      amount: { type: int64, min: 0, max: 1000000 }\n",
      "      amount: { min: 0 }\n",
    ]);
    const path = join(folder, "described.duckdb");
    await fillSales(path);
    const tested = await test(shop, "--processor", "DAY", "--warehouse", `duckdb:${path}`);
    assert.deepEqual(tested, {
      code: 0,
      lines: ["✓ DAY: sales of a day are added up", "1 case passed"],
      stderr: "",
    });
  });

  it("passes the cases that come with the examples", async () => {
    const { code, stdout } = await cascade(["test", "web-events"]);
    assert.equal(code, 0, stdout);
  });

  it("takes the steps that are named, and otherwise says which have no case", async () => {
    const shop = await open();
    await rm(join(shop, "sql/trend.test.yml"));
    const passed = ["✓ SCORE: a failure of the trend is carried", "1 case passed"];
    assert.deepEqual(await test(shop, "--processor", "SCORE"), { code: 0, lines: passed, stderr: "" });
    assert.equal((await test(shop)).stderr, "Without a case: TREND\n");
  });

  const differences: readonly (readonly [
    what: string,
    changes: readonly Change[],
    lines: readonly string[],
  ])[] = [
    [
      "a value",
      [["sql/day.test.yml", "total: 7", "total: 8"]],
      ["north, 2024-01-02: total is 7, expected 8"],
    ],
    [
      "a row that did not come",
      [
        [
          "sql/day.test.yml",
          "{ shop: south, sale_date: 2024-01-02, total",
          "{ shop: east, sale_date: 2024-01-02, total",
        ],
      ],
      ["no row of east, 2024-01-02", "a row of south, 2024-01-02 that is not expected"],
    ],
    [
      "a failure that did not come",
      [
        [
          "sql/trend.test.yml",
          "{ entity: north, category: TOO_FEW_DAYS }",
          "{ entity: east, category: TOO_FEW_DAYS }",
        ],
      ],
      ["no failure of 2024-01-02 east", "2024-01-02 north fails as TOO_FEW_DAYS: has 0 earlier days"],
    ],
    [
      "a category",
      [["sql/trend.test.yml", "north, category: TOO_FEW_DAYS", "north, category: NO_TREND"]],
      ["2024-01-02 north: fails as TOO_FEW_DAYS, expected NO_TREND"],
    ],
    [
      "a reason",
      [["sql/trend.test.yml", "has 1 earlier days", "has 2 earlier days"]],
      ['2024-01-02 south: the reason is "has 1 earlier days", expected "has 2 earlier days"'],
    ],
    [
      "a member of the population without outcome",
      [["sql/day.sql", "@end_date\n", "@end_date and shop <> 'south'\n"]],
      [
        '2024-01-02: a member of the population has no outcome (1 of them, first "south")',
        "no row of south, 2024-01-02",
      ],
    ],
    [
      "a violation of what the columns declare",
      [["sql/day.test.yml", "amount: 5", "amount: 1000001"]],
      [
        '2024-01-02: total is above 1000000 (1 of them, first "south")',
        "south, 2024-01-02: total is 1000001, expected 5",
      ],
    ],
    [
      "a date that the calendar does not have",
      [["sql/trend.test.yml", "calendar: [2024-01-01, 2024-01-02]", "calendar: [2024-01-01]"]],
      [
        "the calendar has no 2024-01-02: name it under `calendar`",
        "no failure of 2024-01-02 north",
        "no failure of 2024-01-02 south",
      ],
    ],
    [
      "a step that fails",
      [["sql/day.sql", "sum(amount)", "sum(amount + cast(shop as int64))"]],
      [
        "2024-01-02: Cannot compute DAY: Conversion Error: Could not convert string 'north' to INT64 when casting from source column shop",
        "no row of north, 2024-01-02",
        "no row of south, 2024-01-02",
      ],
    ],
    [
      "a constant of the step",
      [["sql/day.sql", "sum(amount)", "sum(amount) + 1"]],
      ["north, 2024-01-02: total is 8, expected 7", "south, 2024-01-02: total is 6, expected 5"],
    ],
  ];
  for (const [what, changes, expected] of differences) {
    it(`fails on ${what}, and says what differs`, async () => {
      const step = (/day|trend/.exec(changes.join())?.[0] ?? "").toUpperCase();
      const { code, lines } = await test(await open(...changes), "--processor", step);
      const told = lines.filter((line) => line.startsWith("    ")).map((line) => line.slice(4));
      assert.equal(code, 1);
      assert.deepEqual(told, expected);
    });
  }

  it("prints JSON", async () => {
    const { code, lines } = await test(
      await open(["sql/day.test.yml", "total: 7", "total: 8"]),
      "--json",
      "--processor",
      "DAY",
    );
    assert.deepEqual(JSON.parse(lines.join("\n")), {
      cases: [
        {
          processor: "DAY",
          file: "sql/day.test.yml",
          name: "sales of a day are added up",
          differences: ["north, 2024-01-02: total is 7, expected 8"],
        },
      ],
    });
    assert.equal(code, 1);
  });

  it("refuses a case that names what is not there, an unknown processor, and a runbook without cases", async () => {
    const wrong = await test(await open(["sql/day.test.yml", "amount: 5", "amonut: 5"]));
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.stderr,
      /sql\/day\.test\.yml:8:61 There is no column "amonut" \(did you mean "amount"\?\)/,
    );
    const unknown = await test(await open(), "--processor", "DAYS");
    assert.equal(unknown.code, 2);
    assert.match(
      unknown.stderr,
      /^usage .*has no such processor\n {2}Name processors of the runbook: DAY, TREND, SCORE/,
    );
    const none = await cascade(["test", "test/fixtures/shop"]);
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      /no step has a case\n {2}Write one into test\/fixtures\/shop\/sql\/day\.test\.yml/,
    );
  });
});
