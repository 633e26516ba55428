import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCoverage } from "../../src/gates/coverage/read-coverage.ts";
import { openGateScope } from "../../src/gates/gate-scope.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { explainPartition } from "../../src/operations/explain-partition.ts";
import { createTables } from "../../src/ledger/create-tables.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop, readShop, shopRange, testEffects } from "./shop.ts";

const date = shopRange.from;
const range = { from: date, to: date };

/** Three keys of which two are one text when their parts are joined without a word: the second fails. */
const members = `select sale_date, area, branch
from (select distinct sale_date from shop_raw.sales where sale_date between @start_date and @end_date)
cross join (values ('a|b', 'c'), ('a', 'b|c'), ('a\\', 'c')) as places(area, branch)`;

async function branchRunbook(): Promise<{ readonly runbook: Runbook; readonly branches: Processor }> {
  const shop = await readShop();
  const [day] = shop.processors;
  const population = day?.population;
  assert.ok(day && population);
  const failing = "area = 'a' and branch = 'b|c'";
  const text = `select sale_date, area, branch,
  case when ${failing} then null else 1 end as total,
  case when ${failing} then 'TOO_FEW_DAYS' end as failure_category,
  case when ${failing} then 'it is new' end as failure_reason
from (${members})`;
  const branches: Processor = {
    ...day,
    key: ["sale_date", "area", "branch"],
    entity: ["area", "branch"],
    cluster: [],
    columns: [
      { name: "sale_date", type: "date" },
      { name: "area", type: "string" },
      { name: "branch", type: "string" },
      { name: "total", type: "int64" },
    ],
    critical: [],
    distributions: [],
    relations: [],
    population: {
      ...population,
      key: ["area", "branch"],
      sql: { file: "members.sql", text: `select sale_date as analysis_date, area, branch from (${members})` },
    },
    step: { kind: "sql", sql: { file: "branches.sql", text } },
  };
  return { runbook: { ...shop, processors: [branches], gates: [] }, branches };
}

async function openBranches(runbook: Runbook): Promise<Warehouse> {
  const warehouse = await openShop();
  await warehouse.execute([{ sql: "drop table shop_analytics.shop_day", purpose: "make room" }]);
  await createTables(warehouse, runbook);
  return warehouse;
}

describe("keys of several parts", () => {
  it("are accounted for one by one, whatever separators their parts hold", async () => {
    const { runbook, branches } = await branchRunbook();
    await using warehouse = await openBranches(runbook);
    const run = await runBackfill(warehouse, { runbook, selection: { range } }, testEffects());
    assert.deepEqual(
      run.cells.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind)),
      ["committed"],
    );
    const state = await readState(warehouse, runbook, range);
    const scope = await openGateScope(warehouse, { runbook, state, range, today: date, withLeadIn: false });
    const { rows } = await readCoverage(warehouse, scope);
    assert.partialDeepStrictEqual(rows, [
      { date, expected: 3, present: 2, explained: 1, untracked: 0, phantom: 0, unexpected: 0 },
    ]);
    const asked = { runbook, processor: branches, date, entity: String.raw`a|b\|c`, today: date };
    const { entity } = await explainPartition(warehouse, asked);
    assert.partialDeepStrictEqual(entity, { isExpected: true, row: undefined });
    assert.equal(entity?.failures.length, 1);
  });
});
