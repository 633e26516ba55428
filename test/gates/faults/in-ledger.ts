import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import { readState } from "../../../src/ledger/read-state.ts";
import { waiverDigest } from "../../../src/plan/waivers/waiver-digest.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import type { Waiver } from "../../../src/runbook/waiver.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import { octoberToFaults } from "../../nba-cascade/season.ts";
import { stepText, withStep } from "../../run/shop.ts";
import { faultDate, type FaultCase } from "./fault-case.ts";

const attempts = "nba_processing.cascade_partitions";
const failures = "nba_processing.cascade_failures";
const ofPsza = "processor_name = 'PSZA' and analysis_date = '2021-12-10'";
const psza = "nba_precompute.player_shot_zone_analysis";

/** Faults in the bookkeeping, in what people accepted, and in the runbook's own steps. */
export const faultsInLedger: readonly FaultCase[] = [
  {
    kind: "phantom failure",
    sql: `insert into ${failures} select * replace ('{player}' as entity_id) from ${failures} where ${ofPsza} limit 1`,
    found: { coverage: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: 1 have both a row and a failure, first {player}",
    exitCode: 1,
  },
  {
    kind: "orphan failure",
    sql: `insert into ${failures} select * replace ('nobody' as entity_id) from ${failures} where ${ofPsza} limit 1`,
    found: { coverage: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: 1 are there that nobody expects, first nobody with the failure",
    exitCode: 1,
  },
  {
    kind: "doubled failure",
    sql: `insert into ${failures} select * from ${failures} where ${ofPsza} order by entity_id limit 1`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: an entity has more than one failure",
    exitCode: 1,
  },
  {
    kind: "failure of a category that nobody declared",
    sql: `update ${failures} set failure_category = 'expected_incomplete' where ${ofPsza} and failure_category = 'EXPECTED_INCOMPLETE'`,
    found: { contract: "blocked", gaps: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: the failure category is not declared: expected_incomplete",
    exitCode: 1,
  },
  {
    kind: "wrong category",
    sql: `update ${failures} set failure_category = 'NO_SHOT_ZONE' where ${ofPsza} and failure_category = 'EXPECTED_INCOMPLETE'`,
    found: { contract: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: its failures are not those that were committed",
    exitCode: 1,
  },
  {
    kind: "ledger that lies: a repair that never was",
    sql: `delete from ${psza} where analysis_date = '2021-12-10';
insert into ${attempts} select * replace ('zzz' as attempt_id, finished_at + interval 1 hour as finished_at) from ${attempts} where ${ofPsza}`,
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked" },
    cause: "^PSZA 2021-12-10: \\d+ of \\d+ expected have neither row nor failure",
    exitCode: 1,
  },
  {
    kind: "half-written partition",
    sql: `delete from ${attempts} where ${ofPsza}; delete from ${psza} where analysis_date = '2021-12-10' and player_lookup > 'm'`,
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked" },
    cause:
      "^PSZA 2021-12-10: \\d+ of \\d+ expected have neither row nor failure, first [a-z]+; no attempt is recorded",
    headline: "PSZA 2021-12-10: \\d+ of \\d+ expected have neither row nor failure",
    exitCode: 1,
  },
  {
    kind: "rows without a commit",
    sql: `delete from ${attempts} where processor_name = 'UTGC' and analysis_date = '2021-12-10'`,
    found: { contamination: "blocked" },
    cause: "^UTGC 2021-12-10: its rows come from no recorded attempt",
    exitCode: 1,
  },
  {
    kind: "calendar table that lost a date",
    sql: "delete from nba_processing.season_calendar where game_date = '2021-12-10'",
    found: { gaps: "check-failed", coverage: "check-failed", contamination: "check-failed" },
    cause: "^nba_processing.season_calendar 2021-12-10: not what its origin gives now",
    exitCode: 3,
  },
  {
    kind: "lapsed waiver of a gap",
    sql: `delete from ${psza} where analysis_date = '2021-12-10' and player_lookup = '{player}'`,
    edit: (runbook, warehouse) =>
      withWaiver(runbook, warehouse, {
        ...waiver,
        kind: "gap",
        dates: [faultDate as CalendarDate],
        expires: "2022-05-31" as CalendarDate,
      }),
    found: { gaps: "blocked", coverage: "blocked", contamination: "blocked" },
    cause: '^PSZA 2021-12-10: 1 of \\d+ .*first {player}; the waiver "accepted" lapsed: it has expired',
    headline: "PSZA 2021-12-10: 1 of \\d+ expected have neither row nor failure",
    exitCode: 1,
  },
  {
    kind: "lapsed waiver of a budget",
    edit: async (runbook, warehouse) => {
      const budgets = runbook.budgets.map((budget) =>
        budget.period === "P4" && budget.processors?.includes("PSZA") === true
          ? { ...budget, maximum: 0.01 }
          : budget,
      );
      const signed = await withWaiver({ ...runbook, budgets }, warehouse, {
        ...waiver,
        kind: "budget",
        period: "P4",
        maximumRate: 0.2,
      });
      await warehouse.execute([
        {
          sql: `update nba_raw.nbac_gamebook_player_stats set plus_minus = plus_minus + 1 where game_id = '20211210_ATL_LAC' and player_status = 'active'`,
          purpose: "correct the gamebook",
        },
      ]);
      return signed;
    },
    run: "all",
    found: { budget: "blocked" },
    cause: '^PSZA P4 exceeded \\(\\d+\\.\\d %\\): the waiver "accepted" lapsed',
    headline: "PSZA P4 fails \\d+\\.\\d %",
    exitCode: 1,
  },
  {
    kind: "all-constant column",
    edit: (runbook) =>
      withStep(
        runbook,
        "PCF",
        `select * replace (case when failure_category is null then 0.5e0 end as pace_score) from (${stepText(runbook, "PCF")}) as made`,
      ),
    run: "all",
    found: { contamination: "blocked" },
    cause: "^PCF: pace_score: one value in all \\d+ rows",
    exitCode: 1,
  },
  {
    kind: "definition changed and not run",
    edit: (runbook) => withStep(runbook, "PSZA", stepText(runbook, "PSZA")),
    found: { contamination: "blocked" },
    cause: "^PSZA 2021-10-19: it was built by another definition",
    headline: "PSZA 2021-10-19 to 2021-12-14: it was built by another definition",
    exitCode: 1,
  },
  {
    kind: "step that fails on one date",
    edit: (runbook) =>
      withStep(
        runbook,
        "PDC",
        `select * replace (case when cache_date = '2021-12-10' then cast('no number' as float64) else points_avg_season end as points_avg_season) from (${stepText(runbook, "PDC")}) as made`,
      ),
    run: "all",
    found: { gaps: "blocked", contamination: "blocked" },
    cause: "^PDC 2021-12-10: .*the newest attempt failed: .*no number",
    headline: "PDC 2021-12-10: .*no number",
    exitCode: 1,
  },
];

const waiver: Waiver = {
  id: "accepted",
  kind: "gap",
  processor: "PSZA",
  period: undefined,
  dates: [],
  entities: [],
  maximumRate: undefined,
  reason: "looked at",
  approver: "somebody",
  expires: "2022-12-31" as CalendarDate,
  digest: "",
  warehouse: "",
  place: { file: "waivers.yml", line: 1, column: 1 },
};

async function withWaiver(runbook: Runbook, warehouse: Warehouse, accepted: Waiver): Promise<Runbook> {
  const state = await readState(warehouse, runbook, octoberToFaults);
  const digest = waiverDigest(runbook, state, accepted);
  return { ...runbook, waivers: [{ ...accepted, digest, warehouse: warehouse.hashTag }] };
}
