import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { reportOn, writeReport } from "../../src/cli/report-command.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { parseReport } from "../../src/report/render-json.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import { openShop, readShop, runShop, shopDates, shopRange } from "../run/shop.ts";
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
    await using warehouse = await openShop();
    const runbook = await readShop();
    const result = await runShop(warehouse, { runbook });
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
