import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recordedDiff } from "../../src/operations/diff-processor.ts";
import { reportOn } from "../../src/operations/report-on.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import type { ChangeBudget, Runbook } from "../../src/runbook/runbook.ts";
import { doublingNorth } from "../operations/diff-of-shop.ts";
import { day } from "../plan/small-runbook.ts";
import {
  changeTables,
  firstRow,
  openSettledShop,
  openShop,
  readShop,
  runShop,
  shopDates,
  shopRange,
} from "./shop.ts";

function limiting(runbook: Runbook, changes: ChangeBudget): Runbook {
  return {
    ...runbook,
    processors: runbook.processors.map((processor) =>
      processor.id === "DAY" ? { ...processor, changes } : processor,
    ),
  };
}

const onlyDay = { selection: { processors: ["DAY"] } };
const total = "select sum(total) as total from shop_analytics.shop_day";

describe("a budget of changes", () => {
  it("lets a first build be anything, and a rebuild that changes nothing", async () => {
    await using warehouse = await openShop();
    const runbook = limiting(await readShop(), { columns: [], rowsAdded: 0, rowsRemoved: 0 });
    const first = await runShop(warehouse, { runbook, ...onlyDay });
    assert.equal(first.isClean, true);
    const again = await runShop(warehouse, { runbook, selection: { processors: ["DAY"], force: true } });
    assert.equal(again.isClean, true);
  });

  it("keeps what stands where values of another column would change, says what would, and goes on with the budget raised", async () => {
    const changed = doublingNorth(await readShop());
    await using warehouse = (await openSettledShop()).warehouse;
    const before = await firstRow(warehouse, total);
    const { cells } = await runShop(warehouse, {
      runbook: limiting(changed, { columns: ["sales"] }),
      ...onlyDay,
    });
    const outcomes = cells.flatMap((cell) => cell.outcomes);
    assert.deepEqual([...new Set(outcomes.map(({ kind }) => kind))], ["failed"]);
    assert.equal(outcomes.length, shopDates);
    const [first] = outcomes;
    assert.ok(first?.kind === "failed");
    assert.match(
      first.error,
      /^change-budget: total changed in 1 of 3 rows by up to \d+, mean \d+ \(first north: \d+ to \d+\), and it may not$/,
    );
    assert.deepEqual(await firstRow(warehouse, total), before, "what stands stays");
    const limited = limiting(changed, { columns: ["total"], rowsAdded: 0 });
    const raised = await runShop(warehouse, { runbook: limited, ...onlyDay });
    assert.equal(raised.isClean, true);
    assert.notDeepEqual(await firstRow(warehouse, total), before);
    const report = await reportOn(warehouse, {
      runbook: limited,
      selection: { range: shopRange },
      out: undefined,
      context: { today: day("2024-02-02") },
    });
    const [told, ...others] = report.changed ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual([told?.processor, told?.dates.length, told?.changed], ["DAY", shopDates, shopDates]);
    assert.deepEqual(
      told?.columns.map(({ column, changed: rows, measured }) => [column, rows, measured]),
      [["total", shopDates, shopDates]],
    );
    assert.match(renderMarkdown(report), /### What the run changed\n\n\| Processor .*\n.*\n\| DAY +\| rows/);
    const recorded = await recordedDiff(warehouse, {
      runbook: limited,
      processor: "DAY",
      selection: { range: shopRange, dates: [day("2024-01-09")] },
      runId: raised.runId,
    });
    assert.deepEqual(
      recorded?.dates.map(({ date, changed: rows, same }) => [date, rows, same]),
      [["2024-01-09", 1, 2]],
    );
    const asked = { runbook: limited, processor: "SCORE", selection: { range: shopRange } };
    await assert.rejects(recordedDiff(warehouse, { ...asked, runId: raised.runId }), { code: "usage" });
    assert.equal(await recordedDiff(warehouse, { ...asked, runId: "HEAD" }), undefined);
  });

  it("judges date by date how many values change by how much, and which dates may", async () => {
    const changed = doublingNorth(await readShop());
    await using warehouse = (await openSettledShop()).warehouse;
    const tight = limiting(changed, { relative: { share: 0.3, beyond: 0.5 } });
    const refused = await runShop(warehouse, { runbook: tight, ...onlyDay });
    const kinds = Map.groupBy(
      refused.cells.flatMap(({ outcomes }) => outcomes),
      ({ kind }) => kind,
    );
    // From the 20th on a fourth shop is open, and one of four is less than the share.
    assert.deepEqual(
      [kinds.get("failed")?.at(-1)?.date, kinds.get("committed")?.[0]?.date],
      ["2024-01-19", "2024-01-20"],
    );
    const early = { dates: { from: day("2024-01-01"), to: day("2024-01-07") } };
    await runShop(warehouse, { runbook: limiting(changed, early), ...onlyDay });
    const { cells } = await runShop(warehouse, { runbook: limiting(changed, early), ...onlyDay });
    assert.equal(cells.flatMap(({ outcomes }) => outcomes)[0]?.date, "2024-01-08");
  });

  it("counts rows that come and go against those that stand", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await changeTables(
      warehouse,
      "delete from shop_raw.sales where shop = 'east' and sale_date = date '2024-01-09'",
    );
    const { cells } = await runShop(warehouse, {
      runbook: limiting(runbook, { rowsRemoved: 0.2 }),
      ...onlyDay,
    });
    const failed = cells.flatMap(({ outcomes }) => outcomes).filter(({ kind }) => kind === "failed");
    assert.deepEqual(
      failed.map((outcome) => (outcome.kind === "failed" ? [outcome.date, outcome.error] : [])),
      [["2024-01-09", "change-budget: 1 row removed from 3 (first east), at most 20 % may be"]],
    );
  });
});
