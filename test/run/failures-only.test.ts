import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { fillTill, readTill, runTill, tillFiles } from "./open-columns.ts";

const categories = `categories:
  TOO_FEW: { level: entity, meaning: few sales, retryable: false, action: accept }
  PROCESSING_ERROR: { level: entity, meaning: a defect, retryable: true, action: investigate, zero-budget: true }
  MISSING_UPSTREAM: { level: date, meaning: upstream is missing, retryable: true, action: run it, zero-budget: true }
`;

function booksOf(edge: string): ReadonlyMap<string, string> {
  return tillFiles([], {
    "runbook.yml": `name: till
calendar: { rule: { from: 2024-01-01, to: 2024-01-10 } }
${categories}sources: [{ table: till_raw.sales, date: day, key: [sale] }]
processors:
  - { id: SUMS, table: till_mart.sums, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
  - { id: ABSENT, table: till_mart.absent, date: day, key: [day, category], reads: [${edge}], sql: absent.sql }
`,
    "sums.sql": `select day, shop, case when sum(amount) >= 200 then sum(amount) end as amount,
  case when sum(amount) < 200 then 'TOO_FEW' end as failure_category,
  case when sum(amount) < 200 then 'under 200' end as failure_reason
from till_raw.sales where day between @start_date and @end_date group by day, shop`,
    "absent.sql": `select analysis_date as day, failure_category as category, count(*) as shops
from till_ledger.precompute_failures
where processor_name = 'SUMS' and analysis_date between @start_date and @end_date group by analysis_date, failure_category`,
  });
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute([{ sql, purpose: "change the raw table" }]);
}

describe("an edge to failures only", () => {
  it("computes its reader again when failures change, and not when rows do", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await fillTill(warehouse);
    const runbook = await completeRunbook(warehouse, readTill(booksOf("{ from: SUMS, failures: only }")));
    assert.equal((await runTill(warehouse, runbook)).isClean, true);
    const held =
      "select sum(shops) = (select count(*) from till_ledger.precompute_failures) as is_all from till_mart.absent";
    assert.deepEqual(await warehouse.query({ sql: held, purpose: "look" }), [{ is_all: true }]);
    await change(warehouse, "update till_raw.sales set amount = amount + 1 where day = date '2024-01-03'");
    const rows = await runTill(warehouse, runbook);
    assert.deepEqual(
      rows.plan.cells.map(({ processor }) => processor),
      ["SUMS", "ABSENT"],
    );
    const looked = await runTill(warehouse, runbook);
    assert.equal(looked.plan.totals.units, 0);
    await change(
      warehouse,
      "update till_raw.sales set amount = 0 where day = date '2024-01-04' and shop = 'north'",
    );
    const failures = await runTill(warehouse, runbook);
    assert.equal(failures.isClean, true);
    assert.deepEqual(await warehouse.query({ sql: held, purpose: "look" }), [{ is_all: true }]);
  });

  it("has SQL that reads failures and not the table, and is of a processor", () => {
    assert.throws(
      () => readTill(booksOf("SUMS")),
      /precompute_failures.*failures: true, or only, on an edge/s,
    );
    assert.throws(
      () => readTill(booksOf("{ from: till_raw.sales, failures: only }")),
      /"till_raw.sales" is a source: nobody records why rows of it are absent/,
    );
  });
});
