import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { compareWithReference, type Comparison } from "./reference/compare.ts";
import type { Query } from "./reference/facts.ts";
import { octoberToDecember, openSeason, withoutPublicSeason } from "./season.ts";

const { it: itOnPublicSeason } = testsThatNeed(withoutPublicSeason);

/**
 * Counts per period of the players' tables: rows, and failures by category. In the lead-in 53 players more fail from PCF
 * on, for want of the opponent's defence.
 */
const periods = [
  { from: "2021-10-19", to: "2021-10-31", counts: counts(245, 1779, 1098, 0) },
  { from: "2021-11-01", to: "2021-11-04", counts: counts(598, 264, 147, 0) },
  { from: "2021-11-05", to: "2021-11-14", counts: counts(1753, 462, 298, 1) },
  { from: "2021-11-15", to: "2021-11-30", counts: counts(3180, 480, 352, 11) },
  { from: "2021-12-01", to: "2021-12-31", counts: counts(6071, 755, 557, 9) },
];

const playersTables = [
  { processor: "PSZA", table: "nba_precompute.player_shot_zone_analysis", date: "analysis_date" },
  { processor: "PCF", table: "nba_precompute.player_composite_factors", date: "game_date" },
  { processor: "PDC", table: "nba_precompute.player_daily_cache", date: "cache_date" },
  { processor: "MLFS", table: "nba_predictions.ml_feature_store_v2", date: "game_date" },
];

function queryOf(warehouse: Warehouse): Query {
  return (sql) => warehouse.query({ sql, purpose: "read for the comparison" });
}

function assertEqualTables(comparisons: readonly Comparison[]): void {
  assert.deepEqual(
    comparisons.map(({ processor, offByOneUnit, differences }) => ({ processor, offByOneUnit, differences })),
    ["TDZA", "PSZA", "PCF", "PDC", "MLFS"].map((processor) => ({
      processor,
      offByOneUnit: 0,
      differences: [],
    })),
  );
  for (const { processor, rows } of comparisons) assert.ok(rows > 0, `${processor} has rows to compare`);
}

describe("the sample season", () => {
  it("has in every table what a naive computation gives", async () => {
    await using season = await openSeason("sample");
    assertEqualTables(await compareWithReference(queryOf(season.warehouse), octoberToDecember));
  });
});

describe("the public season", () => {
  itOnPublicSeason(
    "has in every table what a naive computation gives, and the counts of the specification",
    async () => {
      await using season = await openSeason("public");
      const query = queryOf(season.warehouse);
      assertEqualTables(await compareWithReference(query, octoberToDecember));
      for (const { processor, table, date } of playersTables) {
        for (const { from, to, counts: expected } of periods) {
          const isLeadInOfShots = processor === "PSZA" && from < "2021-11-01";
          assert.deepEqual(
            await countOutcomes(query, { processor, table, date, from, to }),
            isLeadInOfShots ? counts(298, 1726, 1098, 0) : expected,
            `${processor} from ${from}`,
          );
        }
      }
      assert.deepEqual(
        await query("select count(*) as teams from nba_precompute.team_defense_zone_analysis"),
        [{ teams: 87 + 1770 }],
      );
    },
  );
});

function counts(rows: number, incomplete: number, insufficient: number, withoutZone: number) {
  return {
    rows,
    EXPECTED_INCOMPLETE: incomplete,
    INSUFFICIENT_DATA: insufficient,
    NO_SHOT_ZONE: withoutZone,
    others: 0,
  };
}

async function countOutcomes(
  query: Query,
  {
    processor,
    table,
    date,
    from,
    to,
  }: Readonly<Record<"processor" | "table" | "date" | "from" | "to", string>>,
): Promise<Record<string, unknown>> {
  const between = `between date '${from}' and date '${to}'`;
  const [rows] = await query(`select count(*) as number from ${table} where ${date} ${between}`);
  const failures = await query(
    `select failure_category, count(*) as number from nba_processing.precompute_failures
     where processor_name = '${processor}' and analysis_date ${between} group by failure_category`,
  );
  const named: Record<string, unknown> = { EXPECTED_INCOMPLETE: 0, INSUFFICIENT_DATA: 0, NO_SHOT_ZONE: 0 };
  let others = 0;
  for (const { failure_category: category, number } of failures) {
    if (String(category) in named) named[String(category)] = number;
    else others += Number(number);
  }
  return { rows: rows?.["number"], ...named, others };
}
