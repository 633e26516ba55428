import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Processor } from "../../src/runbook/runbook.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { datesOf, openCommandScene } from "./command-scene.ts";
import { openShop } from "./shop.ts";

const writer = JSON.stringify(import.meta.resolve("hyparquet-writer"));

/** A program that writes the days, each changed by `change`, as NDJSON or as Parquet. */
const formats = {
  ndjson: (change: string) => `days().map(${change}).forEach(emit);`,
  parquet: (change: string) => `const { parquetWriteFile } = await import(${writer});
const rows = days().map(${change});
const columnData = Object.keys(rows[0]).map((name) => ({ name, data: rows.map((row) => row[name]) }));
parquetWriteFile({ filename: CASCADE_OUTPUT, columnData });`,
};

/** What becomes of the first two days when a program writes `change` of them; and what is stored. */
async function outcomeOf(
  text: string,
  columns?: Processor["columns"],
): Promise<{ readonly kinds: readonly string[]; readonly error: string; readonly rows: readonly Row[] }> {
  const argv = [process.execPath, "program.mjs"];
  await using scene = await openCommandScene(
    { "program.mjs": text },
    { argv, ...(columns === undefined ? {} : { columns }) },
  );
  await using warehouse = await openShop();
  const { kinds, errors } = datesOf(await scene.run(warehouse, 2));
  const sql = "select * from shop_analytics.shop_day order by all";
  return { kinds, error: errors.join("\n"), rows: await warehouse.query({ sql, purpose: "read" }) };
}

for (const [format, program] of Object.entries(formats)) {
  describe(`what a command writes as ${format}`, () => {
    it("is stored when it has exactly the declared columns", async () => {
      const { kinds, rows } = await outcomeOf(program("(day) => day"));
      assert.deepEqual(kinds, ["2024-01-01 committed", "2024-01-02 committed"]);
      assert.equal(rows.length, 6);
    });

    it("fails with the name of an unknown column, and of the declared one that it lacks", async () => {
      const { kinds, error, rows } = await outcomeOf(
        program("({ total, ...day }) => ({ ...day, totla: total })"),
      );
      assert.deepEqual(kinds, ["2024-01-01 failed", "2024-01-02 failed"]);
      assert.match(
        error,
        /not declared: "totla" \(the nearest declared one is "total"\), and lacks declared columns: "total"/,
      );
      assert.deepEqual(rows, []);
    });

    for (const [value, found] of [
      ["day.total + 0.5", /^total is no int64 \(3 of them, first "\w+": \d+\.5\)$/m],
      ["String(day.total)", /^total is no int64 \(3 of them, first "\w+": "\d+"\)$/m],
      ["true", /^total is no int64 \(3 of them, first "\w+": true\)$/m],
    ] as const) {
      it(`fails, names column and key, and stores nothing when ${value} stands for an integer`, async () => {
        const { kinds, error, rows } = await outcomeOf(program(`(day) => ({ ...day, total: ${value} })`));
        assert.deepEqual(kinds, ["2024-01-01 failed", "2024-01-02 failed"]);
        assert.match(error, found);
        assert.deepEqual(rows, []);
      });
    }

    it("takes an integer written as a float, and a day written as its first instant", async () => {
      const change =
        format === "ndjson"
          ? '(day) => ({ ...day, sale_date: day.sale_date + "T00:00:00" })'
          : "(day) => ({ ...day, total: day.total + 0, sale_date: new Date(day.sale_date) })";
      const { kinds } = await outcomeOf(program(change));
      assert.deepEqual(kinds, ["2024-01-01 committed", "2024-01-02 committed"]);
    });

    it("fails when a time of day stands for a day", async () => {
      const change =
        format === "ndjson"
          ? '(day) => ({ ...day, sale_date: day.sale_date + "T12:00:00" })'
          : '(day) => ({ ...day, sale_date: new Date(day.sale_date + "T12:00:00Z") })';
      const { kinds, error } = await outcomeOf(program(change));
      assert.deepEqual(kinds, ["2024-01-01 failed", "2024-01-02 failed"]);
      assert.match(error, /line 1 of its output has no day in "sale_date": "2024-01-01[T ]12:00:00"/);
    });
  });
}

describe("what a command writes", () => {
  it("fails on the date of a value that does not fit, and on no other", async () => {
    const change = '(day) => (day.sale_date === "2024-01-02" ? { ...day, sales: 2.5 } : day)';
    const { kinds, error, rows } = await outcomeOf(formats.ndjson(change));
    assert.deepEqual(kinds, ["2024-01-01 committed", "2024-01-02 failed"]);
    assert.match(error, /^sales is no int64 \(3 of them/);
    assert.equal(rows.length, 3);
  });

  it("fails for an integer that is too large, and keeps each digit of one that is not", async () => {
    const large = 'JSON.stringify(day).replace(/"total":\\d+/, \'"total":9223372036854775808\')';
    const text = `days().forEach((day) => appendFileSync(CASCADE_OUTPUT, ${large} + "\\n"));`;
    const { error, rows } = await outcomeOf(text);
    assert.match(error, /total is no int64 \(3 of them, first "east": 9223372036854775808\)/);
    assert.deepEqual(rows, []);
  });

  for (const [what, change, found] of [
    [
      "a column",
      '.replace("{", \'{"total":7,\')',
      /^total has a key of JSON twice \(3 of them, first "east": \d+\)$/m,
    ],
    [
      "a column under another spelling",
      String.raw`.replace("{", '{"t\\u006ftal":7,')`,
      /^total has a key of JSON twice \(3 of them/m,
    ],
    [
      "an object inside of a column",
      String.raw`.replace(/"total":\d+/, '"total":{"a:\\"":1,"a:\\"":2}')`,
      /^total has a key of JSON twice \(3 of them.*; total is no int64/m,
    ],
    [
      "the date",
      '.replace("{", \'{"sale_date":"2024-01-02",\')',
      /line 1 of its output has "sale_date" twice/,
    ],
  ] as const) {
    it(`fails when ${what} has a key twice, and stores nothing`, async () => {
      const line = `JSON.stringify(day)${change} + "\\n"`;
      const text = `days().forEach((day) => appendFileSync(CASCADE_OUTPUT, ${line}));`;
      const { kinds, error, rows } = await outcomeOf(text);
      assert.deepEqual(kinds, ["2024-01-01 failed", "2024-01-02 failed"]);
      assert.match(error, found);
      assert.deepEqual(rows, []);
    });
  }

  it("fails when a line is no object, or lacks a column that the others have", async () => {
    const torn = await outcomeOf("appendFileSync(CASCADE_OUTPUT, '{\"shop\": ');");
    assert.match(torn.error, /line 1 of its output is no JSON object/);
    const lacking = await outcomeOf(
      formats.ndjson("({ sales, ...day }, n) => n === 1 ? day : { ...day, sales }"),
    );
    assert.match(lacking.error, /line 2 of its output lacks declared columns: "sales"/);
    assert.deepEqual(lacking.rows, []);
  });

  it("fails when its file of failures has other columns", async () => {
    const failure =
      '{ shop: "north", sale_date: "2024-01-01", failure_category: "TOO_FEW_DAYS", reason: "x" }';
    const { error } = await outcomeOf(`days().forEach(emit); fail(${failure});`);
    assert.match(error, /line 1 of its failures has columns that are not declared: "reason"/);
    assert.match(error, /lacks declared columns: "failure_reason"/);
  });

  it("may begin with a byte order mark, end its lines with CRLF and have empty ones", async () => {
    const text = `const lines = days().map((day) => JSON.stringify(day));
appendFileSync(CASCADE_OUTPUT, "\\uFEFF" + lines.join("\\r\\n\\r\\n") + "\\r\\n");`;
    assert.equal((await outcomeOf(text)).rows.length, 6);
  });

  for (const [what, text, found] of [
    ["a folder", "mkdirSync(CASCADE_OUTPUT);", /its output is no file/],
    ["a pipe", 'execFileSync("mkfifo", [CASCADE_OUTPUT]);', /its output is no file/],
    ["a device", 'symlinkSync("/dev/zero", CASCADE_OUTPUT);', /its output is no file/],
    [
      "a line without an end",
      "for (let part = 0; part < 20; part += 1) appendFileSync(CASCADE_OUTPUT, 'x'.repeat(1e6));",
      /a line of its output has over 16000000 characters/,
    ],
    [
      "thousands of columns",
      "emit(Object.fromEntries(Array.from({ length: 20000 }, (_, at) => ['c'.repeat(200) + at, 1])));",
      /^.{0,2000}and 19,990 more, and lacks declared columns/,
    ],
    [
      "a number of millions of digits",
      `appendFileSync(CASCADE_OUTPUT, JSON.stringify(days()[0]).replace(/"total":\\d+/, '"total":' + "9".repeat(5e6)));`,
      /^total is no int64 \(1 of them, first "\w+": 9{80}…\)$/m,
    ],
    [
      "a value of thousands of levels",
      "emit({ ...days()[0], total: JSON.parse('['.repeat(1500) + ']'.repeat(1500)) });",
      /^total is no int64 \(1 of them, first "\w+": \[{80}…\)$/m,
    ],
    [
      "half a character",
      'emit({ ...days()[0], shop: "a\\ud800b" });',
      /^shop is no string \(1 of them, first "a\ud800b": "a\\ud800b"\)/m,
    ],
  ] as const) {
    it(`fails when it is ${what}, and soon`, { timeout: 60_000 }, async () => {
      const imports = `import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";\n`;
      const { kinds, error, rows } = await outcomeOf(imports + text);
      assert.deepEqual(kinds, ["2024-01-01 failed", "2024-01-02 failed"]);
      assert.match(error, found);
      assert.deepEqual(rows, []);
    });
  }

  it("is read without writing where a command has laid a link", async () => {
    const text = `import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
days().forEach(emit);
const precious = join(process.cwd(), "precious");
writeFileSync(precious, "precious");
for (const folder of [CASCADE_INPUT_DIR, dirname(CASCADE_INPUT_DIR)]) {
  for (const name of ["rows", "rows.checked", "output.ndjson.rewritten", "2", "3"]) symlinkSync(precious, join(folder, name));
}
`;
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const { kinds } = datesOf(await scene.run(warehouse, 1));
    assert.deepEqual(kinds, ["2024-01-01 committed"]);
    assert.equal(await readFile(join(scene.folder, "precious"), "utf8"), "precious");
  });

  it("is told without what the command has masked", async () => {
    const text = `console.log("::add-mask::told-to-mask-it");
days().forEach((day) => emit({ ...day, shop: "told-to-mask-it", total: "of told-to-mask-it" }));`;
    const { error } = await outcomeOf(text);
    assert.match(error, /^total is no int64 \(3 of them, first "\*\*\*": "of \*\*\*"\)$/m);
  });
});
