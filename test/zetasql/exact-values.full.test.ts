import assert from "node:assert/strict";
import fc from "fast-check";
import type { ColumnType } from "../../src/domain/column.ts";
import { tupleText } from "../../src/domain/tuple-text.ts";
import { day, tableOf } from "../gates/toy-shop.ts";
import { calendarQuery } from "../../src/sql/calendar.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { googlesqlLoss } from "../../src/sql/googlesql-losses.ts";
import { keyText } from "../../src/sql/key-text.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { evaluate } from "./evaluate.ts";
import { startZetaSql, withoutZetaSql, type ZetaSql } from "./zetasql.ts";

const { after, before, describe, it } = testsThatNeed(withoutZetaSql);

const kept: Partial<Record<ColumnType, readonly string[]>> = {
  int64: [
    "7",
    "7.0e0",
    "numeric '7.00'",
    "9223372036854775807",
    "1e17",
    "9.2233720368547748e18",
    "-3",
    "cast(null as int64)",
  ],
  float64: [
    "7",
    "0.1e0",
    "numeric '0.1'",
    "9007199254740992",
    "cast('nan' as float64)",
    "cast(null as float64)",
  ],
  bool: ["true", "1 = 0", "cast(null as bool)"],
  bytes: ["b'ab'", "cast(null as bytes)"],
  date: [
    "date '1000-01-01'",
    "date '9999-12-31'",
    "date '2024-02-26'",
    "'2024-02-26'",
    "datetime '2024-02-26 00:00:00'",
    "cast(date '2024-02-26' as timestamp)",
    "cast(null as date)",
  ],
  timestamp: ["timestamp '2024-02-26 10:00:00.123456'", "date '2024-02-26'", "'2024-02-26 10:00:00.123456'"],
  "numeric(12, 2)": [
    "7",
    "numeric '9.90'",
    "bignumeric '9999999999.99'",
    "12.5e0",
    "0.1e0",
    "cast(null as numeric)",
  ],
  datetime: ["datetime '2024-02-26 10:00:00.123456'", "'2024-02-26 10:00:00'", "cast(null as datetime)"],
  time: ["time '10:00:00'", "'10:00:00'", "cast(null as time)"],
};

const lost: Partial<Record<ColumnType, readonly string[]>> = {
  int64: [
    "7.5e0",
    "numeric '7.5'",
    "'7'",
    "'x'",
    String.raw`'it\'s'`,
    "1e300",
    "cast('nan' as float64)",
    "true",
    "bignumeric '9223372036854775808'",
  ],
  float64: ["9007199254740993", "'0.1'", "'x'"],
  bool: ["0", "1", "2", "'true'", "'t'", "'yes'"],
  bytes: ["'ab'"],
  date: [
    "date '0999-12-31'",
    "'0999-12-31'",
    "datetime '0001-01-01 00:00:00'",
    "datetime '2024-02-26 23:59:59'",
    "datetime '2024-02-26 00:00:00.5'",
    "timestamp_add(cast(date '2024-02-26' as timestamp), interval 1 microsecond)",
    "'2024-02-26 23:59:59'",
    "'2024-02-26T23:30:00-05:00'",
    "'soon'",
  ],
  timestamp: ["'soon'", "timestamp '0999-12-31 23:59:59+00'", "date '0001-01-01'"],
  "numeric(12, 2)": [
    "numeric '9.999'",
    "10000000000",
    "0.1e0 + 0.2e0",
    "1e10",
    "'7'",
    "cast('nan' as float64)",
  ],
  datetime: ["timestamp '2024-02-26 10:00:00+00'", "'soon'", "datetime '0999-12-31 23:59:59'"],
  time: ["'25:00'", "datetime '2024-02-26 10:00:00'"],
};

describe("exact values in GoogleSQL", () => {
  let zetasql: ZetaSql;
  before(async () => {
    zetasql = await startZetaSql();
  });
  after(async () => zetasql[Symbol.asyncDispose]());

  async function ask(sql: string): Promise<readonly Row[]> {
    return evaluate(zetasql, { sql, parameters: {}, content: [] });
  }

  async function isLost(type: ColumnType, value: string): Promise<unknown> {
    const loss = googlesqlLoss(type, "`order`");
    assert.ok(loss);
    const [row] = await ask(
      `select ${loss.when} as lost from (select ${value} as \`order\`) as step_outcome`,
    );
    return row?.["lost"];
  }

  for (const [type, values] of Object.entries(kept) as [ColumnType, readonly string[]][]) {
    it(`takes for ${type} what loses nothing`, async () => {
      for (const value of values) assert.equal(await isLost(type, value), false, value);
    });
  }

  for (const [type, values] of Object.entries(lost) as [ColumnType, readonly string[]][]) {
    it(`tells what ${type} would change`, async () => {
      for (const value of values) assert.equal(await isLost(type, value), true, value);
    });
  }

  it("makes one text of a key as everywhere", async () => {
    const part = fc.string({ unit: fc.constantFrom("|", "\\", "a", "'", "\n"), maxLength: 3 });
    for (const tuple of fc.sample(fc.array(part, { minLength: 2, maxLength: 3 }), 50)) {
      const text = keyText(
        googlesql,
        tuple.map((own) => ({ value: googlesql.quoteText(own), type: "string" })),
      );
      assert.deepEqual(await ask(`select ${text} as key_text`), [{ key_text: tupleText(tuple) }]);
    }
  });

  it("keeps the last day of months in a calendar by rule", async () => {
    const table = tableOf("ledger.calendar");
    const columns = [
      { name: "day", type: "date" },
      { name: "season", type: "int64" },
    ] as const;
    async function datesOf(from: string, to: string): Promise<readonly unknown[]> {
      const rule = { kind: "rule", every: "month", from: day(from), to: day(to), season: "year" } as const;
      const calendar = { table, dateColumn: "day", seasonColumn: "season", columns, origin: rule } as const;
      const rows = await ask(`select day from (${calendarQuery(googlesql, calendar, [])}) order by day`);
      return rows.map((row) => row["day"]);
    }
    assert.deepEqual(await datesOf("2024-01-31", "2024-05-30"), [
      "2024-01-31",
      "2024-02-29",
      "2024-03-31",
      "2024-04-30",
    ]);
    assert.deepEqual(await datesOf("2023-12-30", "2024-03-30"), [
      "2023-12-30",
      "2024-01-30",
      "2024-02-29",
      "2024-03-30",
    ]);
  });
});
