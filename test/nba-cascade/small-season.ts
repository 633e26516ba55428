import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import { runIngest } from "../../src/run/ingest.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";

const teams = "'ATL', 'BKN', 'BOS', 'CHA', 'CHI', 'CLE'";

/** Two weeks of the small season: late enough for players and teams with five games before them. */
export const smallFortnight: DateRange = {
  from: "2021-12-01" as CalendarDate,
  to: "2021-12-14" as CalendarDate,
};

/** The raw tables of the sample season, cut to the games of six teams with each other, to the end of the fortnight. */
export async function openSmallSeason(runbook: Runbook): Promise<Warehouse> {
  if (runbook.sample === undefined) throw new Error("The runbook has no sample season");
  const warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await runIngest(warehouse, { runbook, ingest: runbook.sample, from: "", parameters: {} });
  const schedule = "nba_raw.nbac_schedule";
  const others = runbook.sources.filter(({ table }) => table !== schedule);
  const cuts = [
    `delete from ${schedule} where home_team_abbr not in (${teams}) or away_team_abbr not in (${teams}) or game_date > date '${smallFortnight.to}'`,
    ...others.map(({ table, columns }) =>
      columns.some(({ name }) => name === "game_id")
        ? `delete from ${table} where game_id not in (select game_id from ${schedule})`
        : `delete from ${table} where team_abbr not in (${teams}) or game_date not in (select game_date from ${schedule})`,
    ),
  ];
  await warehouse.execute(cuts.map((sql) => ({ sql, purpose: "keep a small season" })));
  return warehouse;
}
