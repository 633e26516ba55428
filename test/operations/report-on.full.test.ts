import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { writeReport } from "../../src/operations/write-report.ts";
import { reportOn } from "../../src/operations/report-on.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { parseReport } from "../../src/report/render-json.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import {
  changeTables,
  openSettledShop,
  openShop,
  readShop,
  runShop,
  shopDates,
  shopRange,
} from "../run/shop.ts";
import { day } from "../plan/small-runbook.ts";

const context = { today: day("2024-02-02") };

describe("reportOn()", () => {
  it("reports what was never run as unfinished, and nothing of it as passed", async () => {
    await using warehouse = await openShop();
    const runbook = await readShop();
    const model = await reportOn(warehouse, {
      runbook,
      selection: { range: shopRange },
      out: "none",
      context,
    });
    assert.equal(verdictOf(model).level, "action");
    assert.equal(model.tally.present, 0);
    assert.deepEqual(model.attempts, []);
    assert.ok(
      model.checklist.every(({ text, state }) => !text.includes("ran without errors") || state === "open"),
    );
  });

  it("accounts for a run: attempts, rows, failures and the entities behind them", async () => {
    const runbook = await readShop();
    const settled = await openSettledShop();
    await using warehouse = settled.warehouse;
    const { result } = settled;
    const model = await reportOn(warehouse, {
      runbook,
      selection: { range: shopRange },
      out: "none",
      context,
      plan: result.plan,
    });
    const { expected, present, explained, waived, untracked } = model.tally;
    assert.equal(expected, present + explained + waived + untracked);
    assert.equal(untracked, 0);
    assert.equal(model.dates.length, shopDates);
    assert.equal(model.footer.runId, result.runId);
    assert.equal(model.tally.planned, model.tally.recorded);
    assert.deepEqual(
      new Set(model.attempts.map(({ processor }) => processor)),
      new Set(runbook.processors.map(({ id }) => id)),
    );
    const named = model.examples.reduce((sum, { count }) => sum + count, 0);
    assert.equal(named, explained);
    assert.equal(model.cost, undefined, "DuckDB bills nothing");
  });

  it("says what all attempts were billed where the ledger has bytes", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const sql = "update shop_processing.cascade_partitions set bytes = 1000000000";
    await warehouse.execute([{ sql, purpose: "bill a gigabyte a partition" }]);
    const request = { runbook, selection: { range: shopRange }, out: "none", context };
    const { cost } = await reportOn(warehouse, request);
    const bytes = runbook.processors.length * shopDates * 1_000_000_000;
    assert.equal(cost?.bytes, bytes);
    assert.equal(cost?.dollars, (bytes / 2 ** 40) * 6.25);
  });

  it("says that the plan of the last run no longer holds once its inputs have moved, and what it lacks", async () => {
    const runbook = await readShop();
    const settled = await openSettledShop();
    await using warehouse = settled.warehouse;
    const { runId } = settled.result;
    const request = { runbook, selection: { range: shopRange }, out: "none", context };
    assert.deepEqual(warningsOf(await reportOn(warehouse, request)), []);
    await warehouse.execute([
      {
        sql: "update shop_raw.sales set amount = amount + 1 where shop = 'north' and sale_date = date '2024-01-30'",
        purpose: "correct the sales",
      },
      {
        sql: "delete from shop_analytics.shop_day where sale_date = date '2024-01-05'",
        purpose: "lose a day",
      },
    ]);
    const [staleness, ...others] = warningsOf(await reportOn(warehouse, request));
    assert.deepEqual(others, []);
    assert.match(
      staleness ?? "",
      new RegExp(`^plan-stale: The plan \\w{12} of run ${runId} no longer holds: `),
    );
    assert.match(staleness ?? "", /what it reads have changed since\. Plan again$/);
    const part = { ...request, selection: { range: { from: day("2024-01-01"), to: day("2024-01-03") } } };
    await runShop(warehouse, { runbook });
    assert.deepEqual(warningsOf(await reportOn(warehouse, part)), []);
  });

  it("does not ask to plan again for what lies outside of a selection in which nothing is to be done", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    const sql =
      "update shop_raw.sales set amount = amount + 1 where shop = 'north' and sale_date = date '2024-01-30'";
    await warehouse.execute([{ sql, purpose: "correct the sales" }]);
    const part = { range: { from: day("2024-01-01"), to: day("2024-01-03") } };
    const request = { runbook, selection: part, out: "none", context };
    assert.deepEqual(warningsOf(await reportOn(warehouse, request)), []);
    const [whole = ""] = warningsOf(
      await reportOn(warehouse, { ...request, selection: { range: shopRange } }),
    );
    assert.match(whole, /^plan-stale: /);
  });

  it("names the units that a run did not plan and that its selection asks for now", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await warehouse.execute([
      {
        sql: "delete from shop_analytics.shop_score where sale_date = date '2024-01-09'",
        purpose: "lose a day",
      },
    ]);
    await runShop(warehouse, { runbook });
    await warehouse.execute([
      {
        sql: "delete from shop_analytics.shop_score where sale_date = date '2024-01-08'",
        purpose: "lose another",
      },
    ]);
    const model = await reportOn(warehouse, {
      runbook,
      selection: { range: shopRange },
      out: "none",
      context,
    });
    const [staleness = ""] = warningsOf(model);
    assert.match(
      staleness,
      /1 partition to build are not in it, first SCORE 2024-01-08 \(missing\)\. Plan again$/,
    );
  });

  it("warns of a run without an end while it left something to build, and says what to type", async () => {
    const runbook = await readShop();
    const settled = await openSettledShop();
    await using warehouse = settled.warehouse;
    const { runId } = settled.result;
    await changeTables(warehouse, "update shop_processing.cascade_runs set status = 'interrupted'");
    const invocation = { prefix: "npx cascade", warehouse: "duckdb:shop.duckdb" };
    const selection = { range: shopRange };
    const request = { runbook, selection, out: "none", context: { ...context, invocation } };
    assert.deepEqual(warningsOf(await reportOn(warehouse, request)), []);
    await changeTables(
      warehouse,
      "delete from shop_analytics.shop_score where sale_date = date '2024-01-09'",
    );
    const word = `npx cascade run ${runbook.folder ?? ""} --start-date 2024-01-01 --end-date 2024-01-31 --warehouse duckdb:shop.duckdb`;
    assert.deepEqual(
      warningsOf(await reportOn(warehouse, request)).filter((text) => text.startsWith("interrupted")),
      [
        `interrupted: Run ${runId} has no recorded end and left 1 partition to build: it is still going, or it was interrupted, then it goes on with: ${word}`,
      ],
    );
    const part = { range: { from: day("2024-01-01"), to: day("2024-01-08") } };
    assert.deepEqual(warningsOf(await reportOn(warehouse, { ...request, selection: part })), []);
  });

  it("says which approved plan is none of those that ran or would run", async () => {
    const runbook = await readShop();
    const settled = await openSettledShop();
    await using warehouse = settled.warehouse;
    const { plan } = settled.result;
    const request = { runbook, selection: { range: shopRange }, out: "none", context };
    assert.deepEqual(warningsOf(await reportOn(warehouse, { ...request, approved: plan.digest })), []);
    const [text] = warningsOf(await reportOn(warehouse, { ...request, approved: "0123456789abcdef" }));
    assert.match(
      text ?? "",
      /^plan-stale: The approved plan 0123456789ab is neither the one that would run now/,
    );
  });

  it("says in which the policy is weaker than in the run before, also in the run that is made by it", async () => {
    await using warehouse = await openShop();
    const runbook = await readShop();
    const budgets = runbook.budgets.map((budget) => ({ ...budget, maximum: 0.95 }));
    const weaker = { ...runbook, budgets };
    const { runId } = await runShop(warehouse, { runbook });
    const request = { runbook: weaker, selection: { range: shopRange }, out: "none", context };
    const expected = `loosened: Weaker since run ${runId}, the maximum of DAY in early: 90 % → 95 %`;
    assert.equal(warningsOf(await reportOn(warehouse, request))[0], expected);
    await runShop(warehouse, { runbook: weaker, selection: { force: true } });
    assert.equal(warningsOf(await reportOn(warehouse, request))[0], expected);
    await runShop(warehouse, { runbook: weaker, selection: { force: true } });
    assert.deepEqual(warningsOf(await reportOn(warehouse, request)), []);
    const stricter = await reportOn(warehouse, { ...request, runbook });
    assert.ok(stricter.warnings.every(({ kind }) => kind !== "loosened"));
  });

  it("tells since its last report what is fixed", async () => {
    const out = await mkdtemp(join(tmpdir(), "cascade-report-"));
    await using warehouse = await openShop();
    const runbook = await readShop();
    const request = { runbook, selection: { range: shopRange }, out, context };
    await writeReport(out, await reportOn(warehouse, request));
    await runShop(warehouse, { runbook });
    const model = await reportOn(warehouse, request);
    assert.ok(model.changes.kind === "since");
    assert.equal(model.changes.fixed.length, runbook.processors.length * shopDates);
    assert.deepEqual(model.changes.newlyBad, []);
    await writeReport(out, model);
    assert.deepEqual((await readdir(out)).toSorted(), ["report.html", "report.json", "report.md"]);
    const replayed = parseReport(await readFile(join(out, "report.json"), "utf8"));
    assert.ok(replayed !== undefined);
    assert.equal(renderMarkdown(replayed), await readFile(join(out, "report.md"), "utf8"));
    await rm(out, { recursive: true });
  });
});

/** What a report warns of, but for what one column of the shop gives occasion to: it is the same in every row. */
function warningsOf({ warnings }: ReportModel): readonly string[] {
  return warnings.filter(({ kind }) => kind !== "suspect").map(({ kind, text }) => `${kind}: ${text}`);
}
