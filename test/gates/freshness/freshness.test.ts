import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FreshTable } from "../../../src/gates/freshness/fresh-table.ts";
import { readFreshness } from "../../../src/gates/freshness/read-freshness.ts";
import { runGates } from "../../../src/gates/run-gates.ts";
import type { Gate, Runbook } from "../../../src/runbook/runbook.ts";
import { change, day, openSettled, range, scopeOf, shopRunbook } from "../toy-shop.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };

function gateOf(maximumAge: number, more: Partial<Gate> = {}): Gate {
  const processors = ["SALES", "TREND"];
  const head = { id: "fresh", kind: "freshness", after: processors, processors } as const;
  return { ...head, blocking: true, strict: false, maximumAge, place, ...more };
}

function bookOf(...gates: readonly Gate[]): Runbook {
  return shopRunbook({ gates });
}

type Case = { readonly sql?: string; readonly today?: string; readonly gates?: readonly Gate[] };

async function tablesAfter({ sql = "", today = "2024-06-01", gates = [gateOf(1)] }: Case) {
  const book = bookOf(...gates);
  await using warehouse = await openSettled();
  if (sql !== "") await change(warehouse, sql);
  const scope = await scopeOf(warehouse, book, { today: day(today) });
  const tables = await readFreshness(warehouse, { scope, gate: undefined });
  return new Map(tables.map((table) => [String(table.table), table]));
}

const lost = "delete from shop_raw.orders where order_date >= '2024-05-10'";

describe("readFreshness()", () => {
  it("finds every source and processor fresh that stands on the newest due date", async () => {
    const tables = await tablesAfter({});
    assert.deepEqual([...tables.keys()].toSorted(), [
      "shop.sales",
      "shop.trend",
      "shop_raw.openings",
      "shop_raw.orders",
    ]);
    for (const table of tables.values()) {
      assert.partialDeepStrictEqual(table, {
        status: "fresh",
        newest: "2024-05-12",
        due: "2024-05-12",
        age: 0,
      });
    }
  });

  it("finds a source late that is older than it may be, with the dates that it lacks", async () => {
    assert.partialDeepStrictEqual((await tablesAfter({ sql: lost })).get("shop_raw.orders"), {
      status: "late",
      newest: "2024-05-09",
      age: 3,
      maximumAge: 1,
      missing: ["2024-05-10", "2024-05-11", "2024-05-12"],
    });
  });

  it("allows as many days as the limit says", async () => {
    const tables = await tablesAfter({ sql: lost, gates: [gateOf(3)] });
    assert.partialDeepStrictEqual(tables.get("shop_raw.orders"), { status: "fresh", age: 3, missing: [] });
  });

  it("counts from the newest calendar date that has come, not from the range's end", async () => {
    const tables = await tablesAfter({ sql: lost, today: "2024-05-10" });
    assert.partialDeepStrictEqual(tables.get("shop_raw.orders"), {
      status: "fresh",
      due: "2024-05-10",
      age: 1,
    });
  });

  it("finds nothing late while no date of the range has come", async () => {
    const tables = await tablesAfter({ sql: lost, today: "2024-04-30" });
    assert.deepEqual([...new Set([...tables.values()].map(({ status }) => status))], ["fresh"]);
  });

  it("finds a processor late by its newest settled date", async () => {
    const tables = await tablesAfter({ sql: "delete from shop.trend where sale_date >= '2024-05-08'" });
    assert.partialDeepStrictEqual(tables.get("shop.trend"), { status: "late", newest: "2024-05-07", age: 5 });
  });

  it("finds an empty table late, without an age", async () => {
    const { age, newest, ...table } = (await tablesAfter({ sql: "delete from shop_raw.orders" })).get(
      "shop_raw.orders",
    ) as FreshTable;
    assert.deepEqual([table.status, newest, age], ["late", undefined, undefined]);
  });

  it("holds single tables to limits of their own, and the others to that of the gate", async () => {
    const maximumAges = { "shop_raw.orders": 3, TREND: 0 };
    const sql = `${lost}; delete from shop.trend where sale_date >= '2024-05-12'`;
    const tables = await tablesAfter({ sql, gates: [gateOf(1, { maximumAges })] });
    assert.deepEqual(
      ["shop_raw.orders", "shop.trend", "shop.sales"].map((name) => {
        const found = tables.get(name);
        return [name, found?.status, found?.age, found?.maximumAge];
      }),
      [
        ["shop_raw.orders", "fresh", 3, 3],
        ["shop.trend", "late", 1, 0],
        ["shop.sales", "fresh", 0, 1],
      ],
    );
  });

  it("holds a table to the strictest of the gates that look at it", async () => {
    const gates = [gateOf(9), gateOf(2, { id: "sales", processors: ["SALES"] })];
    const tables = await tablesAfter({ gates });
    assert.equal(tables.get("shop.sales")?.maximumAge, 2);
    assert.equal(tables.get("shop.trend")?.maximumAge, 9);
  });
});

describe("a freshness gate", () => {
  async function resultOf(gate: Gate, sql: string) {
    const book = bookOf(gate);
    await using warehouse = await openSettled();
    await change(warehouse, sql);
    const [result] = await runGates(warehouse, { runbook: book, range, today: day("2024-06-01") }, [gate]);
    return result;
  }

  it("holds back the dates that a late source lacks, and says how late it is", async () => {
    const result = await resultOf(gateOf(1), lost);
    assert.equal(result?.status, "blocked");
    assert.deepEqual(result.held.find(({ table }) => table === "shop_raw.orders")?.dates, [
      "2024-05-10",
      "2024-05-11",
      "2024-05-12",
    ]);
    assert.match(
      result.summary,
      /^shop_raw\.orders 2024-05-10: the newest date is 2024-05-09, 3 days before 2024-05-12, at most 1 day are allowed/,
    );
  });

  it("warns where it is not blocking, and passes within its limit", async () => {
    assert.equal((await resultOf(gateOf(1, { blocking: false }), lost))?.status, "warned");
    assert.equal((await resultOf(gateOf(3), lost))?.status, "passed");
  });
});
