import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { coverageJson } from "../../src/gates/coverage/coverage-json.ts";
import { readCoverage } from "../../src/gates/coverage/read-coverage.ts";
import { judgeBudgets } from "../../src/gates/budget/judge-budgets.ts";
import { readGaps } from "../../src/gates/gaps/read-gaps.ts";
import { openGateScope, type GateScope } from "../../src/gates/gate-scope.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { reportOn } from "../../src/operations/report-on.ts";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import { lintRunbook } from "../../src/runbook/lint-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { fillTill, readTill, runTill, tillFiles, tillRange } from "../run/open-columns.ts";

const today = "2024-02-01" as CalendarDate;

const files = tillFiles(
  [
    ["populations: { SHOPS: { title: Shops of the day, sql: shops.sql, reads: [till_raw.sales] } }\n", ""],
    [" population: SHOPS,", ""],
    [" population: SHOPS,", ""],
  ],
  {
    "sums.sql": `select day, shop, count(*) as sales, sum(amount) as amount,
  case when shop = 'south' and day = date '2024-01-02' then 'INCOMPLETE_UPSTREAM' end as failure_category,
  'the till was open' as failure_reason
from till_raw.sales where day between @start_date and @end_date group by day, shop`,
  },
);

async function openTill(): Promise<{ readonly warehouse: Warehouse; readonly runbook: Runbook }> {
  const warehouse = await openDuckDb({ path: inMemory });
  await fillTill(warehouse);
  return { warehouse, runbook: await completeRunbook(warehouse, readTill(files)) };
}

async function scopeOf(warehouse: Warehouse, runbook: Runbook): Promise<GateScope> {
  const state = await readState(warehouse, runbook, tillRange);
  return openGateScope(warehouse, { runbook, state, range: tillRange, today });
}

describe("a processor without a population", () => {
  it("is nothing that the linter objects to, unless its rate is limited", () => {
    const linted = lintRunbook({ folder: "till", name: "till", files });
    assert.deepEqual(linted, { kind: "linted", findings: [] });
    const yaml = `${files.get("runbook.yml")}periods: [{ id: all, title: All, from: 2024-01-01, to: 2024-01-10 }]
budgets: [{ period: all, maximum: 0.1, allowed: [INCOMPLETE_UPSTREAM], exceeded: { action: investigate } }]
`;
    const limited = lintRunbook({
      folder: "till",
      name: "till",
      files: new Map([...files, ["runbook.yml", yaml]]),
    });
    assert.ok(limited.kind === "linted");
    assert.deepEqual(
      limited.findings.map(({ rule }) => rule),
      ["rate-without-denominator", "rate-without-denominator"],
    );
  });

  it("has what is present and explained counted, and nothing expected", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    assert.equal((await runTill(opened, runbook)).isClean, true);
    const scope = await scopeOf(opened, runbook);
    const coverage = await readCoverage(opened, scope);
    const budgets = judgeBudgets({ ...scope, rows: coverage.rows, waivers: [] });
    const json = JSON.parse(JSON.stringify(coverageJson(coverage, budgets))) as {
      readonly rows: readonly object[];
      readonly totals: readonly object[];
      readonly budgets: readonly object[];
    };
    const counts = { waived: 0, untracked: 0, phantom: 0, unexpected: 0 };
    assert.deepEqual(json.rows[1], {
      ...counts,
      processor: "SUMS",
      date: "2024-01-02",
      expected: null,
      present: 1,
      explained: 1,
      status: "uncounted",
      categories: { INCOMPLETE_UPSTREAM: 1 },
    });
    assert.deepEqual(json.totals[0], {
      ...counts,
      processor: "SUMS",
      period: "none",
      dates: 10,
      expected: null,
      present: 19,
      explained: 1,
      status: "uncounted",
      categories: { INCOMPLETE_UPSTREAM: 1 },
    });
    assert.deepEqual(json.budgets[0], {
      processor: "SUMS",
      period: "none",
      expected: null,
      explained: 1,
      rate: null,
      maximum: null,
      verdict: "no-expectation",
    });
  });

  it("has a gap where nothing was built, and none where rightly nothing came", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    const before = await gapsOf(opened, runbook);
    assert.equal(before.get("till_mart.sums"), 10);
    await opened.execute([
      { sql: "delete from till_raw.sales where day = date '2024-01-05'", purpose: "close" },
    ]);
    await runTill(opened, {
      ...runbook,
      sources: runbook.sources.map((source) => ({ ...source, required: false })),
    });
    const after = await gapsOf(opened, runbook);
    assert.equal(after.get("till_mart.sums"), 0);
  });

  async function gapsOf(warehouse: Warehouse, runbook: Runbook): Promise<ReadonlyMap<string, number>> {
    const scope = await scopeOf(warehouse, runbook);
    const { tables } = await readGaps(warehouse, scope, await readCoverage(warehouse, scope));
    return new Map(tables.map(({ table, missing }) => [table, missing.length]));
  }

  it("is reported as that, and no share of it is invented", async () => {
    const { warehouse, runbook } = await openTill();
    await using opened = warehouse;
    const { plan } = await runTill(opened, runbook);
    const request = { runbook, selection: { range: tillRange }, out: "none", context: { today }, plan };
    const model = await reportOn(opened, request);
    assert.equal(verdictOf(model).level, "ok");
    assert.deepEqual(model.tally.statuses, { uncounted: 20 });
    const { expected, present, explained, uncounted } = model.tally;
    assert.deepEqual([expected, present, explained, uncounted], [0, 38, 1, 39]);
    assert.ok(model.results.every(({ rate }) => rate === undefined));
    const check = model.checks.find(({ kind }) => kind === "coverage");
    assert.equal(check?.detail, "what is expected of SUMS, TREND is unknown: no population says it");
    const items = model.checklist.filter(({ evidence }) => evidence === "no processor has a population");
    assert.deepEqual(
      items.map(({ state }) => state),
      ["unknown", "unknown"],
    );
    const pages = [renderMarkdown(model), renderHtml(model)];
    for (const page of pages) {
      assert.match(page, /38 present, 1 explained; how many are expected is unknown/);
      assert.doesNotMatch(page, /expected rows accounted|\d expected =|\d`? missing row/);
    }
  });

  it("stands beside others in one sum", async () => {
    const warehouse = await openDuckDb({ path: inMemory });
    await using opened = warehouse;
    await fillTill(opened);
    const half = new Map([
      ...files,
      ["runbook.yml", (tillFiles().get("runbook.yml") ?? "").replace(" population: SHOPS,", "")],
    ]);
    const runbook = await completeRunbook(opened, readTill(half));
    const { plan } = await runTill(opened, runbook);
    const request = { runbook, selection: { range: tillRange }, out: "none", context: { today }, plan };
    const model = await reportOn(opened, request);
    const { expected, present, untracked, uncounted } = model.tally;
    assert.equal(uncounted, 20);
    assert.deepEqual([expected, present, untracked], [20, 18, 2]);
    assert.match(renderMarkdown(model), /20 expected = 18 present .*; besides 20 rows without a population/);
  });
});
