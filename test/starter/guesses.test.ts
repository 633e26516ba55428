import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ColumnType } from "../../src/domain/column.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import type { FoundColumn, FoundTable } from "../../src/starter/found-table.ts";
import { dateCandidates } from "../../src/starter/guess-date.ts";
import { keyCandidates } from "../../src/starter/guess-key.ts";

const spelling = {
  kind: "loaded" as const,
  column: (written: string) => `"${written}"`,
  fromParts: (...parts: readonly string[]) => `make_date(${parts.join(", ")})`,
};

describe("keyCandidates()", () => {
  const date = { name: "day", values: 30, madeOf: [] };

  it("tries an identifier before other columns, and one column before several", () => {
    const found = table(900, [
      column("note", "string", { distinct: 890 }),
      column("order_id", "string", { distinct: 905 }),
    ]);
    assert.deepEqual(keyCandidates(found, date).slice(0, 3), [["order_id"], ["note"], ["day", "order_id"]]);
  });

  it("tries only what has values enough, without NULL, and no floats", () => {
    const found = table(900, [
      column("day", "date", { distinct: 30 }),
      column("customer", "string", { distinct: 40 }),
      column("kind", "string", { distinct: 2 }),
      column("price", "float64", { distinct: 900 }),
      column("coupon", "string", { distinct: 900, nulls: 1 }),
    ]);
    assert.deepEqual(keyCandidates(found, date), [
      ["day", "customer"],
      ["day", "customer", "kind"],
    ]);
  });

  it("takes no part of the date beside the date", () => {
    const found = table(60, [
      column("year", "int64", { distinct: 30 }),
      column("month", "int64", { distinct: 30 }),
      column("day_of_month", "int64", { distinct: 30 }),
      column("carrier", "string", { distinct: 2 }),
    ]);
    const made = { name: "date", values: 30, madeOf: ["year", "month", "day_of_month"] };
    assert.deepEqual(keyCandidates(found, made), [["date", "carrier"]]);
  });
});

describe("dateCandidates()", () => {
  it("prefers a date to an instant, and what happened to what was updated, due or born", () => {
    const found = table(9, [
      column("updated_at", "timestamp"),
      column("created_at", "timestamp"),
      column("due_date", "date"),
      column("birth_date", "date"),
      column("order_date", "date"),
    ]);
    assert.deepEqual(namesOf(found), [
      "order_date",
      "due_date",
      "birth_date",
      "created_date",
      "updated_date",
    ]);
  });

  it("makes a date of year, month and day, under a name that is free", () => {
    const found = table(9, [
      column("year", "int64"),
      column("month", "int64"),
      column("day", "int64"),
      column("date", "string"),
    ]);
    assert.deepEqual(dateCandidates(found, spelling).candidates, [
      {
        value: {
          kind: "loaded",
          sql: 'make_date("year", "month", "day")',
          name: "row_date",
          of: ["year", "month", "day"],
        },
        why: "made of year, month, day",
      },
    ]);
  });

  it("takes no column with NULL, and tells that it looked at it", () => {
    const found = table(9, [column("paid_date", "date", { nulls: 2 })]);
    assert.deepEqual(dateCandidates(found, spelling), {
      candidates: [],
      tried: ["paid_date (NULL in 2 of 9 rows)", "year, month and day"],
    });
  });
});

function namesOf(found: FoundTable): readonly string[] {
  return dateCandidates(found, spelling).candidates.map(({ value }) => value.name);
}

function table(rows: number, columns: readonly FoundColumn[]): FoundTable {
  return { table: parseTableId("shop.orders") as TableId, rows, columns };
}

function column(name: string, type: ColumnType, more: Partial<FoundColumn> = {}): FoundColumn {
  return {
    written: name,
    name,
    printed: type,
    type,
    nulls: 0,
    distinct: 9,
    least: undefined,
    greatest: undefined,
    notFinite: 0,
    ...more,
  };
}
