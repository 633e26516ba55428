import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GateResult } from "../../src/gates/gate-result.ts";
import { recordGateResult, runGates } from "../../src/gates/run-gates.ts";
import { readGates } from "../../src/ledger/record-gates.ts";
import type { Budget, Gate, GateKind } from "../../src/runbook/runbook.ts";
import { change, day, openShop, range, settle, shopRunbook, type ShopChange } from "./toy-shop.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };
const budgetOfAll: Budget = {
  period: "early",
  processors: ["SALES"],
  expected: undefined,
  maximum: 0.1,
  allowed: ["NO_ORDERS"],
  exceeded: { action: "investigate", text: "look" },
  expectedRows: {},
  place,
};
const lost = "delete from shop.sales where sale_date = '2024-05-03'";
const noOrders = "delete from shop_raw.orders where order_date = '2024-05-03' and shop_id = 'bob'";

function gateOf(kind: GateKind, more: Partial<Gate> = {}): Gate {
  const processors = ["SALES", "TREND"];
  return { id: kind, kind, after: ["TREND"], processors, blocking: true, strict: false, place, ...more };
}

async function resultOf(
  gate: Gate,
  {
    before = "",
    after = "",
    book: changes = {},
  }: { before?: string; after?: string; book?: ShopChange } = {},
): Promise<GateResult> {
  const book = shopRunbook(changes);
  await using warehouse = await openShop(book);
  if (before !== "") await change(warehouse, before);
  await settle(warehouse, book);
  if (after !== "") await change(warehouse, after);
  const [result] = await runGates(warehouse, { runbook: book, range, today: day("2024-06-01") }, [gate]);
  assert.ok(result);
  return result;
}

function heldBy({ held }: GateResult): readonly string[] {
  return held.flatMap(({ table, processor, dates }) =>
    dates.map((date) => `${processor ?? table} ${date.slice(-2)}`),
  );
}

describe("runGates()", () => {
  it("passes every kind on a clean warehouse", async () => {
    for (const kind of ["gaps", "coverage", "contamination", "contract", "budget"] as const) {
      const result = await resultOf(gateOf(kind));
      assert.partialDeepStrictEqual(result, { status: "passed", held: [], exitCode: 0 }, result.summary);
    }
  });

  it("holds back the dates that a blocking gate found, and only those", async () => {
    for (const kind of ["gaps", "coverage"] as const) {
      const result = await resultOf(gateOf(kind), { after: lost });
      assert.partialDeepStrictEqual(result, { status: "blocked", exitCode: 1 });
      assert.deepEqual(heldBy(result), ["SALES 03"]);
    }
    const tainted = await resultOf(gateOf("contamination"), { after: lost });
    assert.deepEqual(heldBy(tainted), ["SALES 03", "TREND 04", "TREND 05"]);
    assert.match(tainted.summary, /SALES 2024-05-03: its rows are not those that were committed/);
  });

  it("warns and holds nothing back when the gate is not blocking", async () => {
    const result = await resultOf(gateOf("coverage", { blocking: false }), { after: lost });
    assert.partialDeepStrictEqual(result, { status: "warned", held: [], exitCode: 0 });
  });

  it("looks only at processors that have run by then, and at the sources they read", async () => {
    const gate = gateOf("gaps", { after: [] });
    assert.equal((await resultOf(gate, { after: lost })).status, "passed");
    const raw = await resultOf(gate, {
      after: "delete from shop_raw.orders where order_id = '2024-05-03 ada 1'",
    });
    assert.deepEqual(heldBy(raw), ["shop_raw.orders 03"]);
  });

  it("passes nothing that it could not check", async () => {
    const minimumRows = "calendar.tills";
    const result = await resultOf(gateOf("gaps"), { book: { orders: { minimumRows } } });
    assert.partialDeepStrictEqual(result, { status: "check-failed", exitCode: 3 });
    assert.equal(result.held.length, 4);
    const warning = await resultOf(gateOf("gaps", { blocking: false }), {
      book: { orders: { minimumRows } },
    });
    assert.partialDeepStrictEqual(warning, { status: "check-failed", held: [], exitCode: 3 });
  });

  it("is check-failed where the state cannot be read; a schema that drifted violates the contract alone", async () => {
    const gone = { after: "drop table shop_raw.openings" };
    assert.partialDeepStrictEqual(await resultOf(gateOf("contract"), gone), {
      status: "check-failed",
      exitCode: 3,
    });
    const drift = { after: "alter table shop.sales rename column best to finest" };
    assert.partialDeepStrictEqual(await resultOf(gateOf("gaps"), drift), {
      status: "passed",
      exitCode: 0,
    });
    const contract = await resultOf(gateOf("contract"), drift);
    assert.partialDeepStrictEqual(contract, { status: "blocked", exitCode: 1 });
    assert.match(contract.summary, /"best" is missing/);
  });

  it("fails a strict contamination gate on partial values, and warns otherwise", async () => {
    const many =
      "insert into shop.sales select sale_date, shop_id || n, 3, revenue, best, size, method from shop.sales, range(40) as t(n) where sale_date = '2024-05-03'";
    const after = `${many}; update shop.sales set best = 0 where sale_date = '2024-05-03' and shop_id = 'ada'`;
    const gate = gateOf("contamination", { after: ["SALES"], processors: ["SALES"] });
    const partialOnly = { after, book: { sales: { relations: [] } } };
    const strict = await resultOf({ ...gate, strict: true }, partialOnly);
    assert.equal(strict.status, "blocked");
    assert.match(
      JSON.stringify(strict.detail),
      /"field":"best","date":"2024-05-03","rows":82,"invalid":1,"status":"partial"/,
    );
  });

  it("warns of values and relations that only warn, and holds nothing back for them", async () => {
    const written = { valid: "{field} > 1000", exempt: undefined };
    const [usual] = shopRunbook().processors[0]?.relations ?? [];
    assert.ok(usual);
    const odd = "select date '2024-05-03' as analysis_date, 'ada' as entity_id, 'odd' as detail";
    const statuses = { warn: ["warned", 0], block: ["blocked", 1] } as const;
    for (const level of ["warn", "block"] as const) {
      const field = { field: "best", ...written, valid: "best > 1000", written, level };
      const relation = { ...usual, sql: { file: "odd.sql", text: odd }, level };
      const [status, exitCode] = statuses[level];
      for (const [kind, sales, text] of [
        ["contamination", { critical: [field], relations: [] }, /best: 2 of 2 rows break "best > 1000"/],
        ["contamination", { critical: [], relations: [relation] }, /SALES 2024-05-03|odd/],
        ["contract", { relations: [relation] }, /revenue is the sum of the orders/],
      ] as const) {
        const gate = gateOf(kind, { after: ["SALES"], processors: ["SALES"] });
        const found = await resultOf(gate, { book: { sales } });
        assert.partialDeepStrictEqual(found, { status, exitCode });
        assert.match(found.summary, text);
        assert.equal(found.held.length > 0, level === "block");
      }
    }
  });

  it("blocks on far fewer rows than usual where the source says so", async () => {
    const before =
      "insert into shop_raw.orders select order_id || ' copy ' || n, * exclude (order_id, n) from shop_raw.orders, range(10) as t(n)";
    const after =
      "delete from shop_raw.orders where order_date = '2024-05-12' and order_id like '% copy %' and cast(right(order_id, 1) as int) < 5";
    const told = await resultOf(gateOf("gaps"), { before, after });
    assert.partialDeepStrictEqual(told, { status: "warned", held: [], exitCode: 0 });
    const strict = await resultOf(gateOf("gaps"), { before, after, book: { orders: { volume: "block" } } });
    assert.partialDeepStrictEqual(strict, { status: "blocked", exitCode: 1 });
    assert.deepEqual(heldBy(strict), ["shop_raw.orders 12"]);
    assert.match(strict.summary, /shop_raw.orders 2024-05-12: only \d+ rows, about \d+ are usual/);
  });

  it("ends with exit 1 on an exceeded budget, and holds dates back only where the runbook says stop", async () => {
    const gate = gateOf("budget", { blocking: false });
    const exceeded = await resultOf(gate, { before: noOrders, book: { budgets: [budgetOfAll] } });
    assert.partialDeepStrictEqual(exceeded, { status: "warned", held: [], exitCode: 1 });
    assert.match(exceeded.summary, /SALES early exceeded \(12.5 %\)/);
    const stop = { ...budgetOfAll, exceeded: { action: "stop", text: "stop" } } as const;
    const stopped = await resultOf(gateOf("budget"), { before: noOrders, book: { budgets: [stop] } });
    assert.deepEqual(heldBy(stopped), ["SALES 01", "SALES 02", "SALES 03", "SALES 04"]);
  });

  it("records a result that can be read back", async () => {
    const book = shopRunbook();
    await using warehouse = await openShop(book);
    const request = { runbook: book, range, today: day("2024-06-01") };
    for (const [index, change] of [gateOf("gaps"), gateOf("gaps", { blocking: false })].entries()) {
      const [result] = await runGates(warehouse, request, [change]);
      assert.ok(result);
      const checkedAt = new Date(Date.UTC(2024, 5, 1, index));
      await recordGateResult(warehouse, book.ledger, { result, runId: "r", checkedAt });
    }
    const records = await readGates(warehouse, book.ledger, "r");
    assert.deepEqual([...records.keys()], ["gaps"]);
    const record = records.get("gaps");
    assert.partialDeepStrictEqual(record, { status: "warned", blocking: false, range, held: [] });
    assert.equal(JSON.parse(record?.detail ?? "{}").expectedDates, 11);
  });
});
