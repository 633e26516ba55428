import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { datesToAudit, fewestAudited } from "../../../src/plan/audit/sample-dates.ts";
import { season } from "../small-runbook.ts";

const calendar = season("2024", "2024-01-01", 60);
const definition = "any definition";

describe("datesToAudit()", () => {
  it("takes the first and the last of what was computed where the sample lies elsewhere", () => {
    const computed = calendar.slice(20, 40).map(({ date }) => date);
    const dates = datesToAudit({ calendar, definition, computed, audited: new Set() });
    assert.equal(dates.length, fewestAudited);
    assert.deepEqual([dates[0], dates.at(-1)], [computed[0], computed.at(-1)]);
  });

  it("takes only what is lacking, and no date twice", () => {
    const computed = calendar.slice(20, 40).map(({ date }) => date);
    const audited = new Set(computed.slice(0, fewestAudited - 1));
    const dates = datesToAudit({ calendar, definition, computed, audited });
    assert.equal(dates.filter((date) => audited.has(date)).length, 0);
    assert.ok(dates.length >= 1);
  });
});
