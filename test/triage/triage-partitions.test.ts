import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readState } from "../../src/ledger/read-state.ts";
import type { Runbook, RecoveryRule } from "../../src/runbook/runbook.ts";
import type { Decision } from "../../src/triage/decision.ts";
import type { TriageFindings } from "../../src/triage/gate-findings.ts";
import { triagePartitions } from "../../src/triage/triage-partitions.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { changeTables, openSettledShop, readShop, shopRange } from "../run/shop.ts";
import { day, rule } from "./small-tree.ts";

const nothing: TriageFindings = { coverage: [], contamination: [], taints: [], budgets: [], causes: [] };
const covered = {
  processor: "TREND",
  date: day("2024-01-20"),
  expected: 4,
  explained: 0,
  untracked: 0,
  status: "ok",
  categories: {},
  phantom: 0,
  unexpected: 0,
};
const daysGate = {
  kind: "coverage",
  processors: ["DAY"],
  blocking: true,
  strict: false,
  place: { file: "runbook.yml", line: 1, column: 1 },
} as const;
const askAll: readonly RecoveryRule[] = [
  rule({ state: ["settled"], upstream: ["settled"], contamination: ["clean"], rate: ["within"] }, "accept"),
  rule({}, "investigate"),
];

describe("triagePartitions()", () => {
  it("decides nothing about partitions without trouble", async () => {
    assert.deepEqual(await triage({ findings: nothing }), []);
  });

  it("tells what is missing, and that what reads it waits for it", async () => {
    const decisions = await triage({
      findings: nothing,
      change: "delete from shop_analytics.shop_day where sale_date = date '2024-01-20'",
    });
    const own = pathOf(decisions, "DAY", "2024-01-20");
    assert.ok(own.includes("state is missing"));
    assert.ok(own.includes("upstream is settled"));
    const reader = pathOf(decisions, "TREND", "2024-01-25");
    assert.ok(reader.includes("upstream is unsettled (DAY 2024-01-20)"), reader.join("\n"));
  });

  it("tells a partition that was built from other rows as out of date", async () => {
    const decisions = await triage({
      findings: nothing,
      change: "update shop_raw.sales set amount = amount + 1 where sale_date = date '2024-01-20'",
    });
    assert.ok(pathOf(decisions, "DAY", "2024-01-20").includes("state is out-of-date (upstream-changed)"));
    assert.ok(
      pathOf(decisions, "SCORE", "2024-01-21").includes(
        "upstream is unsettled (TREND 2024-01-21 is out of date)",
      ),
    );
  });

  it("tells what a gate objects to, and that what has to be built from it waits", async () => {
    const held = [{ gate: "days", table: "shop_analytics.shop_day", dates: [day("2024-01-20")] }];
    const decisions = await triage({
      findings: { ...nothing, held },
      gates: [{ ...daysGate, id: "days", after: ["DAY"] }],
      change: "delete from shop_analytics.shop_trend where sale_date = date '2024-01-21'",
      rules: [
        rule({ upstream: ["unsettled"] }, "backfill-upstream-first"),
        rule({ held: ["held"] }, "investigate"),
        rule({}, "accept"),
      ],
    });
    assert.ok(pathOf(decisions, "DAY", "2024-01-20").includes("held is held (by gate days)"));
    const reader = decisions.find(({ processor, date }) => processor === "TREND" && date === "2024-01-21");
    assert.equal(reader?.decision, "backfill-upstream-first");
    assert.equal(reader.isObstructed, true);
    assert.equal(reader.command, "cascade why test/fixtures/shop DAY 2024-01-20");
    assert.deepEqual(pathOf(decisions, "TREND", "2024-01-22"), []);
  });

  it("tells what reads a date that cannot be built as waiting, though it stands", async () => {
    const decisions = await triage({
      findings: nothing,
      change: `delete from shop_raw.sales where sale_date = date '2024-01-20';
        delete from shop_analytics.shop_day where sale_date = date '2024-01-20'`,
    });
    const upstream = decisions
      .filter(({ processor, date }) => processor === "SCORE" && date >= "2024-01-21")
      .map(({ path }) => path.find((text) => text.startsWith("upstream is")));
    assert.ok(upstream.length > 0 && upstream.every((text) => text?.startsWith("upstream is unsettled")));
  });

  it("counts members without outcome on a settled date as untracked", async () => {
    const decisions = await triage({
      findings: { ...nothing, coverage: [{ ...covered, untracked: 2, status: "untracked" }] },
    });
    assert.ok(
      pathOf(decisions, "TREND", "2024-01-20").includes(
        "state is untracked (2 expected entities have neither row nor failure)",
      ),
    );
  });

  it("takes a finding of a date for that date, and one of the range for all dates only when no date explains it", async () => {
    const field = {
      field: "mean_total",
      detector: "constant",
      date: undefined,
      status: "contaminated",
      detail: "one value",
    };
    const ofRange = { processor: "TREND", fields: [field], messages: [] };
    const all = await triage({ findings: { ...nothing, contamination: [ofRange] } });
    assert.equal(all.filter(({ processor }) => processor === "TREND").length, 29);
    const dated = { ...field, field: "days", detector: "valid", date: day("2024-01-20"), status: "partial" };
    const one = await triage({
      findings: { ...nothing, contamination: [{ ...ofRange, fields: [field, dated] }] },
    });
    assert.deepEqual(
      one.map(({ date }) => date),
      ["2024-01-20"],
    );
  });

  it("passes nothing that could not be checked", async () => {
    const failed = { processor: "SCORE", fields: [], messages: ["no answer"] };
    const decisions = await triage({ findings: { ...nothing, contamination: [failed] } });
    assert.equal(decisions.length, 29);
    assert.ok(pathOf(decisions, "SCORE", "2024-01-20").includes("contamination is check-failed (no answer)"));
  });

  it("decides on every category of a date and keeps the most urgent decision", async () => {
    const rules = [
      rule({ category: ["TOO_FEW_DAYS"] }, "accept"),
      rule({ category: ["PROCESSING_ERROR"] }, "investigate"),
    ];
    const categories = { TOO_FEW_DAYS: 2, PROCESSING_ERROR: 1 };
    const decisions = await triage({
      findings: { ...nothing, coverage: [{ ...covered, categories, explained: 3 }] },
      rules,
    });
    assert.deepEqual(
      decisions.map(({ decision, category }) => [decision, category]),
      [["investigate", "PROCESSING_ERROR"]],
    );
  });

  it("finds a single date above its own limit exceeded, and not one at it", async () => {
    const budget = {
      processor: "TREND",
      period: "late",
      verdict: "within",
      expected: 80,
      explained: 3,
      rate: 3 / 80,
      maximum: 0.3,
    };
    const findings = (explained: number): TriageFindings => ({
      ...nothing,
      coverage: [{ ...covered, explained, categories: { TOO_FEW_DAYS: explained } }],
      budgets: [budget],
    });
    const rules = [rule({ rate: ["exceeded"] }, "investigate"), rule({}, "accept")];
    const above = await triage({ findings: findings(3), rules });
    assert.ok(
      pathOf(above, "TREND", "2024-01-20").includes(
        "rate is exceeded (on this date 3 of 4 fail, 75.0 %, at most 50.0 %)",
      ),
    );
    const at = await triage({ findings: findings(2), rules });
    assert.deepEqual(
      at.map(({ decision }) => decision),
      ["accept"],
    );
  });

  it("gives partitions that are decided alike one command over all their dates", async () => {
    const decisions = await triage({
      findings: nothing,
      change: "delete from shop_analytics.shop_score where sale_date >= date '2024-01-20'",
      rules: [rule({ state: ["missing"] }, "rerun"), rule({}, "accept")],
    });
    assert.deepEqual(
      [...new Set(decisions.map(({ command }) => command))],
      ["cascade run test/fixtures/shop --processor SCORE --start-date 2024-01-20 --end-date 2024-01-31"],
    );
  });
});

type Case = {
  readonly findings: TriageFindings;
  readonly change?: string;
  readonly rules?: readonly RecoveryRule[];
  readonly gates?: Runbook["gates"];
};

async function triage({ findings, change, rules = askAll, gates }: Case): Promise<readonly Decision[]> {
  const shop = await readShop();
  const budgets = shop.budgets.map((budget) => ({ ...budget, dateMaximum: 0.5 }));
  const runbook: Runbook = { ...shop, budgets, recovery: rules, gates: gates ?? shop.gates };
  await using warehouse = (await openSettledShop()).warehouse;
  if (change !== undefined) await changeTables(warehouse, change);
  return await triageShop(warehouse, runbook, findings);
}

async function triageShop(
  warehouse: Warehouse,
  runbook: Runbook,
  findings: TriageFindings,
): Promise<readonly Decision[]> {
  const state = await readState(warehouse, runbook, shopRange);
  return triagePartitions({ runbook, state, findings, selection: { range: shopRange } });
}

function pathOf(decisions: readonly Decision[], processor: string, date: string): readonly string[] {
  const decision = decisions.find((known) => known.processor === processor && known.date === date);
  return decision?.path ?? [];
}
