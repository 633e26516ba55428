import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCoverage } from "../../../src/gates/coverage/read-coverage.ts";
import { waiverDigest } from "../../../src/plan/waivers/waiver-digest.ts";
import { waiversInForce } from "../../../src/plan/waivers/waivers-in-force.ts";
import type { Waiver } from "../../../src/runbook/waiver.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import { change, day, openSettled, scopeOf, shopRunbook } from "../../gates/toy-shop.ts";

const gap: Waiver = {
  id: "lost-day",
  kind: "gap",
  processor: "SALES",
  period: undefined,
  dates: [day("2024-05-03")],
  entities: ["ada"],
  maximumRate: undefined,
  reason: "the till was broken",
  approver: "somebody",
  expires: day("2024-06-30"),
  digest: "",
  warehouse: "",
  place: { file: "waivers.yml", line: 1, column: 1 },
};

async function signed(warehouse: Warehouse, waiver: Waiver): Promise<Waiver> {
  const book = shopRunbook();
  const { state } = await scopeOf(warehouse, book);
  return { ...waiver, digest: waiverDigest(book, state, waiver), warehouse: warehouse.hashTag };
}

async function statusAfter(sql: string, waiver: Waiver, more: Partial<Waiver> = {}): Promise<string> {
  await using warehouse = await openSettled();
  const book = shopRunbook({ waivers: [{ ...(await signed(warehouse, waiver)), ...more }] });
  if (sql !== "") await change(warehouse, sql);
  const { waivers } = await scopeOf(warehouse, book);
  const [verdict] = waivers;
  return `${verdict?.status}${verdict !== undefined && "why" in verdict ? `: ${verdict.why}` : ""}`;
}

describe("waiversInForce()", () => {
  it("holds up to and on the day of expiry", async () => {
    assert.equal(await statusAfter("", gap), "in-force");
    assert.equal(await statusAfter("", gap, { expires: day("2024-06-01") }), "in-force");
    assert.equal(await statusAfter("", gap, { expires: day("2024-05-31") }), "lapsed: expired");
  });

  it("lapses when upstream content of its dates changes, and only then", async () => {
    const upstream = "update shop_raw.orders set amount = 1 where order_date = ";
    assert.equal(await statusAfter(`${upstream} '2024-05-03'`, gap), "lapsed: digest-changed");
    assert.equal(await statusAfter(`${upstream} '2024-05-04'`, gap), "in-force");
    assert.equal(await statusAfter("delete from shop.sales", gap), "in-force");
  });

  it("takes the upstream of a whole period for a budget", async () => {
    const budget: Waiver = {
      ...gap,
      kind: "budget",
      period: "early",
      dates: [],
      entities: [],
      maximumRate: 0.2,
    };
    const upstream = "update shop_raw.orders set amount = 1 where order_date = ";
    assert.equal(await statusAfter(`${upstream} '2024-05-04'`, budget), "lapsed: digest-changed");
    assert.equal(await statusAfter(`${upstream} '2024-05-05'`, budget), "in-force");
  });

  it("does not apply on another warehouse", async () => {
    assert.equal(await statusAfter("", gap, { warehouse: "bigquery/1" }), "not-applicable: other-warehouse");
  });

  it("does not lapse with a definition", async () => {
    await using warehouse = await openSettled();
    const book = shopRunbook({ waivers: [await signed(warehouse, gap)], sales: { definition: "new" } });
    const { state } = await scopeOf(warehouse, book);
    const [verdict] = waiversInForce(book, { state, today: day("2024-06-01") });
    assert.equal(verdict?.status, "in-force");
  });
});

describe("a gap waiver", () => {
  it("moves named members from untracked to waived, and nobody else", async () => {
    await using warehouse = await openSettled();
    const book = shopRunbook({ waivers: [await signed(warehouse, gap)] });
    await change(warehouse, "delete from shop.sales where sale_date = '2024-05-03'");
    const { rows } = await readCoverage(warehouse, await scopeOf(warehouse, book));
    const row = rows.find(({ processor, date }) => processor === "SALES" && date === "2024-05-03");
    assert.partialDeepStrictEqual(row, {
      expected: 2,
      present: 0,
      waived: 1,
      untracked: 1,
      status: "untracked",
    });
  });

  it("covers every member when it names none", async () => {
    await using warehouse = await openSettled();
    const book = shopRunbook({ waivers: [await signed(warehouse, { ...gap, entities: [] })] });
    await change(warehouse, "delete from shop.sales where sale_date = '2024-05-03'");
    const { rows } = await readCoverage(warehouse, await scopeOf(warehouse, book));
    const row = rows.find(({ processor, date }) => processor === "SALES" && date === "2024-05-03");
    assert.partialDeepStrictEqual(row, { waived: 2, untracked: 0, status: "partial" });
  });
});
