import { existsSync } from "node:fs";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { GateKind } from "../../src/runbook/runbook.ts";
import { runWholeGates } from "../gates/whole-gates.ts";
import { openSeason, publicFolder } from "../nba-cascade/season.ts";
import type { Measurement } from "./plan.bench.ts";

const novemberAndDecember = { from: "2021-11-01" as CalendarDate, to: "2021-12-31" as CalendarDate };
const repetitions = 5;

/**
 * Asks every gate over November and December (61 days, 17 tables, of which 10 are the cascade's), each kind on its own
 * and all at once as the last barrier does; the public season where its files are, else the sample. The median of five.
 */
export async function benchGates(): Promise<readonly Measurement[]> {
  const before = process.memoryUsage().rss;
  const source = existsSync(publicFolder) ? "public" : "sample";
  await using season = await openSeason(source);
  const measurements: Measurement[] = [];
  for (const kinds of [
    ["gaps"],
    ["contract"],
    ["contamination"],
    ["coverage"],
    ["budget"],
    undefined,
  ] as const) {
    const seconds: number[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const start = performance.now();
      const request = { range: novemberAndDecember, ...(kinds === undefined ? {} : { kinds }) };
      await runWholeGates(season.warehouse, season.runbook, request);
      seconds.push((performance.now() - start) / 1000);
    }
    measurements.push({
      name: nameOf(source, kinds),
      seconds: seconds.toSorted((left, right) => left - right)[Math.floor(repetitions / 2)] ?? 0,
      peakMb: process.resourceUsage().maxRSS / 1024 - before / 1024 / 1024,
    });
  }
  return measurements;
}

function nameOf(source: string, kinds: readonly GateKind[] | undefined): string {
  const what = kinds === undefined ? "all five gates" : `the ${kinds.join()} gate`;
  return `${what}, 61 days of the ${source} season`;
}

if (import.meta.main) for (const measurement of await benchGates()) console.log(measurement);
