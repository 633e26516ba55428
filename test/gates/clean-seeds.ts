import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import { hullOf } from "../../src/domain/calendar-date.ts";
import { rememberAnswers } from "../../src/gates/remember-answers.ts";
import { runIngest } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { octoberToDecember } from "../nba-cascade/season.ts";
import { testEffects } from "../run/shop.ts";
import { runWholeGates } from "./whole-gates.ts";
import { onOneCore } from "../one-core.ts";

/** Lengths, in game dates, of the two windows that are judged besides the whole of October to December, by the seed. */
const windowLengths = [
  [10, 20],
  [3, 30],
  [1, 10],
] as const;

/** Months that no bound of the runbook was made from. */
const toApril = { from: "2022-01-01", to: "2022-04-10" } as DateRange;

/** What the gates said of one clean sample season. */
export type SeedResult = {
  readonly seed: number;
  /** Gates that did not pass on a season without a fault, one line each. Warnings are named but are no alarm. */
  readonly alarms: readonly string[];
  readonly warnings: readonly string[];
  readonly seconds: number;
};

/**
 * Makes the sample season of a seed up to April, runs the cascade and asks every gate, strictly: over January to April,
 * which no bound of the runbook was made from, and unless only those `later` months are asked for over October to December
 * and over some windows of a few dates of them that move with the seed.
 */
export async function checkSeed(
  runbook: Runbook,
  seed: number,
  { later = false }: { readonly later?: boolean | undefined } = {},
): Promise<SeedResult> {
  const startedAt = performance.now();
  const { sample } = runbook;
  if (sample === undefined) throw new Error("The runbook has no sample");
  await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  const parameters = { seed, last_date: toApril.to, broken_feeds: 0 };
  await runIngest(warehouse, { runbook, ingest: sample, from: undefined, parameters });
  const result = await runBackfill(
    warehouse,
    // The windows of this runbook are audited where its sample season is built.
    { runbook, selection: { range: { ...octoberToDecember, to: toApril.to } }, skipAudit: true },
    testEffects(),
  );
  const dates = [...new Set(result.cells.flatMap((cell) => cell.outcomes.map(({ date }) => date)))]
    .filter((date) => date <= octoberToDecember.to)
    .toSorted();
  const earlier = [octoberToDecember, ...lengthsOf(seed).map((length) => windowOf(dates, length, seed))];
  const settled = rememberAnswers(warehouse);
  const findings = [];
  for (const range of [...(later ? [] : earlier), toApril])
    findings.push(...(await findingsOf(settled, runbook, range)));
  const unclean = result.isClean ? [] : ["the run is not clean"];
  return {
    seed,
    alarms: [...unclean, ...findings.filter(({ isAlarm }) => isAlarm).map(({ line }) => line)],
    warnings: findings.filter(({ isAlarm }) => !isAlarm).map(({ line }) => line),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** What every gate but a passing one says of a range. */
export async function findingsOf(
  warehouse: Warehouse,
  runbook: Runbook,
  range: DateRange,
): Promise<readonly { readonly isAlarm: boolean; readonly line: string }[]> {
  const results = await runWholeGates(warehouse, runbook, { range });
  return results
    .filter(({ status }) => status !== "passed")
    .map(({ gate, status, summary }) => {
      return {
        isAlarm: status !== "warned",
        line: `${range.from}..${range.to} ${gate} ${status}: ${summary}`,
      };
    });
}

function lengthsOf(seed: number): readonly number[] {
  return windowLengths[seed % windowLengths.length] ?? [];
}

/** The dates from one that the seed picks. */
export function windowOf(dates: readonly CalendarDate[], length: number, seed: number): DateRange {
  const start = (seed * 7 + length * 13) % (dates.length - length + 1);
  const range = hullOf(dates.slice(start, start + length));
  if (range === undefined) throw new Error("No dates");
  return range;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: "string" }, to: { type: "string" }, later: { type: "boolean" } },
  });
  const runbook = await readRunbook("nba-cascade");
  let alarms = 0;
  for (let seed = Number(values.from ?? 1); seed <= Number(values.to ?? 200); seed += 1) {
    const result = await checkSeed(runbook, seed, values);
    alarms += result.alarms.length > 0 ? 1 : 0;
    console.log(`seed ${seed}: ${result.alarms.length} alarms, ${result.seconds.toFixed(1)} s`);
    for (const line of result.alarms) console.log(`  alarm ${line}`);
    for (const line of result.warnings) console.log(`  warning ${line}`);
  }
  console.log(`${alarms} seeds raise an alarm`);
  process.exitCode = alarms === 0 ? 0 : 1;
}

if (import.meta.main) await main();
