import { parseCalendarDate } from "../../src/domain/calendar-date.ts";
import type { Window } from "../../src/domain/window.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import type { CalendarDay } from "../../src/plan/plan.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import {
  day,
  edge,
  processor,
  rows,
  runbook,
  season,
  setContent,
  settledState,
  source,
  table,
} from "../plan/small-runbook.ts";

/** What one benchmark measured: the slowest of its runs, and the growth of memory over all of it, input included. */
export type Measurement = { readonly name: string; readonly seconds: number; readonly peakMb: number };

const windows: readonly Window[] = [
  { kind: "same-date" },
  { kind: "previous-days", days: 30 },
  { kind: "last-games", rows: 15 },
  { kind: "season-to-date" },
];

/** Plans 50 processors over 5 seasons of every day: nothing run yet, all settled, and all stale from the first day. */
export function benchPlan(): Measurement {
  const before = process.memoryUsage().rss;
  const book = wideRunbook();
  const calendar = fiveSeasons();
  const state = settledState(book, calendar);
  const range = { from: day("2017-01-01"), to: day("2021-12-31") };
  const seconds: number[] = [];
  function time(expectedUnits: number, ledger = state.ledger): void {
    const start = performance.now();
    const { totals } = planBackfill(book, { ...state, ledger }, { range });
    seconds.push((performance.now() - start) / 1000);
    if (totals.units !== expectedUnits)
      throw new Error(`Planned ${totals.units} units, not ${expectedUnits}`);
  }
  const all = book.processors.length * calendar.length;
  time(all, new Map());
  time(0);
  for (const { date } of calendar)
    setContent(state, table("raw0"), { date, content: rows(`changed ${date}`) });
  time(all);
  const peakMb = process.resourceUsage().maxRSS / 1024 - before / 1024 / 1024;
  return { name: `plan ${all} partitions`, seconds: Math.max(...seconds), peakMb };
}

/** Chains and fans of 50 processors, each with two sources and up to three earlier processors. */
function wideRunbook(): Runbook {
  const sources = [0, 1, 2, 3, 4].map((number) => source(`raw${number}`));
  const processors = Array.from({ length: 50 }, (_, number): Processor => {
    const raw = [edge("raw0"), edge(`raw${number % 5}`, windows[number % 4])];
    const upstream = [1, 3, 9]
      .filter((back) => back <= number)
      .map((back) => {
        return edge(`P${number - back}`, windows[(number + back) % 4], back === 1);
      });
    return processor(`P${number}`, [...raw, ...upstream]);
  });
  return runbook(sources, processors);
}

function fiveSeasons(): readonly CalendarDay[] {
  return [2017, 2018, 2019, 2020, 2021].flatMap((year) => {
    const leapDay = parseCalendarDate(`${year}-02-29`) === undefined ? 0 : 1;
    return season(String(year), `${year}-01-01`, 365 + leapDay);
  });
}

if (import.meta.main) console.log(benchPlan());
