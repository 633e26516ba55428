import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { auditDates } from "../../src/run/audit/audit-windows.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { openShop, readShop, runShop, shopRange } from "./shop.ts";
import { trendOver } from "./trend-over.ts";

describe("the audit of windows", () => {
  it("finds it too where every cell is a date", async () => {
    const runbook = trendOver(await readShop(), { declared: 2, read: 6 });
    await using warehouse = await openShop();
    const range = { ...shopRange, to: "2024-01-05" as CalendarDate };
    const result = await runShop(warehouse, {
      runbook,
      selection: { chunkDays: 1, range },
      skipAudit: false,
    });
    const failed = result.cells
      .filter(({ processor }) => processor === "TREND")
      .flatMap(({ outcomes }) => outcomes)
      .filter(({ kind }) => kind === "failed");
    assert.ok(failed.length > 0);
  });

  it("says at any time which window is too narrow, also of what was computed without it", async () => {
    const warehouse = await openShop();
    const runbook = trendOver(await readShop(), { declared: 2, read: 6 });
    await runShop(warehouse, { runbook });
    const { calendar, ledger } = await readState(warehouse, runbook, shopRange);
    const dates = ["2024-01-08", "2024-01-15", "2024-01-31"] as const;
    for (const [id, found] of [
      ["DAY", []],
      ["TREND", ["previous-days: 6"]],
    ] as const) {
      const processor = runbook.processors.find((known) => known.id === id);
      assert.ok(processor !== undefined && ledger.has(id));
      let trials = 0;
      const scope = { warehouse, runbook, processor, calendar, randomId: () => `trial${(trials += 1)}` };
      const findings = await auditDates(scope, { dates: dates.map((date) => date as CalendarDate) });
      assert.deepEqual(
        findings.map(({ edge }) => edge?.suffices),
        found,
      );
    }
  });
});
