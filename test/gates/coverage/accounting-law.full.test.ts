import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addDays, type CalendarDate } from "../../../src/domain/calendar-date.ts";
import type { CoverageRow } from "../../../src/gates/coverage/coverage-row.ts";
import { openGateScope } from "../../../src/gates/gate-scope.ts";
import { readCoverage } from "../../../src/gates/coverage/read-coverage.ts";
import { waiverDigest } from "../../../src/plan/waivers/waiver-digest.ts";
import { createSources, createTables, refreshCalendar } from "../../../src/ledger/create-tables.ts";
import { readState } from "../../../src/ledger/read-state.ts";
import { createFingerprints } from "../../../src/plan/versions/window-fingerprint.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import type { Waiver } from "../../../src/runbook/waiver.ts";
import { openDuckDb } from "../../../src/warehouse/duckdb.ts";
import { inMemory } from "../../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import { day, shopRunbook } from "../toy-shop.ts";
import { onOneCore } from "../../one-core.ts";

/** One small warehouse: what each of five entities has on its date. Cases lie on dates of their own. */
type Case = {
  readonly members: readonly Member[];
  readonly attempt: "none" | "committed" | "failed" | "blocked";
  readonly isDateWaived: boolean;
};

type Member = {
  readonly isExpected: boolean;
  readonly isPresent: boolean;
  readonly failure: "" | "NO_ORDERS" | "BROKEN" | "TYPO";
  readonly isWaived: boolean;
};

const members = fc.record({
  isExpected: fc.boolean(),
  isPresent: fc.boolean(),
  failure: fc.constantFrom(
    "" as const,
    "" as const,
    "NO_ORDERS" as const,
    "BROKEN" as const,
    "TYPO" as const,
  ),
  isWaived: fc.boolean(),
});

const cases = fc.record({
  members: fc.array(members, { minLength: 0, maxLength: 5 }),
  attempt: fc.constantFrom(
    "none" as const,
    "committed" as const,
    "committed" as const,
    "failed" as const,
    "blocked" as const,
  ),
  isDateWaived: fc.boolean(),
});

const first = day("2001-01-01");
const caseCount = 5000;
const range = { from: first, to: addDays(first, caseCount - 1) };

function dateOf(index: number): CalendarDate {
  return addDays(first, index);
}

function lawRunbook(all: readonly Case[]): Runbook {
  const base = shopRunbook();
  const waivers = all.flatMap((one, index): Waiver[] => {
    const entities = one.members.flatMap(({ isWaived }, number) => (isWaived ? [`e${number}`] : []));
    if (!one.isDateWaived || one.members.length === 0) return [];
    return [waiverOf(dateOf(index), entities.length === 5 ? [] : entities)];
  });
  const rule = { kind: "rule", every: "day", ...range, season: "whole" } as const;
  const columns = [
    { name: "open_date", type: "date" },
    { name: "season", type: "int64" },
  ] as const;
  return { ...base, periods: [], calendar: { ...base.calendar, columns, origin: rule }, waivers };
}

function waiverOf(date: CalendarDate, entities: readonly string[]): Waiver {
  return {
    id: `w-${date}`,
    kind: "gap",
    processor: "SALES",
    period: undefined,
    dates: [date],
    entities,
    maximumRate: undefined,
    reason: "lost",
    approver: "somebody",
    expires: day("2099-01-01"),
    digest: "",
    warehouse: "",
    place: { file: "waivers.yml", line: 1, column: 1 },
  };
}

/** Puts every case into the tables with a handful of statements. */
async function fill(warehouse: Warehouse, all: readonly Case[]): Promise<void> {
  const rows = all.flatMap((one, index) =>
    one.members.map((member, number) => ({
      ...member,
      date: dateOf(index),
      entity: `e${number}`,
      ...stateOf(one),
    })),
  );
  const json = JSON.stringify(rows);
  const attempts = JSON.stringify(all.map((one, index) => ({ date: dateOf(index), ...stateOf(one) })));
  const source = `(select unnest(from_json(@json, '[{"date":"DATE","entity":"VARCHAR","isExpected":"BOOLEAN","isPresent":"BOOLEAN","failure":"VARCHAR","attempt":"VARCHAR"}]'), recursive := true))`;
  const statements = [
    `insert into shop_raw.openings select date, entity from ${source} where "isExpected"`,
    `insert into shop.sales (sale_date, shop_id) select date, entity from ${source} where "isPresent"`,
    `insert into shop_ledger.cascade_failures select 'SALES', date, 'a' || date, 'r', entity, failure, '', false, timestamp '2024-01-01' from ${source} where failure <> ''`,
  ];
  const parameters = { json: { type: "string", value: json } } as const;
  const ledger = `insert into shop_ledger.cascade_partitions
select 'SALES', date, 'a' || date, 'r', attempt, 0, 0, '+', '+', timestamp '2024-01-01', timestamp '2024-01-01', null, null, null, null
from (select unnest(from_json(@json, '[{"date":"DATE","attempt":"VARCHAR"}]'), recursive := true)) where attempt <> 'none'`;
  await warehouse.execute([
    ...statements.map((sql) => ({ sql, parameters, purpose: "fill" })),
    { sql: ledger, parameters: { json: { type: "string", value: attempts } }, purpose: "fill" },
  ]);
}

function stateOf({ attempt }: Case): { attempt: string } {
  return { attempt };
}

/** The accounting by hand, member by member. */
function accountOf(one: Case): Record<string, number> {
  const account = {
    expected: 0,
    present: 0,
    explained: 0,
    waived: 0,
    untracked: 0,
    unexpected: 0,
    phantom: 0,
  };
  const isStanding = one.attempt === "committed" || one.attempt === "blocked";
  const areAllWaived =
    one.isDateWaived && one.members.length === 5 && one.members.every(({ isWaived }) => isWaived);
  const named = one.members.filter(({ isWaived }) => isWaived).length;
  const isWholeDate = one.isDateWaived && one.members.length > 0 && (named === 0 || areAllWaived);
  for (const member of one.members) {
    const failure = isStanding ? member.failure : "";
    if (!member.isExpected) {
      account.unexpected += member.isPresent || failure !== "" ? 1 : 0;
      continue;
    }
    account.expected += 1;
    account.phantom += member.isPresent && failure !== "" ? 1 : 0;
    const isExplained = (failure === "NO_ORDERS" || failure === "BROKEN") && one.attempt !== "blocked";
    if (member.isPresent && one.attempt !== "blocked") account.present += 1;
    else if (isExplained) account.explained += 1;
    else if (isWholeDate || (one.isDateWaived && member.isWaived)) account.waived += 1;
    else account.untracked += 1;
  }
  return account;
}

async function coverageOf(all: readonly Case[]): Promise<readonly CoverageRow[]> {
  const unsigned = lawRunbook(all);
  await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await createTables(warehouse, unsigned);
  await createSources(warehouse, unsigned);
  await fill(warehouse, all);
  await refreshCalendar(warehouse, unsigned);
  const state = await readState(warehouse, unsigned, range);
  const fingerprints = createFingerprints(unsigned, state);
  const waivers = unsigned.waivers.map((waiver) => ({
    ...waiver,
    digest: waiverDigest(unsigned, state, waiver, fingerprints),
    warehouse: warehouse.hashTag,
  }));
  const runbook = { ...unsigned, waivers };
  const request = { runbook, state, range, processors: ["SALES"], today: day("2024-06-01") };
  return (await readCoverage(warehouse, await openGateScope(warehouse, request))).rows;
}

describe("the accounting law", () => {
  it("holds on 5,000 small warehouses: four classes sum to expected, each as counted by hand", async () => {
    const all = fc.sample(cases, { numRuns: caseCount, seed: 7 });
    const rows = await coverageOf(all);
    assert.equal(rows.length, caseCount);
    for (const [index, row] of rows.entries()) {
      const one = all[index];
      assert.ok(one);
      const { expected, present, explained, waived, untracked, unexpected, phantom } = row;
      assert.equal(present + explained + waived + untracked, expected, row.date);
      const account = { expected, present, explained, waived, untracked, unexpected, phantom };
      assert.deepEqual(account, accountOf(one), `${row.date} ${JSON.stringify(one)}`);
    }
  });
});
